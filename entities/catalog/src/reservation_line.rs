//! How many pieces of an offer a reservation holds in a warehouse.

use platform_core::id::{OfferId, ReservationId, WarehouseId};
use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reservation_line")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub reservation_id: ReservationId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub offer_id: OfferId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub warehouse_id: WarehouseId,
    pub quantity: i64,
    /// Those of a sale that came back by themselves, or never will: who gives the rest back leaves them.
    pub settled: i64,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
