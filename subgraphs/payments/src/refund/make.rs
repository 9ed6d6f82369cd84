//! Keeps a refund, then has it made.
//!
//! The amount is set aside on the payment (a CHECK holds it below what was captured) in the transaction that keeps the
//! refund and the job which finishes it; the gateway is called after that, inline and again by the job if need be.

use payments_entities::payment::{Model as Payment, Status as PaymentStatus};
use payments_entities::refund::{ActiveModel, Model, Status};
use platform_commerce::Money;
use platform_core::id::PaymentId;
use platform_database::{Transaction, Violation};
use platform_jobs::JobOptions;
use sea_orm::ActiveValue::Set;

use super::finish::{finish, set_aside};
use super::jobs::FinishRefund;
use super::key::RefundKey;
use super::left::left;
use super::store;
use crate::app::App;
use crate::ledger::Split;
use crate::payment::{self, PaymentError};

/// What became of a request for a refund.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "made once for an answer")]
pub enum RefundOutcome {
    Made(Model),
    /// The payment has less left than was asked for.
    TooLarge {
        refundable: Money,
    },
    /// Nothing of the payment was captured.
    NotCaptured,
}

/// What is to be given back.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    amount: Money,
    /// How pieces of the order divide, of which `amount` is what goes back in money. `None`: no particular pieces, so that of
    /// everything the same part is given back.
    pieces: Option<&'a Split>,
}

impl<'a> Wanted<'a> {
    /// All that is left, with `money`, which may be nothing.
    pub const fn all(money: Money) -> Self {
        Self { amount: money, pieces: None }
    }

    /// An amount of no particular pieces.
    pub fn amount(amount: Money) -> Result<Self, PaymentError> {
        if amount.minor() <= 0 {
            return Err(PaymentError::NothingToRefund);
        }
        Ok(Self { amount, pieces: None })
    }

    /// What pieces cost that divide as `split`, `amount` of it in money.
    pub fn pieces(amount: Money, split: &'a Split) -> Result<Self, PaymentError> {
        split.check(amount)?;
        if split.divide(amount).paid()?.is_zero() {
            return Err(PaymentError::NothingToRefund);
        }
        Ok(Self { amount, pieces: Some(split) })
    }
}

/// Gives back what is wanted. The same key gives the same refund, as it stands now; with other input it is refused.
#[tracing::instrument(name = "payments.refund", skip_all, fields(payment.id = %payment_id))]
pub async fn refund(
    app: &App,
    payment_id: PaymentId,
    wanted: Wanted<'_>,
    reason: &str,
    key: RefundKey<'_>,
) -> Result<RefundOutcome, PaymentError> {
    let amount = wanted.amount;
    let pieces = wanted.pieces.map(serde_json::to_value).transpose()?;
    let kept = format!("{payment_id}:{}", key.text());
    let tx = app.begin().await?;
    let payment = payment::lock(&tx, payment_id).await?;
    if let Some(known) = key.find(&tx, payment_id, &kept).await? {
        tx.rollback().await?;
        let is_same = known.payment_id == payment_id
            && known.amount_minor == amount.minor()
            && known.currency == amount.currency().as_str()
            && known.reason == reason
            && known.split == pieces;
        if !is_same {
            return Err(PaymentError::KeyReused);
        }
        return finish(app, known.id).await.map(RefundOutcome::Made);
    }
    if payment.status != PaymentStatus::Captured {
        return Ok(RefundOutcome::NotCaptured);
    }
    let captured = Money::from_minor(payment.captured_minor, payment.currency.parse()?);
    if amount.currency() != captured.currency() {
        return Err(PaymentError::OtherCurrency(captured.currency()));
    }
    let refundable = captured.checked_sub(Money::from_minor(payment.refunded_minor, captured.currency()))?;
    let has_less = refundable.checked_sub(amount)?.is_negative();
    if has_less || !has_points_of(&tx, &payment, wanted).await? {
        return Ok(RefundOutcome::TooLarge { refundable });
    }
    let now = app.now();
    let id = key.id(app);
    let row = ActiveModel {
        id: Set(id),
        payment_id: Set(payment_id),
        idempotency_key: Set(kept),
        caller_key: Set(key.of_caller().map(str::to_owned)),
        status: Set(Status::Pending),
        currency: Set(amount.currency().to_string()),
        amount_minor: Set(amount.minor()),
        split: Set(pieces),
        reason: Set(reason.to_owned()),
        gateway_reference: Set(None),
        failure: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
    };
    match store::insert(&tx, row).await {
        Ok(()) => {}
        // The other of two requests at once was for another payment: this one's is locked.
        Err(error) if error.is_unique_violation() => return Err(PaymentError::KeyReused),
        Err(error) => return Err(error.into()),
    }
    set_aside(app, &tx, payment, amount.minor()).await?;
    let options = JobOptions { run_at: Some(now + FinishRefund::GRACE), unique_key: None };
    app.jobs.enqueue_with(&tx, &FinishRefund { refund_id: id }, options).await?;
    tx.commit().await?;
    finish(app, id).await.map(RefundOutcome::Made)
}

/// Whether the points that are to come back with pieces are left of the payment. After a refund of an amount, which took its
/// part of all points, those come that are left.
async fn has_points_of(
    tx: &Transaction,
    payment: &Payment,
    wanted: Wanted<'_>,
) -> Result<bool, PaymentError> {
    match wanted.pieces {
        Some(pieces) if pieces.points_minor > 0 => {
            let left = left(&**tx, payment).await?;
            Ok(left.is_by_amount || left.division.points.minor() >= pieces.points_minor)
        }
        Some(_) | None => Ok(true),
    }
}
