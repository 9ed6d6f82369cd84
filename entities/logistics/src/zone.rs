//! A part of the world in which the same services deliver.

use platform_core::id::DeliveryZoneId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_zones")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeliveryZoneId,
    pub name: String,
    /// Of the zones that an address is in, the one with the highest counts.
    pub priority: i32,
    /// By its name in the time zone database.
    pub time_zone: String,
    /// Of ISO 3166-1 alpha-2, as a JSON list; empty for all.
    pub countries: Json,
    /// A GeoJSON geometry; null for a zone that is known by its countries alone.
    pub area: Option<Json>,
    pub is_active: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
