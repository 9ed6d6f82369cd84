//! A courier's tour from a depot to several recipients, and where the van is on it.

use async_graphql::Enum;
use platform_core::id::UserId;
use sea_orm::entity::prelude::*;

use crate::{CourierId, DepotId, RouteId};

/// Where a route stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "RouteStatus")]
pub enum Status {
    /// Given to its courier, who has not accepted it yet.
    #[sea_orm(string_value = "PLANNED")]
    Planned,
    /// Its courier will drive it.
    #[sea_orm(string_value = "ACCEPTED")]
    Accepted,
    /// Its courier is on the road.
    #[sea_orm(string_value = "STARTED")]
    Started,
    /// Nothing is left to be delivered on it.
    #[sea_orm(string_value = "FINISHED")]
    Finished,
    /// It was called off; what was left on it is planned anew.
    #[sea_orm(string_value = "CANCELLED")]
    Cancelled,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "routes")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RouteId,
    pub courier_id: CourierId,
    /// Who signs in as the courier, so that access is checked here.
    pub user_id: UserId,
    pub depot_id: DepotId,
    pub status: Status,
    /// How far it is from the depot to the last stop, by road.
    pub meters: i32,
    /// When it is to begin.
    pub starts_at: DateTimeUtc,
    pub started_at: Option<DateTimeUtc>,
    pub ended_at: Option<DateTimeUtc>,
    /// How many seconds the van drives from the last stop back to the depot.
    pub way_back: i32,
    /// When the van is at the depot again, with what it could not deliver; null before the route has ended.
    pub back_at: Option<DateTimeUtc>,
    /// Where the van was last, as it is written down every few seconds: in millionths of a degree.
    pub at_latitude: Option<i32>,
    pub at_longitude: Option<i32>,
    /// In degrees, clockwise from north.
    pub at_heading: Option<i32>,
    /// In centimetres a second.
    pub at_speed: Option<i32>,
    pub at_time: Option<DateTimeUtc>,
    /// How many seconds of driving were left from there to the next stop.
    pub at_seconds_left: Option<i32>,
    /// Grows with every change of the route or its stops, not with positions.
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
