//! Who did what, written in the transaction that did it. Holds ids, no personal data and no secret.

use platform_core::id::{AuditEntryId, PartnerId, SessionId, UserId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_entries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditEntryId,
    pub at: DateTimeUtc,
    pub actor_user_id: Option<UserId>,
    pub actor_partner_id: Option<PartnerId>,
    /// A subgraph, or `souk` for the command line.
    pub actor_service: Option<String>,
    pub session_id: Option<SessionId>,
    /// Such as `role.granted`.
    pub action: String,
    /// Such as `User`.
    pub subject_type: String,
    pub subject_id: Uuid,
    pub details: Json,
}

impl ActiveModelBehavior for ActiveModel {}
