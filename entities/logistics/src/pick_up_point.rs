//! Where buyers fetch their parcels.

use platform_core::id::PickUpPointId;
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pick_up_points")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PickUpPointId,
    pub name: String,
    /// As JSON (`platform_commerce::PostalAddress`); its recipient is the point.
    pub address: Json,
    pub country: String,
    /// In millionths of a degree; null where nobody knows where the address is.
    pub latitude: Option<i32>,
    /// In millionths of a degree.
    pub longitude: Option<i32>,
    /// By its name in the time zone database.
    pub time_zone: String,
    /// When it is open, as JSON (`pick_up::Hours`).
    pub hours: Json,
    pub is_active: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
