//! Decides and carries out refunds.
//!
//! The amount is set aside on the payment (a CHECK holds it below what was captured) in the transaction that keeps the
//! refund and the job which finishes it; the gateway is called after that, inline and again by the job if need be.

use std::borrow::Cow;

use contracts::payments::PaymentRefunded;
use payments_entities::ledger_transaction::Kind as EntryKind;
use payments_entities::payment::{self, Status as PaymentStatus};
use payments_entities::refund::{ActiveModel, Model, Status};
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::{PaymentId, RefundId};
use platform_database::{StoreError, Transaction, Violation};
use platform_jobs::JobOptions;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;

use super::jobs::FinishRefund;
use super::store;
use crate::app::App;
use crate::gateway::GatewayError;
use crate::payment::{PaymentError, Payments, find as find_payment, update as update_payment};
use crate::points::{are_spent, give_back};

/// How often all that is left is tried to be given back under one key.
const MAX_ATTEMPTS: usize = 20;

/// Under which key a refund is asked for.
#[derive(Debug, Clone, Copy)]
pub enum RefundKey<'a> {
    /// Of staff, whose keys are the shop's: it is for one payment, amount and reason.
    OfShop(&'a str),
    /// Of a service, which has it for each payment.
    OfPayment(&'a str),
    /// Of a service that picks the refund's id, which is its key too.
    Picked(RefundId),
}

impl<'a> RefundKey<'a> {
    fn text(self) -> Cow<'a, str> {
        match self {
            Self::OfShop(key) | Self::OfPayment(key) => Cow::Borrowed(key),
            Self::Picked(id) => Cow::Owned(id.to_string()),
        }
    }

    /// What a new refund under the key is called.
    fn id(self, app: &App) -> RefundId {
        match self {
            Self::OfShop(_) | Self::OfPayment(_) => app.next_id(),
            Self::Picked(id) => id,
        }
    }

    /// The key as callers know it.
    fn of_caller(self) -> Option<&'a str> {
        match self {
            Self::OfShop(key) => Some(key),
            Self::OfPayment(_) | Self::Picked(_) => None,
        }
    }

    /// What was asked for under the key, if anything was: the same payment's before another's.
    async fn find(
        self,
        tx: &Transaction,
        payment: PaymentId,
        kept: &str,
    ) -> Result<Option<Model>, StoreError> {
        let mut known = store::asked_for(tx, kept, self.of_caller()).await?;
        known.sort_by_key(|refund| refund.payment_id != payment);
        Ok(known.into_iter().next())
    }
}

/// What became of a request for a refund.
#[derive(Debug, Clone, PartialEq)]
pub enum RefundOutcome {
    Made(Model),
    /// The payment has less left than was asked for.
    TooLarge {
        refundable: Money,
    },
    /// Nothing of the payment was captured.
    NotCaptured,
}

/// What became of a refund that staff say they have made.
#[derive(Debug, Clone, PartialEq)]
pub enum SettleOutcome {
    Settled(Model),
    /// It was made or has failed already, or its gateway still works at it.
    NotWaiting(Model),
}

#[derive(Clone)]
pub struct Refunds {
    pub payments: Payments,
}

