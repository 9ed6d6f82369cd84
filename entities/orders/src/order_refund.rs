//! Pieces of an order, and its shipping, whose price was given back; the id is that of the refund of the payment.

use async_graphql::Enum;
use platform_core::id::{OrderId, RefundId, UserId};
use sea_orm::entity::prelude::*;

/// Where the refund of some pieces stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "OrderRefundStatus")]
pub enum Status {
    /// Under way: payments is being asked, or waits for staff because the gateway that keeps the money is not served any
    /// more. Its pieces cannot be refunded again meanwhile.
    #[sea_orm(string_value = "PENDING")]
    Pending,
    /// The money was given back.
    #[sea_orm(string_value = "SUCCEEDED")]
    Succeeded,
    /// Nothing was given back, and the pieces can be refunded again.
    #[sea_orm(string_value = "FAILED")]
    Failed,
}

/// Why nothing was given back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "OrderRefundFailure")]
pub enum Failure {
    /// The gateway refused.
    #[sea_orm(string_value = "GATEWAY_REFUSED")]
    GatewayRefused,
    /// The payment has less left, because money was given back by other means than by its pieces. `refundPayment` gives
    /// back what is left.
    #[sea_orm(string_value = "PAYMENT_HAS_LESS_LEFT")]
    PaymentHasLessLeft,
    /// Nothing of the payment is taken.
    #[sea_orm(string_value = "PAYMENT_NOT_CAPTURED")]
    PaymentNotCaptured,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "order_refunds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RefundId,
    pub order_id: OrderId,
    /// The key of staff, of whom one key makes one refund.
    #[sea_orm(unique)]
    pub idempotency_key: String,
    /// Of the input, so that the key is refused with another.
    pub request_hash: Vec<u8>,
    pub status: Status,
    pub failure: Option<Failure>,
    pub reason: String,
    /// All in minor units of the order's currency. What the shipping is of `value`.
    pub shipping_minor: i64,
    /// What the pieces and the shipping cost the buyer, in money and points.
    pub value_minor: i64,
    /// The part of it that goes back in money.
    pub money_minor: i64,
    /// How its pieces and shipping divide, as JSON (`peers::payments::Split`); unknown of refunds that are older than the
    /// column.
    pub split: Option<Json>,
    /// Points that came back; zero until the refund is made.
    pub points: i64,
    /// Whether the pieces can be sold again.
    pub restock: bool,
    /// Whether catalog knows what became of the pieces.
    pub goods_settled: bool,
    /// Whether it counts against what support may give back of the order.
    pub is_limited: bool,
    /// The member of staff who made it.
    pub actor_id: Option<UserId>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
