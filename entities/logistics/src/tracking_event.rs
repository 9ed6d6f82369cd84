//! Something that happened to a shipment. Written once, never changed.

use async_graphql::Enum;
use platform_core::id::{ShipmentId, UserId};
use sea_orm::entity::prelude::*;

use crate::TrackingEventId;
use crate::shipment::Status;

/// Who says that something happened to a shipment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "TrackingSource")]
pub enum Source {
    /// The shop itself.
    #[sea_orm(string_value = "SHOP")]
    Shop,
    /// Who packs it.
    #[sea_orm(string_value = "SELLER")]
    Seller,
    /// The courier who has it.
    #[sea_orm(string_value = "COURIER")]
    Courier,
    /// Staff of the shop.
    #[sea_orm(string_value = "STAFF")]
    Staff,
    /// The outside carrier that has it.
    #[sea_orm(string_value = "CARRIER")]
    Carrier,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tracking_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TrackingEventId,
    pub shipment_id: ShipmentId,
    /// The shipment's version after it.
    pub version: i64,
    /// Where the shipment stands after it.
    pub status: Status,
    pub source: Source,
    /// The user who said so; `None` for the shop itself.
    pub actor_id: Option<UserId>,
    /// Where it happened, as people say it: a town, a depot.
    pub place: Option<String>,
    pub note: Option<String>,
    /// The carrier's id of it; null unless a carrier says so.
    pub carrier_event_id: Option<String>,
    /// What kind of thing happened, in the carrier's code.
    pub carrier_code: Option<String>,
    /// What happened, in the carrier's words.
    pub carrier_words: Option<String>,
    /// When it happened.
    pub at: DateTimeUtc,
    /// When it was written down.
    pub recorded_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
