//! What is to be delivered of an order, and where to: kept by its checkout, made into shipments once it is paid.

use async_graphql::Enum;
use platform_core::id::{DeliveryServiceId, OrderId, PickUpPointId, UserId};
use sea_orm::entity::prelude::*;

use crate::service::Kind;

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "DeliveryStatus")]
pub enum Status {
    /// Something limited is kept for it until its order is confirmed.
    #[sea_orm(string_value = "HELD")]
    Held,
    /// It is made once its order is paid.
    #[sea_orm(string_value = "COMMITTED")]
    Committed,
    /// It is not made any more: its order was called off, or never came about.
    #[sea_orm(string_value = "RELEASED")]
    Released,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
pub struct Model {
    /// Set by the caller.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    /// Null for a key that was closed before anything was kept under it.
    #[sea_orm(unique)]
    pub order_id: Option<OrderId>,
    pub order_number: Option<String>,
    pub user_id: Option<UserId>,
    pub guest_id: Option<String>,
    pub status: Status,
    /// Where it goes, as JSON (`delivery::Address`); forgotten when it is released.
    pub address: Option<Json>,
    /// Whether it was looked up where the address is.
    pub is_located: bool,
    /// Where the address is, in millionths of a degree; null where nobody knows.
    pub latitude: Option<i32>,
    /// In millionths of a degree.
    pub longitude: Option<i32>,
    /// How it is delivered; null of one that an earlier release planned.
    pub service_id: Option<DeliveryServiceId>,
    pub service_kind: Option<Kind>,
    /// What the service was called.
    pub service_name: Option<String>,
    /// In which time zone its days and hours are.
    pub time_zone: Option<String>,
    /// From when on it may arrive, as the buyer was told.
    pub arrives_from: Option<DateTimeUtc>,
    /// By when it arrives, as the buyer was told.
    pub arrives_by: Option<DateTimeUtc>,
    /// Under which key its slot is held or committed; null where it has none.
    pub slot_key: Option<String>,
    pub slot_begins_at: Option<DateTimeUtc>,
    pub slot_ends_at: Option<DateTimeUtc>,
    /// Whether its buyer has to choose a slot: the one that was held fell to others while the payment waited.
    pub needs_slot: bool,
    /// Where the buyer fetches it.
    pub pick_up_point_id: Option<PickUpPointId>,
    /// What is to be sent, as JSON (`delivery::Parcel`), until there are shipments.
    pub parcels: Option<Json>,
    pub expires_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
