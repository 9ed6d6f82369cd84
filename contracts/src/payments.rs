//! Events of payments. Their key is the order, so that an order hears of its payments in order.

use platform_commerce::Money;
use platform_core::id::{OrderId, PaymentId, RefundId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::events;
use crate::shape::MoneyShape;

events! {
    topic: "payments",
    PaymentAuthorized { version: 1, key: order_id },
    PaymentSucceeded { version: 1, key: order_id },
    PaymentFailed { version: 1, key: order_id },
    PaymentRefunded { version: 1, key: order_id },
}

/// Events of releases that did not say so are taken for deferred.
const fn deferred() -> bool {
    true
}

/// The money is promised: it can be captured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentAuthorized {
    #[schemars(with = "Uuid")]
    pub payment_id: PaymentId,
    #[schemars(with = "Uuid")]
    pub order_id: OrderId,
    #[schemars(with = "Option<Uuid>")]
    pub user_id: Option<UserId>,
    #[schemars(with = "MoneyShape")]
    pub amount: Money,
    /// Whoever asked for the payment was told to wait; otherwise this was the answer.
    #[serde(default = "deferred")]
    pub deferred: bool,
}

/// The money is captured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentSucceeded {
    #[schemars(with = "Uuid")]
    pub payment_id: PaymentId,
    #[schemars(with = "Uuid")]
    pub order_id: OrderId,
    #[schemars(with = "Option<Uuid>")]
    pub user_id: Option<UserId>,
    /// Captured by this event.
    #[schemars(with = "MoneyShape")]
    pub amount: Money,
}

/// The payment will not come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentFailed {
    #[schemars(with = "Uuid")]
    pub payment_id: PaymentId,
    #[schemars(with = "Uuid")]
    pub order_id: OrderId,
    #[schemars(with = "Option<Uuid>")]
    pub user_id: Option<UserId>,
    pub reason: PaymentFailure,
    /// Whoever asked for the payment was told to wait; otherwise this was the answer.
    #[serde(default = "deferred")]
    pub deferred: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum PaymentFailure {
    Declined,
    InsufficientFunds,
    ChallengeFailed,
    Expired,
    Voided,
}

/// Captured money went back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct PaymentRefunded {
    #[schemars(with = "Uuid")]
    pub payment_id: PaymentId,
    #[schemars(with = "Uuid")]
    pub refund_id: RefundId,
    #[schemars(with = "Uuid")]
    pub order_id: OrderId,
    #[schemars(with = "Option<Uuid>")]
    pub user_id: Option<UserId>,
    #[schemars(with = "MoneyShape")]
    pub amount: Money,
    /// All refunds of the payment, this one included.
    #[schemars(with = "MoneyShape")]
    pub refunded: Money,
    /// Points that came back with it, of an order that points paid in part.
    #[serde(default)]
    pub points: i64,
    /// Points of all refunds of the payment, this one included, and those that come back when the order has spent them;
    /// absent in events of earlier releases.
    #[serde(default)]
    pub points_refunded: Option<i64>,
}
