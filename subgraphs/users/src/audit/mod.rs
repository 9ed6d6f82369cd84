//! The audit trail: who did what, written in the transaction that did it.
//!
//! Invariant: entries hold ids and names of fields, never an email, an address, a token or a text that a user wrote.

mod graphql;
mod store;

use platform_database::{StoreError, Transaction};
use platform_identity::Identity;
use sea_orm::ActiveValue::Set;
use serde_json::Value;
use users_entities::audit_entry;
use uuid::Uuid;

use crate::app::App;

pub use graphql::AuditQuery;

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    UserRegistered,
    UserBlocked,
    UserUnblocked,
    ProfileUpdated,
    EmailVerified,
    PasswordChanged,
    PasswordReset,
    AddressAdded,
    AddressUpdated,
    AddressRemoved,
    VatIdSet,
    VatIdValidated,
    SessionStarted,
    SessionRevoked,
    RoleGranted,
    RoleRevoked,
    VendorMembershipGranted,
    VendorMembershipRevoked,
    PartnerCreated,
    PartnerSuspended,
    PartnerResumed,
    ApiKeyCreated,
    ApiKeyRotated,
    ApiKeyRevoked,
    DemoRoleKept,
    DemoRoleEnded,
    DemoPartnerKept,
    DemoKeyKept,
    NotificationSent,
}

impl Action {
    const fn as_str(self) -> &'static str {
        match self {
            Self::UserRegistered => "user.registered",
            Self::UserBlocked => "user.blocked",
            Self::UserUnblocked => "user.unblocked",
            Self::ProfileUpdated => "profile.updated",
            Self::EmailVerified => "email.verified",
            Self::PasswordChanged => "password.changed",
            Self::PasswordReset => "password.reset",
            Self::AddressAdded => "address.added",
            Self::AddressUpdated => "address.updated",
            Self::AddressRemoved => "address.removed",
            Self::VatIdSet => "vat-id.set",
            Self::VatIdValidated => "vat-id.validated",
            Self::SessionStarted => "session.started",
            Self::SessionRevoked => "session.revoked",
            Self::RoleGranted => "role.granted",
            Self::RoleRevoked => "role.revoked",
            Self::VendorMembershipGranted => "vendor-membership.granted",
            Self::VendorMembershipRevoked => "vendor-membership.revoked",
            Self::PartnerCreated => "partner.created",
            Self::PartnerSuspended => "partner.suspended",
            Self::PartnerResumed => "partner.resumed",
            Self::ApiKeyCreated => "api-key.created",
            Self::ApiKeyRotated => "api-key.rotated",
            Self::ApiKeyRevoked => "api-key.revoked",
            Self::DemoRoleKept => "demo-role.kept",
            Self::DemoRoleEnded => "demo-role.ended",
            Self::DemoPartnerKept => "demo-partner.kept",
            Self::DemoKeyKept => "demo-key.kept",
            Self::NotificationSent => "notification.sent",
        }
    }

    /// What kind of object it was done to.
    const fn subject_type(self) -> &'static str {
        match self {
            Self::UserRegistered
            | Self::UserBlocked
            | Self::UserUnblocked
            | Self::ProfileUpdated
            | Self::EmailVerified
            | Self::PasswordChanged
            | Self::PasswordReset
            | Self::VatIdSet
            | Self::VatIdValidated
            | Self::RoleGranted
            | Self::RoleRevoked
            | Self::VendorMembershipGranted
            | Self::VendorMembershipRevoked
            | Self::DemoRoleKept
            | Self::DemoRoleEnded
            | Self::NotificationSent => "User",
            Self::AddressAdded | Self::AddressUpdated | Self::AddressRemoved => "Address",
            Self::SessionStarted | Self::SessionRevoked => "Session",
            Self::PartnerCreated | Self::PartnerSuspended | Self::PartnerResumed | Self::DemoPartnerKept => {
                "Partner"
            }
            Self::ApiKeyCreated | Self::ApiKeyRotated | Self::ApiKeyRevoked | Self::DemoKeyKept => "ApiKey",
        }
    }
}

/// Writes that `actor` did `action` to `subject`.
pub async fn record(
    tx: &Transaction,
    app: &App,
    actor: &Identity,
    action: Action,
    subject: Uuid,
    details: Value,
) -> Result<(), StoreError> {
    let entry = audit_entry::ActiveModel {
        id: Set(app.next_id()),
        at: Set(app.now()),
        actor_user_id: Set(actor.user),
        actor_partner_id: Set(actor.partner),
        actor_service: Set(actor.service.as_ref().map(ToString::to_string)),
        session_id: Set(actor.session),
        action: Set(action.as_str().to_owned()),
        subject_type: Set(action.subject_type().to_owned()),
        subject_id: Set(subject),
        details: Set(details),
    };
    store::insert(tx, entry).await
}
