//! Gives back all that is left of a payment, once its order is called off.
//!
//! What refunds keep that are under way is theirs to give back. The payment notes that nothing of it is to stay, and
//! whichever of them is refused, or leaves points behind, has a job give that back too.

use payments_entities::payment::Model as Payment;
use payments_entities::refund::{Model, Status};
use platform_commerce::Money;
use platform_core::id::PaymentId;
use platform_database::Transaction;
use sea_orm::ActiveValue::Set;
use serde::{Deserialize, Serialize};

use super::finish::finish;
use super::jobs::GiveBackRest;
use super::key::RefundKey;
use super::left::left;
use super::make::{RefundOutcome, Wanted, refund};
use super::store;
use crate::app::App;
use crate::payment::{self, PaymentError};

/// How often all that is left is tried to be given back under one key.
const MAX_ATTEMPTS: usize = 20;

/// That all of a payment is to be given back, as it keeps it.
#[derive(Debug, Serialize, Deserialize)]
struct Rest {
    /// The key that it was asked for under.
    key: String,
    reason: String,
}

/// Gives back all that is left. Nothing left, or all of it under this key already: nothing happens. A refund under the key
/// that failed is made anew.
pub async fn refund_remaining(
    app: &App,
    payment_id: PaymentId,
    reason: &str,
    idempotency_key: &str,
) -> Result<(), PaymentError> {
    let mut key = idempotency_key.to_owned();
    for attempt in 1..=MAX_ATTEMPTS {
        match store::find_by_key(app.database(), &format!("{payment_id}:{key}")).await? {
            Some(known) if known.status == Status::Failed => {
                key = format!("{idempotency_key}#{attempt}");
                continue;
            }
            Some(known) => return settled(finish(app, known.id).await?),
            None => {}
        }
        let rest = Rest { key: idempotency_key.to_owned(), reason: reason.to_owned() };
        let payment = note(app, payment_id, rest).await?;
        let money = payment.captured_minor.saturating_sub(payment.refunded_minor);
        if money <= 0 && !has_more_than_money(app, &payment).await? {
            return Ok(());
        }
        let all = Wanted::all(Money::from_minor(money.max(0), payment.currency.parse()?));
        match refund(app, payment_id, all, reason, RefundKey::OfPayment(&key)).await? {
            RefundOutcome::Made(refund) => return settled(refund),
            RefundOutcome::NotCaptured => return Ok(()),
            // Another refund came in between: less is left.
            RefundOutcome::TooLarge { .. } => {}
        }
    }
    Err(PaymentError::RefundFailed("it was tried too often".to_owned()))
}

/// Has what a refund leaves given back that has ended after its order was called off.
pub async fn follow(
    app: &App,
    tx: &Transaction,
    payment: &Payment,
    refund: &Model,
) -> Result<(), PaymentError> {
    let Some(rest) = &payment.rest else { return Ok(()) };
    let Rest { key, reason } = serde_json::from_value(rest.clone())?;
    // Whoever asked for the rest hears what became of it.
    if refund.idempotency_key.starts_with(&format!("{}:{key}", payment.id)) {
        return Ok(());
    }
    let job =
        GiveBackRest { payment_id: payment.id, reason, idempotency_key: format!("{key}:{}", refund.id) };
    app.jobs.enqueue(tx, &job).await?;
    Ok(())
}

/// The payment, which notes that all of it is to be given back where refunds are under way. Locked for that, so that a
/// refund ends before, and less is left, or after, and has heard.
async fn note(app: &App, id: PaymentId, rest: Rest) -> Result<Payment, PaymentError> {
    let tx = app.begin().await?;
    let payment = payment::lock(&tx, id).await?;
    if payment.rest.is_some() || !store::has_pending(&tx, id).await? {
        tx.rollback().await?;
        return Ok(payment);
    }
    let mut row = payment::touched(app, payment);
    row.rest = Set(Some(serde_json::to_value(rest)?));
    let payment = payment::update(&tx, row).await?;
    tx.commit().await?;
    Ok(payment)
}

/// Whether pieces or shipping took the last of the money, and what points and discounts paid is left. While a refund is under
/// way it may yet give that back.
async fn has_more_than_money(app: &App, payment: &Payment) -> Result<bool, PaymentError> {
    let left = left(app.database().read(), payment).await?.division;
    Ok(left.money.is_zero() && !left.paid()?.is_zero())
}

/// Fails for a refund that the gateway refused: nothing was given back.
fn settled(refund: Model) -> Result<(), PaymentError> {
    match refund.status {
        Status::Failed => Err(PaymentError::RefundFailed(refund.failure.unwrap_or_default())),
        Status::Pending | Status::Succeeded => Ok(()),
    }
}
