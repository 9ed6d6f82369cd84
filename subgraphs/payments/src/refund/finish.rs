//! Carries out a refund that is kept: the gateway gives the money back, or staff do by other means, and it is booked.

use contracts::payments::PaymentRefunded;
use payments_entities::ledger_transaction::Kind;
use payments_entities::payment::Model as Payment;
use payments_entities::refund::{ActiveModel, Model, Status};
use platform_commerce::Money;
use platform_core::id::{PaymentId, RefundId};
use platform_database::Transaction;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::left::{Left, given_back, left};
use super::{rest, store};
use crate::app::App;
use crate::gateway::GatewayError;
use crate::ledger::Split;
use crate::payment::{self, PaymentError};
use crate::points::{are_spent, give_back, reverse};

/// What became of a refund that staff say they have made.
#[derive(Debug, Clone, PartialEq)]
pub enum SettleOutcome {
    Settled(Model),
    /// It was made or has failed already, or its gateway still works at it.
    NotWaiting(Model),
}

/// Puts a refund to the gateway and books it; what is finished already stays as it is.
pub async fn finish(app: &App, id: RefundId) -> Result<Model, PaymentError> {
    let refund = store::find(app.database().read(), id).await?.ok_or(PaymentError::NoSuchRefund)?;
    if refund.status != Status::Pending {
        return Ok(refund);
    }
    let payment = payment::find(app, refund.payment_id).await?;
    let amount = Money::from_minor(refund.amount_minor, refund.currency.parse()?);
    if amount.is_zero() {
        return succeed(app, &payment, id, None).await;
    }
    let reference = payment.gateway_reference.as_deref().ok_or(PaymentError::NotFound)?;
    let Some(gateway) = app.gateways().giving_back(&payment.gateway) else {
        return leave_to_staff(app, refund, &payment.gateway).await;
    };
    match gateway.refund(reference, amount, &id.to_string()).await {
        Ok(gateway_reference) => succeed(app, &payment, id, Some(gateway_reference)).await,
        Err(GatewayError::Refused(reason)) => fail(app, refund.payment_id, id, reason).await,
        Err(error) => Err(error.into()),
    }
}

/// Books a refund that staff have made by other means; `reference` says where.
#[tracing::instrument(name = "payments.settle_refund", skip_all, fields(refund.id = %id))]
pub async fn settle(app: &App, id: RefundId, reference: &str) -> Result<SettleOutcome, PaymentError> {
    let refund = store::find(app.database().read(), id).await?.ok_or(PaymentError::NoSuchRefund)?;
    if !waits_for_staff(&refund) {
        return Ok(SettleOutcome::NotWaiting(refund));
    }
    let payment = payment::find(app, refund.payment_id).await?;
    succeed(app, &payment, id, Some(reference.to_owned())).await.map(SettleOutcome::Settled)
}

/// Nobody here can ask the gateway: the amount stays set aside until staff have given it back by other means.
async fn leave_to_staff(app: &App, refund: Model, gateway: &str) -> Result<Model, PaymentError> {
    if waits_for_staff(&refund) {
        return Ok(refund);
    }
    tracing::warn!(refund.id = %refund.id, gateway, "a refund waits for staff: its gateway is gone");
    let failure = format!("the gateway `{gateway}` is not served any more");
    store::note_failure(app.database(), refund.id, &failure).await?;
    Ok(Model { failure: Some(failure), ..refund })
}

/// Books a refund that was made of `payment`, of which only what never changes is read. `reference` is the gateway's, where
/// money was given back.
async fn succeed(
    app: &App,
    payment: &Payment,
    id: RefundId,
    reference: Option<String>,
) -> Result<Model, PaymentError> {
    let payment_id = payment.id;
    let tx = app.begin().await?;
    let are_spent = are_spent(&tx, &payment.idempotency_key).await?;
    let payment = payment::lock(&tx, payment_id).await?;
    let refund = store::find(&*tx, id).await?.ok_or(PaymentError::NotFound)?;
    if refund.status != Status::Pending {
        return Ok(refund);
    }
    let amount = Money::from_minor(refund.amount_minor, payment.currency.parse()?);
    let Left { division: before, is_by_amount } = left(&*tx, &payment).await?;
    let back = match &refund.split {
        Some(pieces) if !is_by_amount || amount.minor() < before.money.minor() => {
            let pieces: Split = serde_json::from_value(pieces.clone())?;
            before.pieces(&pieces.divide(amount))?
        }
        Some(_) | None => before.share(amount)?,
    };
    let postings = back.given_back(&payment.gateway)?;
    app.ledger().book(&tx, Kind::Refund, &id.to_string(), &postings).await?;
    let in_all = given_back(&payment, &before.after(&postings)?)?;
    let mut points = 0;
    if let Some(user) = payment.user_id.filter(|_| are_spent) {
        points = back.points.minor();
        give_back(app, &tx, user, &id.to_string(), points).await?;
    }
    let row = ActiveModel {
        status: Set(Status::Succeeded),
        gateway_reference: Set(reference),
        failure: Set(None),
        updated_at: Set(app.now()),
        ..refund.into_active_model()
    };
    let refund = store::update(&tx, row).await?;
    reverse(&tx, app, &payment, id).await?;
    rest::follow(app, &tx, &payment, &refund).await?;
    let event = PaymentRefunded {
        payment_id,
        refund_id: id,
        order_id: payment.order_id,
        user_id: payment.user_id,
        amount,
        refunded: in_all.money,
        points,
        points_refunded: Some(in_all.points.minor()),
    };
    app.outbox.publish(&tx, &event).await?;
    tx.commit().await?;
    Ok(refund)
}

async fn fail(app: &App, payment_id: PaymentId, id: RefundId, reason: String) -> Result<Model, PaymentError> {
    let tx = app.begin().await?;
    let payment = payment::lock(&tx, payment_id).await?;
    let refund = store::find(&*tx, id).await?.ok_or(PaymentError::NotFound)?;
    if refund.status != Status::Pending {
        return Ok(refund);
    }
    let payment = set_aside(app, &tx, payment, refund.amount_minor.saturating_neg()).await?;
    let row = ActiveModel {
        status: Set(Status::Failed),
        failure: Set(Some(reason)),
        updated_at: Set(app.now()),
        ..refund.into_active_model()
    };
    let refund = store::update(&tx, row).await?;
    rest::follow(app, &tx, &payment, &refund).await?;
    tx.commit().await?;
    Ok(refund)
}

/// Sets so much more of a payment aside for refunds.
pub async fn set_aside(
    app: &App,
    tx: &Transaction,
    payment: Payment,
    change: i64,
) -> Result<Payment, PaymentError> {
    let refunded = payment.refunded_minor.saturating_add(change);
    let mut row = payment::touched(app, payment);
    row.refunded_minor = Set(refunded);
    Ok(payment::update(tx, row).await?)
}

/// Whether the gateway that keeps the money is gone.
pub fn waits_for_staff(refund: &Model) -> bool {
    refund.status == Status::Pending && refund.failure.is_some()
}
