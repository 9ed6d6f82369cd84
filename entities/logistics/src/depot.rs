//! From where couriers bring shipments to their recipients.

use sea_orm::entity::prelude::*;

use crate::DepotId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "depots")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DepotId,
    pub name: String,
    /// In millionths of a degree.
    pub latitude: i32,
    /// In millionths of a degree.
    pub longitude: i32,
    /// By its name in the time zone database, such as `Europe/Berlin`.
    pub time_zone: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
