//! Hours of a day in which a service delivers to so many recipients. There is a row once somebody has held one.

use platform_core::id::{DeliveryServiceId, SlotId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_slots")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SlotId,
    #[sea_orm(unique_key = "begin")]
    pub service_id: DeliveryServiceId,
    #[sea_orm(unique_key = "begin")]
    pub begins_at: DateTimeUtc,
    pub ends_at: DateTimeUtc,
    /// To how many recipients; at least as many as are taken.
    pub capacity: i64,
    /// How many are held or committed.
    pub taken: i64,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
