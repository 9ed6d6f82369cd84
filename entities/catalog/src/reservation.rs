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
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
