//! An order: what was bought at which prices, for whom, and where it stands.

use async_graphql::Enum;
use platform_core::id::{CartId, OrderId, PaymentId, UserId};
use sea_orm::entity::prelude::*;

/// Where an order stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "OrderStatus")]
pub enum Status {
    /// Being checked out: stock and money are not secured yet.
    #[sea_orm(string_value = "PENDING")]
    Pending,
    /// Waits for the customer or the gateway.
    #[sea_orm(string_value = "AWAITING_PAYMENT")]
    AwaitingPayment,
    /// Stock and money are secured.
    #[sea_orm(string_value = "CONFIRMED")]
    Confirmed,
    /// The money is captured.
    #[sea_orm(string_value = "PAID")]
    Paid,
    /// All of it has left its sellers, and cannot be called off any more.
    #[sea_orm(string_value = "SHIPPED")]
    Shipped,
    /// All of it has arrived, but for what was lost or came back.
    #[sea_orm(string_value = "DELIVERED")]
    Delivered,
    /// It was delivered, and the time in which it can be returned is over.
    #[sea_orm(string_value = "COMPLETED")]
    Completed,
    /// Called off by the customer or staff, or not paid in time.
    #[sea_orm(string_value = "CANCELLED")]
    Cancelled,
    /// The checkout did not succeed: out of stock, coupon rejected, payment declined.
    #[sea_orm(string_value = "FAILED")]
    Failed,
    /// All that was paid was given back, in money and in points; nothing of it is to be shipped any more.
    #[sea_orm(string_value = "REFUNDED")]
    Refunded,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: OrderId,
    /// What a person reads out: `K7QF-2M9X`.
    #[sea_orm(unique)]
    pub number: String,
    pub user_id: Option<UserId>,
    pub guest_id: Option<String>,
    /// Of a guest's order, lower case; to look it up with its number and to claim it.
    pub email: Option<String>,
    /// Who placed it and with which key: `user:<id>:<key>`; one order for each.
    #[sea_orm(unique)]
    pub idempotency_key: String,
    /// SHA-256 of the input, so that the key is refused with another.
    pub request_hash: Vec<u8>,
    /// The cart that it was made of, and that cart's version: one order for each.
    pub cart_id: Option<CartId>,
    pub cart_version: Option<i64>,
    /// The cart that holds what it is buying, until that is decided.
    pub claimed_cart_id: Option<CartId>,
    pub status: Status,
    /// Why it was cancelled or failed, as a code such as `OUT_OF_STOCK`.
    pub reason: Option<String>,
    /// What belongs to `reason`, as JSON (`checkout::Problem`).
    pub problem: Option<Json>,
    pub currency: String,
    /// The market it was placed in, as JSON (`platform_commerce::Market`).
    pub market: Json,
    pub shipping_address: Json,
    /// Of a business, for the invoice.
    pub vat_id: Option<String>,
    /// Whether no tax was owed because of it; unknown of orders from before.
    pub tax_exempt: Option<bool>,
    pub coupon_code: Option<String>,
    pub prices_include_tax: bool,
    /// All in minor units. `total = subtotal - discount + shipping (+ tax where prices exclude it)`; the tax is that of
    /// goods and shipping.
    pub subtotal_minor: i64,
    pub discount_minor: i64,
    pub shipping_minor: i64,
    /// The part of the tax that is shipping's; unknown of orders before shipping was taxed.
    pub shipping_tax_minor: Option<i64>,
    pub tax_minor: i64,
    pub total_minor: i64,
    /// Part of the total paid in points.
    pub points_minor: i64,
    pub refunded_minor: i64,
    /// What of the points was given back, or comes back when they are spent.
    pub points_refunded_minor: i64,
    pub payment_id: Option<PaymentId>,
    /// Where the customer completes the payment, while that is open.
    pub payment_action_url: Option<String>,
    /// Grows with every change; what subscribers see.
    pub version: i64,
    pub placed_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
