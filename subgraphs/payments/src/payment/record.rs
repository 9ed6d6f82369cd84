//! Writes down what becomes of a payment, and tells those who wait for it.
//!
//! A call to a gateway is made in no transaction, and what it answers is written down in one. Whatever dies in between is
//! repeated with the same idempotency key. So the gateway may know what is not written down yet, or never will be by who
//! asked for it: of two who ask for what rules each other out, the gateway refuses one, who looks again and writes down
//! what the other has come to ([`after_refusal`]).

use contracts::payments::{PaymentAuthorized, PaymentFailed, PaymentFailure};
use payments_entities::payment::{Model, Status};
use platform_core::id::PaymentId;
use platform_database::Transaction;
use platform_jobs::JobOptions;
use sea_orm::ActiveValue::Set;
use serde_json::Value as Json;

use super::error::PaymentError;
use super::give_back::give_back;
use super::jobs::ExpirePayment;
use super::row::{amount, find, lock, touched};
use super::status::{self, Event};
use super::store;
use super::taken::taken;
use crate::app::App;
use crate::gateway::{Charge, ChargeState, GatewayError};

/// Asks the gateway how the charge stands: after the customer's action, or when a webhook says that it changed. One that
/// was given up, which its gateway need not have heard, is given back.
#[tracing::instrument(name = "payments.refresh", skip_all, fields(payment.id = %id))]
pub async fn refresh(app: &App, id: PaymentId) -> Result<Model, PaymentError> {
    let payment = find(app, id).await?;
    let gateway = match payment.status {
        status if status::is_deferred(status) => app.gateways().get(&payment.gateway).ok(),
        status if status::is_given_up(status) => app.gateways().giving_back(&payment.gateway),
        _ => None,
    };
    let (Some(gateway), Some(reference)) = (gateway, &payment.gateway_reference) else { return Ok(payment) };
    let charge = gateway.retrieve(reference).await?;
    record(app, id, charge).await
}

/// What became of a payment of which its gateway refuses `event`. Mostly somebody else has asked for what rules it out,
/// and has not written that down yet, or died before: then it is written down here. The payment where it has come to
/// `event` all the same, or needs it no more; otherwise why it cannot.
pub async fn after_refusal(
    app: &App,
    payment: &Model,
    event: Event,
    refused: GatewayError,
) -> Result<Model, PaymentError> {
    let Some(gateway) = app.gateways().giving_back(&payment.gateway) else { return Err(refused.into()) };
    let charge = match &payment.gateway_reference {
        Some(reference) => Some(gateway.retrieve(reference).await?),
        None => gateway.find(&payment.id.to_string()).await?,
    };
    let Some(charge) = charge else { return Err(refused.into()) };
    let now = record(app, payment.id, charge).await?;
    if status::apply(now.status, event)? == now.status { Ok(now) } else { Err(refused.into()) }
}

/// Writes down how the gateway says a charge stands, and tells those who wait for it.
pub async fn record(app: &App, id: PaymentId, charge: Charge) -> Result<Model, PaymentError> {
    if charge.state == ChargeState::Captured {
        return taken(app, id).await;
    }
    let tx = app.begin().await?;
    let payment = lock(&tx, id).await?;
    if status::is_given_up(payment.status) && charge.may_hold() {
        // It was given up while the gateway still worked on it: give back what it holds, or comes to hold.
        tx.rollback().await?;
        give_back(app, &payment).await?;
        return Ok(payment);
    }
    let answer = Answer::of(charge.state)?;
    let status = status::apply(payment.status, answer.event)?;
    if status == payment.status && payment.gateway_reference.is_some() {
        return Ok(payment);
    }
    let (is_new, deferred) = (status != payment.status, status::is_deferred(payment.status));
    let mut row = touched(app, payment);
    row.status = Set(status);
    row.gateway_reference = Set(Some(charge.reference));
    row.action = Set(answer.action);
    row.decline_code = Set(answer.decline_code);
    let payment = store::update(&tx, row).await?;
    if status::is_deferred(status) {
        expire_later(app, &tx, &payment).await?;
    }
    if is_new {
        tell(app, &tx, &payment, deferred).await?;
    }
    tx.commit().await?;
    Ok(payment)
}