impl Refunds {
    /// Gives `amount` back. The same key gives the same refund, as it stands now; with other input it is refused.
    #[tracing::instrument(name = "payments.refund", skip_all, fields(payment.id = %payment_id))]
    pub async fn refund(
        &self,
        payment_id: PaymentId,
        amount: Money,
        reason: &str,
        key: RefundKey<'_>,
    ) -> Result<RefundOutcome, PaymentError> {
        if amount.minor() <= 0 {
            return Err(PaymentError::NothingToRefund);
        }
        let kept = format!("{payment_id}:{}", key.text());
        let tx = self.payments.app.begin().await?;
        let payment = self.payments.lock(&tx, payment_id).await?;
        if let Some(known) = key.find(&tx, payment_id, &kept).await? {
            tx.rollback().await?;
            let is_same = known.payment_id == payment_id
                && known.amount_minor == amount.minor()
                && known.currency == amount.currency().as_str()
                && known.reason == reason;
            if !is_same {
                return Err(PaymentError::KeyReused);
            }
            return self.finish(known.id).await.map(RefundOutcome::Made);
        }
        if payment.status != PaymentStatus::Captured {
            return Ok(RefundOutcome::NotCaptured);
        }
        let captured = Money::from_minor(payment.captured_minor, payment.currency.parse()?);
        if amount.currency() != captured.currency() {
            return Err(PaymentError::OtherCurrency(captured.currency()));
        }
        let refundable =
            captured.checked_sub(Money::from_minor(payment.refunded_minor, captured.currency()))?;
        if refundable.checked_sub(amount)?.is_negative() {
            return Ok(RefundOutcome::TooLarge { refundable });
        }
        let now = self.payments.app.now();
        let id = key.id(&self.payments.app);
        let row = ActiveModel {
            id: Set(id),
            payment_id: Set(payment_id),
            idempotency_key: Set(kept),
            caller_key: Set(key.of_caller().map(str::to_owned)),
            status: Set(Status::Pending),
            currency: Set(amount.currency().to_string()),
            amount_minor: Set(amount.minor()),
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
        self.set_aside(&tx, payment, amount.minor()).await?;
        let options = JobOptions { run_at: Some(now + FinishRefund::GRACE), unique_key: None };
        self.payments.app.platform().jobs.enqueue_with(&tx, &FinishRefund { refund_id: id }, options).await?;
        tx.commit().await?;
        self.finish(id).await.map(RefundOutcome::Made)
    }

    /// Gives back all that is left. Nothing left, or all of it under this key already: nothing happens. A refund under
    /// the key that failed is made anew.
    pub async fn refund_remaining(
        &self,
        payment_id: PaymentId,
        reason: &str,
        idempotency_key: &str,
    ) -> Result<(), PaymentError> {
        let database = self.payments.app.database();
        let mut key = idempotency_key.to_owned();
        for attempt in 1..=MAX_ATTEMPTS {
            match store::find_by_key(database, &format!("{payment_id}:{key}")).await? {
                Some(known) if known.status == Status::Failed => {
                    key = format!("{idempotency_key}#{attempt}");
                    continue;
                }
                Some(known) => return settled(self.finish(known.id).await?),
                None => {}
            }
            let payment = find_payment(database, payment_id).await?;
            let payment = payment.ok_or(PaymentError::NotFound)?;
            let left = payment.captured_minor.saturating_sub(payment.refunded_minor);
            if left <= 0 {
                return Ok(());
            }
            let amount = Money::from_minor(left, payment.currency.parse()?);
            match self.refund(payment_id, amount, reason, RefundKey::OfPayment(&key)).await? {
                RefundOutcome::Made(refund) => return settled(refund),
                RefundOutcome::NotCaptured => return Ok(()),
                // Another refund came in between: less is left.
                RefundOutcome::TooLarge { .. } => {}
            }
        }
        Err(PaymentError::RefundFailed("it was tried too often".to_owned()))
    }

    /// What was given back of a payment.
    pub async fn refunded(&self, id: PaymentId, currency: CurrencyCode) -> Result<Money, PaymentError> {
        let made = store::succeeded(self.payments.app.database().read(), id).await?;
        let amounts = made.iter().map(|refund| Money::from_minor(refund.amount_minor, currency));
        Ok(Money::sum(currency, amounts)?)
    }

    async fn set_aside(
        &self,
        tx: &Transaction,
        payment: payment::Model,
        change: i64,
    ) -> Result<(), PaymentError> {
        let refunded = payment.refunded_minor.saturating_add(change);
        let mut row = self.payments.touched(payment);
        row.refunded_minor = Set(refunded);
        update_payment(tx, row).await?;
        Ok(())
    }

    /// Puts a refund to the gateway and books it; what is finished already stays as it is.
    pub async fn finish(&self, id: RefundId) -> Result<Model, PaymentError> {
        let database = self.payments.app.database();
        let refund = store::find(database.read(), id).await?.ok_or(PaymentError::NoSuchRefund)?;
        if refund.status != Status::Pending {
            return Ok(refund);
        }
        let payment = find_payment(database, refund.payment_id).await?;
        let payment = payment.ok_or(PaymentError::NotFound)?;
        let amount = Money::from_minor(refund.amount_minor, refund.currency.parse()?);
        let reference = payment.gateway_reference.as_deref().ok_or(PaymentError::NotFound)?;
        let Some(gateway) = self.payments.app.gateways().giving_back(&payment.gateway) else {
            return self.leave_to_staff(refund, &payment.gateway).await;
        };
        match gateway.refund(reference, amount, &id.to_string()).await {
            Ok(gateway_reference) => self.succeed(&payment, id, gateway_reference).await,
            Err(GatewayError::Refused(reason)) => self.fail(refund.payment_id, id, reason).await,
            Err(error) => Err(error.into()),
        }
    }

    /// Nobody here can ask the gateway: the amount stays set aside until staff have given it back by other means.
    async fn leave_to_staff(&self, refund: Model, gateway: &str) -> Result<Model, PaymentError> {
        if waits_for_staff(&refund) {
            return Ok(refund);
        }
        tracing::warn!(refund.id = %refund.id, gateway, "a refund waits for staff: its gateway is gone");
        let failure = format!("the gateway `{gateway}` is not served any more");
        store::note_failure(self.payments.app.database(), refund.id, &failure).await?;
        Ok(Model { failure: Some(failure), ..refund })
    }

    /// Books a refund that staff have made by other means; `reference` says where.
    #[tracing::instrument(name = "payments.settle_refund", skip_all, fields(refund.id = %id))]
    pub async fn settle(&self, id: RefundId, reference: &str) -> Result<SettleOutcome, PaymentError> {
        let refund =
            store::find(self.payments.app.database().read(), id).await?.ok_or(PaymentError::NoSuchRefund)?;
        if !waits_for_staff(&refund) {
            return Ok(SettleOutcome::NotWaiting(refund));
        }
        let payment = find_payment(self.payments.app.database(), refund.payment_id).await?;
        let payment = payment.ok_or(PaymentError::NotFound)?;
        self.succeed(&payment, id, reference.to_owned()).await.map(SettleOutcome::Settled)
    }

    /// Books a refund that was made of `payment`, of which only what never changes is read.
    async fn succeed(
        &self,
        payment: &payment::Model,
        id: RefundId,
        reference: String,
    ) -> Result<Model, PaymentError> {
        let payment_id = payment.id;
        let tx = self.payments.app.begin().await?;
        let are_spent = are_spent(&tx, &payment.idempotency_key).await?;
        let payment = self.payments.lock(&tx, payment_id).await?;
        let earlier = store::succeeded(&*tx, payment_id).await?;
        let refund = store::find(&*tx, id).await?.ok_or(PaymentError::NotFound)?;
        if refund.status != Status::Pending {
            return Ok(refund);
        }
        let captured = Money::from_minor(payment.captured_minor, payment.currency.parse()?);
        let money = |minor| Money::from_minor(minor, captured.currency());
        let before = Money::sum(captured.currency(), earlier.iter().map(|r| money(r.amount_minor)))?;
        let amount = money(refund.amount_minor);
        let split = crate::payment::split(&payment)?;
        let postings = split.refund(captured, before, amount, &payment.gateway)?;
        self.payments.app.ledger().book(&tx, EntryKind::Refund, &id.to_string(), &postings).await?;
        let mut points = 0;
        if let Some(user) = payment.user_id.filter(|_| are_spent) {
            let after = split.points_returned(captured, before.checked_add(amount)?)?;
            points = after.checked_sub(split.points_returned(captured, before)?)?.minor();
            give_back(&self.payments.app, &tx, user, &id.to_string(), points).await?;
        }
        let order_id = payment.order_id;
        let row = ActiveModel {
            status: Set(Status::Succeeded),
            gateway_reference: Set(Some(reference)),
            failure: Set(None),
            updated_at: Set(self.payments.app.now()),
            ..refund.into_active_model()
        };
        let refund = store::update(&tx, row).await?;
        let total = before.checked_add(amount)?;
        let event = PaymentRefunded {
            payment_id,
            refund_id: id,
            order_id,
            user_id: payment.user_id,
            amount,
            refunded: total,
            points,
        };
        self.payments.app.platform().outbox.publish(&tx, &event).await?;
        tx.commit().await?;
        Ok(refund)
    }

    async fn fail(&self, payment_id: PaymentId, id: RefundId, reason: String) -> Result<Model, PaymentError> {
        let tx = self.payments.app.begin().await?;
        let payment = self.payments.lock(&tx, payment_id).await?;
        let refund = store::find(&*tx, id).await?.ok_or(PaymentError::NotFound)?;
        if refund.status != Status::Pending {
            return Ok(refund);
        }
        self.set_aside(&tx, payment, refund.amount_minor.saturating_neg()).await?;
        let row = ActiveModel {
            status: Set(Status::Failed),
            failure: Set(Some(reason)),
            updated_at: Set(self.payments.app.now()),
            ..refund.into_active_model()
        };
        let refund = store::update(&tx, row).await?;
        tx.commit().await?;
        Ok(refund)
    }
}

/// Whether the gateway that keeps the money is gone.
pub fn waits_for_staff(refund: &Model) -> bool {
    refund.status == Status::Pending && refund.failure.is_some()
}

/// Fails for a refund that the gateway refused: nothing was given back.
fn settled(refund: Model) -> Result<(), PaymentError> {
    match refund.status {
        Status::Failed => Err(PaymentError::RefundFailed(refund.failure.unwrap_or_default())),
        Status::Pending | Status::Succeeded => Ok(()),
    }
}
