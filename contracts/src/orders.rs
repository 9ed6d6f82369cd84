//! Events of orders.

use platform_commerce::Money;
use platform_core::id::{
    OfferId, OrderId, OrderLineId, PaymentId, ProductId, RefundId, UserId, VariantId, VendorId, VendorOrderId,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::events;
use crate::shape::MoneyShape;

events! {
    topic: "orders",
    OrderPlaced { version: 1, key: order_id },
    OrderPaid { version: 1, key: order_id },
    OrderCancelled { version: 1, key: order_id },
    OrderShipped { version: 1, key: order_id },
    OrderDelivered { version: 1, key: order_id },
    OrderCompleted { version: 1, key: order_id },
    OrderClaimed { version: 1, key: order_id },
    OrderPiecesRefunded { version: 1, key: order_id },
}

/// An order is confirmed: its stock is held and its payment authorised or agreed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderPlaced {
    #[schemars(with = "Uuid")]
    pub order_id: OrderId,
    /// The number that people read out.
    pub number: String,
    /// Absent for guests.
    #[schemars(with = "Option<Uuid>")]
    pub user_id: Option<UserId>,
    pub lines: Vec<OrderedLine>,
    #[schemars(with = "MoneyShape")]
    pub total: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderedLine {
    #[schemars(with = "Uuid")]
    pub line_id: OrderLineId,
    #[schemars(with = "Uuid")]
    pub vendor_order_id: VendorOrderId,
    #[schemars(with = "Uuid")]
    pub vendor_id: VendorId,
    #[schemars(with = "Uuid")]
    pub offer_id: OfferId,
    #[schemars(with = "Uuid")]
    pub variant_id: VariantId,
    #[schemars(with = "Uuid")]
    pub product_id: ProductId,
    pub quantity: i32,
}

/// An order is paid in full.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderPaid {
    #[schemars(with = "Uuid")]
    pub order_id: OrderId,
    pub number: String,
    #[schemars(with = "Option<Uuid>")]
    pub user_id: Option<UserId>,
    /// Absent when points or a coupon paid for everything.
    #[schemars(with = "Option<Uuid>")]
    pub payment_id: Option<PaymentId>,
    #[schemars(with = "MoneyShape")]
    pub total: Money,
}

/// An order will not be fulfilled; what was held for it is given back, what was paid is refunded, or was before.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderCancelled {
    #[schemars(with = "Uuid")]
    pub order_id: OrderId,
    pub number: String,
    #[schemars(with = "Option<Uuid>")]
    pub user_id: Option<UserId>,
    pub reason: CancellationReason,
    /// All that was paid had been given back before: the order counts as refunded, not as called off.
    #[serde(default)]
    pub refunded: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum CancellationReason {
    Buyer,
    Staff,
    OutOfStock,
    CouponUnavailable,
    PointsUnavailable,
    PaymentDeclined,
    PaymentExpired,
}

/// The last of an order has left its sellers; it can no longer be called off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderShipped {
    #[schemars(with = "Uuid")]
    pub order_id: OrderId,
    pub number: String,
    #[schemars(with = "Option<Uuid>")]
    pub user_id: Option<UserId>,
}

/// The last of an order has arrived; it can still be returned for a while.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderDelivered {
    #[schemars(with = "Uuid")]
    pub order_id: OrderId,
    pub number: String,
    #[schemars(with = "Option<Uuid>")]
    pub user_id: Option<UserId>,
}

/// An order was delivered, and the time in which it can be returned is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderCompleted {
    #[schemars(with = "Uuid")]
    pub order_id: OrderId,
    pub number: String,
    #[schemars(with = "Option<Uuid>")]
    pub user_id: Option<UserId>,
}

/// A guest's order was taken into an account: what others keep of it is that user's now, and no longer the guest's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderClaimed {
    #[schemars(with = "Uuid")]
    pub order_id: OrderId,
    #[schemars(with = "Uuid")]
    pub user_id: UserId,
}

/// Pieces of an order were given back the price of: those that have not left yet are not to be sent any more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct OrderPiecesRefunded {
    #[schemars(with = "Uuid")]
    pub order_id: OrderId,
    #[schemars(with = "Uuid")]
    pub refund_id: RefundId,
    pub lines: Vec<RefundedPieces>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct RefundedPieces {
    #[schemars(with = "Uuid")]
    pub line_id: OrderLineId,
    pub quantity: i32,
}
