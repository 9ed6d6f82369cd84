//! Events of logistics. Their key is the order, so that an order hears of its shipments in order.

use platform_core::id::{OrderId, OrderLineId, ShipmentId, UserId, VendorId, VendorOrderId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::events;

events! {
    topic: "logistics",
    ShipmentCreated { version: 1, key: order_id },
    ShipmentStatusChanged { version: 1, key: order_id },
}

/// A parcel of an order is to be packed: because the order is paid, or because another parcel was split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShipmentCreated {
    #[schemars(with = "Uuid")]
    pub shipment_id: ShipmentId,
    #[schemars(with = "Uuid")]
    pub order_id: OrderId,
    #[schemars(with = "Uuid")]
    pub vendor_order_id: VendorOrderId,
    #[schemars(with = "Uuid")]
    pub vendor_id: VendorId,
    /// Absent for guests.
    #[schemars(with = "Option<Uuid>")]
    pub user_id: Option<UserId>,
    pub items: Vec<ShippedItem>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShippedItem {
    #[schemars(with = "Uuid")]
    pub line_id: OrderLineId,
    pub quantity: i32,
}

/// A parcel of an order came to another status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShipmentStatusChanged {
    #[schemars(with = "Uuid")]
    pub shipment_id: ShipmentId,
    #[schemars(with = "Uuid")]
    pub order_id: OrderId,
    #[schemars(with = "Uuid")]
    pub vendor_order_id: VendorOrderId,
    #[schemars(with = "Uuid")]
    pub vendor_id: VendorId,
    #[schemars(with = "Option<Uuid>")]
    pub user_id: Option<UserId>,
    pub status: ShipmentStatus,
    /// Grows with every change of the shipment; an event with a lower one is out of date.
    pub version: i64,
}

/// Where a shipment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum ShipmentStatus {
    Created,
    Packed,
    HandedOver,
    InTransit,
    OutForDelivery,
    Attempted,
    Delivered,
    Returned,
    Lost,
    Cancelled,
}
