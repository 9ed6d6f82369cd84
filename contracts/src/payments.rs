//! Events of payments. Their key is the order, so that an order hears of its payments in order.

use platform_commerce::Money;
use platform_core::id::{OrderId, PaymentId, RefundId, UserId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::event;
use crate::shape::MoneyShape;

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
}

event!(PaymentAuthorized, topic: "payments", version: 1, key: order_id);

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

event!(PaymentSucceeded, topic: "payments", version: 1, key: order_id);

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

event!(PaymentFailed, topic: "payments", version: 1, key: order_id);

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
}

event!(PaymentRefunded, topic: "payments", version: 1, key: order_id);
