//! The history of an order: every change of its status.

use platform_core::id::{OrderId, UserId};
use sea_orm::entity::prelude::*;

use crate::order::Status;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "order_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_id: OrderId,
    /// The order's version after the change.
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: i64,
    pub status: Status,
    pub reason: Option<String>,
    /// The user or member of staff who did it; `None` for the system.
    pub actor_id: Option<UserId>,
    pub at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
