//! A hold on stock under its caller's key. The row stays for ever, so that a key means the same for ever.

use platform_core::id::ReservationId;
use sea_orm::entity::prelude::*;

use crate::HoldStatus;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reservation")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ReservationId,
    #[sea_orm(unique)]
    pub key: String,
    pub status: HoldStatus,
    pub expires_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// The user or guest it is held for, as `user:<id>` or `guest:<id>`; forgotten when the hold ends.
    pub holder: Option<String>,
    /// The network that the request came from; forgotten when the hold ends.
    pub network: Option<String>,
    /// The payment waits for its customer: limits on holds count it.
    pub waiting: bool,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
