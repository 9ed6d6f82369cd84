//! Who may be what, decided.

use chrono::{DateTime, Utc};
use platform_core::id::{UserId, VendorId};
use platform_core::{ApiError, ErrorCode};
use platform_database::{StoreError, Transaction};
use platform_identity::Identity;
use serde_json::json;
use users_entities::user_role::Role;

use crate::app::App;
use crate::audit::{self, Action};
use crate::demo_ids;
use crate::feeds;
use crate::revocation::{self, Kind};
use crate::role::standing::{self, StandingError};
use crate::role::store;
use crate::store::user as users;

#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    #[error("there is no such user")]
    NoSuchUser,
    #[error(transparent)]
    Standing(#[from] StandingError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for RoleError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoSuchUser => ErrorCode::NotFound,
            Self::Standing(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::NoSuchUser => Some("userId"),
            Self::Standing(_) | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(RoleError);

/// What came of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Made,
    /// It was so before.
    None,
    /// Refused: nobody would be left to administer the installation.
    LastAdmin,
}

/// A change of what one user may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    Role(Role),
    Vendor(VendorId),
}

pub async fn grant(app: &App, actor: &Identity, user: UserId, right: Right) -> Result<Change, RoleError> {
    let (tx, now) = begin(app, actor, user).await?;
    let by_demo = demo_ids::is_behind(&*tx, actor).await?;
    let (made, action, details) = match right {
        Right::Role(role) => (
            store::grant_row(&*tx, user, role, now, by_demo).await?,
            Action::RoleGranted,
            json!({ "role": name(role) }),
        ),
        Right::Vendor(vendor) => (
            store::grant_vendor_row(&*tx, user, vendor, now, by_demo).await?,
            Action::VendorMembershipGranted,
            json!({ "vendor": vendor }),
        ),
    };
    finish(tx, app, actor, user, made.then_some((action, details)), now).await
}

pub async fn revoke(app: &App, actor: &Identity, user: UserId, right: Right) -> Result<Change, RoleError> {
    let (tx, now) = begin(app, actor, user).await?;
    if right == Right::Role(Role::Admin) {
        // So that two administrators who revoke each other do not both succeed. The user before the counter, as in
        // every transaction that revokes.
        revocation::lock_counter(&tx).await?;
        if store::other_admins(&tx, user, app.config.demo).await? == 0 {
            return Ok(Change::LastAdmin);
        }
    }
    let (deleted, action, details) = match right {
        Right::Role(role) => {
            (store::delete_role(&tx, user, role).await?, Action::RoleRevoked, json!({ "role": name(role) }))
        }
        Right::Vendor(vendor) => (
            store::delete_membership(&tx, user, vendor).await?,
            Action::VendorMembershipRevoked,
            json!({ "vendor": vendor }),
        ),
    };
    finish(tx, app, actor, user, deleted.then_some((action, details)), now).await
}

/// Locks the user's row, so that no token is minted meanwhile, and returns the time from then on.
async fn begin(app: &App, actor: &Identity, user: UserId) -> Result<(Transaction, DateTime<Utc>), RoleError> {
    let tx = standing::begin(app, actor, &[user]).await?;
    users::find(&*tx, user).await?.ok_or(RoleError::NoSuchUser)?;
    Ok((tx, app.now()))
}

async fn finish(
    tx: Transaction,
    app: &App,
    actor: &Identity,
    user: UserId,
    done: Option<(Action, serde_json::Value)>,
    now: DateTime<Utc>,
) -> Result<Change, RoleError> {
    let Some((action, details)) = done else {
        tx.rollback().await?;
        return Ok(Change::None);
    };
    audit::record(&tx, app, actor, action, user.0, details).await?;
    touch_auth(&tx, app, user, now).await?;
    tx.commit().await?;
    Ok(Change::Made)
}

/// Ends the access tokens that were issued to `user` so far. Sessions go on: clients refresh and get what the user may do
/// now. The user's row is locked.
pub async fn touch_auth(
    tx: &Transaction,
    app: &App,
    user: UserId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let found = users::find(&**tx, user).await?;
    // Tokens made soon after an earlier change are dated to the second after it, which may still be to come.
    let dated_ahead = found.and_then(|user| user.auth_changed_at).and_then(second_after);
    let at = dated_ahead.map_or(now, |ahead| ahead.max(now));
    users::set_auth_changed(tx, user, at, now).await?;
    revocation::record(tx, Kind::User, &[user.0], at).await?;
    feeds::wake_on_commit(tx, app, user);
    Ok(())
}

fn second_after(time: DateTime<Utc>) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(time.timestamp().checked_add(1)?, 0)
}

/// The role as the audit trail and commands name it.
pub const fn name(role: Role) -> &'static str {
    match role {
        Role::Buyer => "buyer",
        Role::Seller => "seller",
        Role::Courier => "courier",
        Role::Support => "support",
        Role::Admin => "admin",
    }
}
