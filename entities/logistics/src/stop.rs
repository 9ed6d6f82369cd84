//! A recipient on a courier's route.

use async_graphql::Enum;
use platform_core::id::ShipmentId;
use sea_orm::entity::prelude::*;

use crate::{RouteId, StopId};

/// Where a stop of a route stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "StopStatus")]
pub enum Status {
    /// Its shipment is to be delivered.
    #[sea_orm(string_value = "PENDING")]
    Pending,
    /// Its recipient has the shipment.
    #[sea_orm(string_value = "DELIVERED")]
    Delivered,
    /// The courier was there in vain.
    #[sea_orm(string_value = "ATTEMPTED")]
    Attempted,
    /// Nobody goes there any more: the route was called off, or its shipment went another way.
    #[sea_orm(string_value = "DROPPED")]
    Dropped,
}

/// Why a courier could not deliver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "AttemptReason")]
pub enum Reason {
    /// Nobody opened.
    #[sea_orm(string_value = "NOBODY_HOME")]
    NobodyHome,
    /// The recipient did not want it.
    #[sea_orm(string_value = "REFUSED")]
    Refused,
    /// There is no such address, or nobody of that name.
    #[sea_orm(string_value = "WRONG_ADDRESS")]
    WrongAddress,
    /// The courier could not get there.
    #[sea_orm(string_value = "NO_ACCESS")]
    NoAccess,
}

/// With whom or where a courier left a shipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "ProofKind")]
pub enum Proof {
    /// With the recipient.
    #[sea_orm(string_value = "RECIPIENT")]
    Recipient,
    /// With somebody who lives or works there or next door.
    #[sea_orm(string_value = "NEIGHBOUR")]
    Neighbour,
    /// At the place that was agreed on.
    #[sea_orm(string_value = "SAFE_PLACE")]
    SafePlace,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "stops")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StopId,
    pub route_id: RouteId,
    /// Which of the route's stops it is, from 1 on.
    pub number: i32,
    pub shipment_id: ShipmentId,
    pub status: Status,
    /// In millionths of a degree.
    pub latitude: i32,
    /// In millionths of a degree.
    pub longitude: i32,
    /// When the van is there, in seconds from the start of the route.
    pub arrives_after: i32,
    /// The way from the stop before it, or from the depot, as JSON (`platform_geo::Leg`).
    pub leg: Json,
    /// Why it was not delivered.
    pub reason: Option<Reason>,
    pub proof: Option<Proof>,
    /// Who took it, or where it was left.
    pub received_by: Option<String>,
    /// Name of the file of a photo that proves it; `None` where there is none, or none any more.
    pub photo: Option<String>,
    pub ended_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
