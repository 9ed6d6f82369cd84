//! Where a van was, at most once a second: as many as are kept of a route on the road, thinned once it has ended.

use sea_orm::entity::prelude::*;

use crate::RouteId;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "positions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub route_id: RouteId,
    /// In seconds since 1970.
    #[sea_orm(primary_key, auto_increment = false)]
    pub second: i64,
    /// In millionths of a degree.
    pub latitude: i32,
    /// In millionths of a degree.
    pub longitude: i32,
}

impl ActiveModelBehavior for ActiveModel {}
