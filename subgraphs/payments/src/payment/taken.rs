//! Books the money that a gateway has taken.

use contracts::payments::PaymentSucceeded;
use payments_entities::ledger_transaction::Kind;
use payments_entities::payment::Model;
use platform_core::id::PaymentId;

use super::error::PaymentError;
use super::row::{amount, find, split};
use super::status::{self, Event};
use super::store;
use crate::app::App;

/// Writes down, once, that a payment is captured, whoever had it captured.
pub async fn taken(app: &App, id: PaymentId) -> Result<Model, PaymentError> {
    let tx = app.begin().await?;
    let Some(payment) = store::capture(&tx, id, app.now()).await? else {
        tx.rollback().await?;
        // Somebody else has written it down.
        let payment = find(app, id).await?;
        status::apply(payment.status, Event::Captured)?;
        return Ok(payment);
    };
    let amount = amount(&payment)?;
    let postings = split(&payment)?.capture(amount, &payment.gateway)?;
    app.ledger().book(&tx, Kind::Capture, &id.to_string(), &postings).await?;
    let (order_id, user_id) = (payment.order_id, payment.user_id);
    let event = PaymentSucceeded { payment_id: id, order_id, user_id, amount };
    app.outbox.publish(&tx, &event).await?;
    tx.commit().await?;
    Ok(payment)
}
