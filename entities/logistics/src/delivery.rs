//! What is to be delivered of an order, and where to: kept by its checkout, made into shipments once it is paid.

use async_graphql::Enum;
use platform_core::id::{OrderId, UserId};
use sea_orm::entity::prelude::*;

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
    /// What is to be sent, as JSON (`delivery::Parcel`), until there are shipments.
    pub parcels: Option<Json>,
    pub expires_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
