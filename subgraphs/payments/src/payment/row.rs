//! A payment as it is written down: made, found, locked, read, and made ready to be changed.

use payments_entities::payment::{ActiveModel, Model};
use platform_commerce::Money;
use platform_core::id::{OrderId, PaymentId};
use platform_database::Transaction;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::error::PaymentError;
use super::store;
use crate::app::App;
use crate::ledger::Split;

/// A payment of which nothing has come about.
pub fn new(app: &App, id: PaymentId, order: OrderId, key: &str, amount: Money) -> ActiveModel {
    let now = app.now();
    ActiveModel {
        id: Set(id),
        order_id: Set(order),
        user_id: Set(None),
        guest_id: Set(None),
        idempotency_key: Set(key.to_owned()),
        gateway_reference: Set(None),
        currency: Set(amount.currency().to_string()),
        amount_minor: Set(amount.minor()),
        captured_minor: Set(0),
        refunded_minor: Set(0),
        rest: Set(None),
        action: Set(None),
        decline_code: Set(None),
        expires_at: Set(None),
        version: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    }
}

pub async fn find(app: &App, id: PaymentId) -> Result<Model, PaymentError> {
    store::find(app.database(), id).await?.ok_or(PaymentError::NotFound)
}

/// Locks the payment in `tx`.
pub async fn lock(tx: &Transaction, id: PaymentId) -> Result<Model, PaymentError> {
    store::lock(tx, id).await?.ok_or(PaymentError::NotFound)
}

/// The amount of a payment.
pub fn amount(payment: &Model) -> Result<Money, PaymentError> {
    Ok(Money::from_minor(payment.amount_minor, payment.currency.parse()?))
}

/// How a payment's amount divides.
pub fn split(payment: &Model) -> Result<Split, PaymentError> {
    Ok(serde_json::from_value(payment.split.clone())?)
}

/// The row ready to be changed, its version counted up.
pub fn touched(app: &App, payment: Model) -> ActiveModel {
    let version = payment.version;
    let mut row = payment.into_active_model();
    row.version = Set(version.saturating_add(1));
    row.updated_at = Set(app.now());
    row
}