/// Writes down that a payment will not come of which nothing has come yet. Any other is answered as it stands.
pub async fn close_open(
    app: &App,
    id: PaymentId,
    event: Event,
    decline_code: Option<&str>,
) -> Result<Model, PaymentError> {
    let tx = app.begin().await?;
    let payment = lock(&tx, id).await?;
    if !status::is_open(payment.status) {
        return Ok(payment);
    }
    close_locked(app, tx, payment, event, decline_code).await
}

/// Writes down that a payment will not come any more.
pub async fn close(app: &App, id: PaymentId, event: Event) -> Result<Model, PaymentError> {
    let tx = app.begin().await?;
    let payment = lock(&tx, id).await?;
    close_locked(app, tx, payment, event, None).await
}

async fn close_locked(
    app: &App,
    tx: Transaction,
    payment: Model,
    event: Event,
    decline_code: Option<&str>,
) -> Result<Model, PaymentError> {
    let status = status::apply(payment.status, event)?;
    if payment.status == status {
        return Ok(payment);
    }
    let deferred = status::is_deferred(payment.status);
    let mut row = touched(app, payment);
    row.status = Set(status);
    row.action = Set(None);
    if let Some(code) = decline_code {
        row.decline_code = Set(Some(code.to_owned()));
    }
    let payment = store::update(&tx, row).await?;
    tell(app, &tx, &payment, deferred).await?;
    tx.commit().await?;
    Ok(payment)
}

/// Gives a payment that waits up at its deadline.
pub async fn expire_later(app: &App, tx: &Transaction, payment: &Model) -> Result<(), PaymentError> {
    let options = JobOptions { run_at: payment.expires_at, unique_key: None };
    app.jobs.enqueue_with(tx, &ExpirePayment { payment_id: payment.id }, options).await?;
    Ok(())
}

/// Tells others to what status a payment came, if that decides anything. `deferred`: whoever asked for it was told to wait.
pub async fn tell(app: &App, tx: &Transaction, payment: &Model, deferred: bool) -> Result<(), PaymentError> {
    let outbox = &app.outbox;
    let (payment_id, order_id, user_id) = (payment.id, payment.order_id, payment.user_id);
    match payment.status {
        Status::Authorized => {
            let amount = amount(payment)?;
            let event = PaymentAuthorized { payment_id, order_id, user_id, amount, deferred };
            outbox.publish(tx, &event).await?;
        }
        Status::Declined | Status::Voided | Status::Expired => {
            let reason = failure(payment.status, payment.decline_code.as_deref());
            let event = PaymentFailed { payment_id, order_id, user_id, reason, deferred };
            outbox.publish(tx, &event).await?;
        }
        Status::Created | Status::RequiresAction | Status::Pending | Status::Captured => {}
    }
    Ok(())
}

/// What a gateway says of a charge, as a payment keeps it.
pub struct Answer {
    pub event: Event,
    pub action: Option<Json>,
    pub decline_code: Option<String>,
}

impl Answer {
    pub fn of(state: ChargeState) -> Result<Self, PaymentError> {
        let (event, action, decline_code) = match state {
            ChargeState::ActionRequired(action) => {
                (Event::ActionRequired, Some(serde_json::to_value(action)?), None)
            }
            ChargeState::Pending => (Event::OutcomeDeferred, None, None),
            ChargeState::Authorized => (Event::Authorized, None, None),
            ChargeState::Captured => (Event::Captured, None, None),
            ChargeState::Declined { code } => (Event::Declined, None, Some(code)),
            ChargeState::Voided => (Event::Voided, None, None),
        };
        Ok(Self { event, action, decline_code })
    }

    pub const fn declined(code: String) -> Self {
        Self { event: Event::Declined, action: None, decline_code: Some(code) }
    }
}

/// Why a payment that ended in `status` will not come.
fn failure(status: Status, decline_code: Option<&str>) -> PaymentFailure {
    match (status, decline_code) {
        (Status::Expired, _) => PaymentFailure::Expired,
        (Status::Voided, _) => PaymentFailure::Voided,
        (_, Some("insufficient_funds")) => PaymentFailure::InsufficientFunds,
        (_, Some("challenge_failed")) => PaymentFailure::ChallengeFailed,
        _ => PaymentFailure::Declined,
    }
}
