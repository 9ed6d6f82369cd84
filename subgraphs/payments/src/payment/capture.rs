//! Takes the money that a payment holds.

use contracts::payments::PaymentSucceeded;
use payments_entities::ledger_transaction::Kind;
use payments_entities::payment::{Model, Status};
use platform_core::id::PaymentId;

use super::error::PaymentError;
use super::row::{amount, find, split};
use super::status::{self, Event};
use super::store;
use crate::app::App;

/// Takes the money that is held, and books it. Captured already: nothing happens.
#[tracing::instrument(name = "payments.capture", skip_all, fields(payment.id = %id))]
pub async fn capture(app: &App, id: PaymentId) -> Result<Model, PaymentError> {
    let payment = find(app, id).await?;
    status::apply(payment.status, Event::Captured)?;
    if payment.status == Status::Captured {
        return Ok(payment);
    }
    let amount = amount(&payment)?;
    let reference = payment.gateway_reference.as_deref().ok_or(PaymentError::NotFound)?;
    app.gateways().get(&payment.gateway)?.capture(reference, amount, &format!("{id}:capture")).await?;

    let tx = app.begin().await?;
    let Some(payment) = store::capture(&tx, id, app.now()).await? else {
        tx.rollback().await?;
        // Somebody else has captured it, or given it up.
        let payment = find(app, id).await?;
        status::apply(payment.status, Event::Captured)?;
        return Ok(payment);
    };
    let postings = split(&payment)?.capture(amount, &payment.gateway)?;
    app.ledger().book(&tx, Kind::Capture, &id.to_string(), &postings).await?;
    let (order_id, user_id) = (payment.order_id, payment.user_id);
    let event = PaymentSucceeded { payment_id: id, order_id, user_id, amount };
    app.platform().outbox.publish(&tx, &event).await?;
    tx.commit().await?;
    Ok(payment)
}
