//! One attempt to pay for an order through one gateway.

use async_graphql::Enum;
use platform_core::id::{OrderId, PaymentId, UserId};
use sea_orm::entity::prelude::*;

/// Where a payment stands. Refunds are told by its amounts, not its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "PaymentStatus")]
pub enum Status {
    /// Being put to the gateway.
    #[sea_orm(string_value = "CREATED")]
    Created,
    /// The customer has something to do: a challenge to pass, a slip to pay.
    #[sea_orm(string_value = "REQUIRES_ACTION")]
    RequiresAction,
    /// The gateway will tell the outcome later.
    #[sea_orm(string_value = "PENDING")]
    Pending,
    /// The money is held for us.
    #[sea_orm(string_value = "AUTHORIZED")]
    Authorized,
    /// The money is ours, but for what was given back: `refundedAmount` says how much, and a payment of which all was
    /// given back is CAPTURED still.
    #[sea_orm(string_value = "CAPTURED")]
    Captured,
    /// The gateway refused; `declineCode` says why.
    #[sea_orm(string_value = "DECLINED")]
    Declined,
    /// The hold was given back.
    #[sea_orm(string_value = "VOIDED")]
    Voided,
    /// The customer did not act in time.
    #[sea_orm(string_value = "EXPIRED")]
    Expired,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "payments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: PaymentId,
    pub order_id: OrderId,
    /// `None` for a guest's order.
    pub user_id: Option<UserId>,
    /// The guest's own id, for a guest's order.
    pub guest_id: Option<String>,
    /// Set by the caller; one payment for each.
    pub idempotency_key: String,
    /// SHA-256 of the request, so that the key is refused with another.
    pub request_hash: Vec<u8>,
    pub gateway: String,
    /// The gateway's own id of the charge.
    pub gateway_reference: Option<String>,
    pub status: Status,
    pub currency: String,
    pub amount_minor: i64,
    pub captured_minor: i64,
    /// Refunds made and under way.
    pub refunded_minor: i64,
    /// How the captured amount divides, as JSON (`ledger::Split`).
    pub split: Json,
    /// Set where all of it was to be given back while refunds were under way, as JSON (`refund::Rest`).
    pub rest: Option<Json>,
    /// What the customer has to do, as JSON (`gateway::Action`).
    pub action: Option<Json>,
    pub decline_code: Option<String>,
    /// When an action that is still open is given up.
    pub expires_at: Option<DateTimeUtc>,
    /// Grows with every change.
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
