//! Money given back from a captured payment.

use async_graphql::Enum;
use platform_core::id::{PaymentId, RefundId};
use sea_orm::entity::prelude::*;

/// Where a refund stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Enum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[graphql(name = "RefundStatus")]
pub enum Status {
    /// Being put to the gateway, or waiting for staff where that is gone; its amount is set aside.
    #[sea_orm(string_value = "PENDING")]
    Pending,
    /// The money was given back, by the gateway or by staff.
    #[sea_orm(string_value = "SUCCEEDED")]
    Succeeded,
    /// The gateway refused. Nothing was given back, and the amount can be refunded again.
    #[sea_orm(string_value = "FAILED")]
    Failed,
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "refunds")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: RefundId,
    pub payment_id: PaymentId,
    /// With the payment before it: `<id>:<key>`.
    pub idempotency_key: String,
    /// The key of staff, of whom one key makes one refund; a service has keys for each payment.
    #[sea_orm(unique)]
    pub caller_key: Option<String>,
    pub status: Status,
    pub currency: String,
    /// What goes back in money; zero where points alone go back.
    pub amount_minor: i64,
    /// How the pieces divide that it is the price of, as JSON (`ledger::Split`); `None` for an amount of no particular ones.
    pub split: Option<Json>,
    pub reason: String,
    pub gateway_reference: Option<String>,
    /// Why it failed; of a pending one, why it waits for staff.
    pub failure: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
