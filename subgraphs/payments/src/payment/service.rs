//! Decides what becomes of a payment that is written down.
//!
//! A call to a gateway is made in no transaction, and what it answers is written down in one. Whatever dies in between is
//! repeated with the same idempotency key.

use contracts::payments::{PaymentAuthorized, PaymentFailed, PaymentFailure, PaymentSucceeded};
use payments_entities::ledger_transaction::Kind as EntryKind;
use payments_entities::payment::{ActiveModel, Model, Status};
use platform_commerce::Money;
use platform_core::id::PaymentId;
use platform_database::Transaction;
use platform_jobs::JobOptions;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;
use serde_json::Value as Json;

use super::error::PaymentError;
use super::jobs::ExpirePayment;
use super::status::{self, Event};
use super::store;
use crate::app::App;
use crate::gateway::{Charge, ChargeState};
use crate::ledger::Split;

#[derive(Clone)]
pub struct Payments {
    pub app: App,
}

impl Payments {
    /// Writes down how the gateway says a charge stands, and tells those who wait for it.
    pub(super) async fn record(&self, id: PaymentId, charge: Charge) -> Result<Model, PaymentError> {
        let tx = self.app.begin().await?;
        let payment = store::lock(&tx, id).await?.ok_or(PaymentError::NotFound)?;
        let given_up = matches!(payment.status, Status::Voided | Status::Expired);
        if given_up && charge.may_hold() {
            // It was given up while the gateway still worked on it: give back what it holds, or comes to hold.
            tx.rollback().await?;
            if let Some(gateway) = self.app.gateways().giving_back(&payment.gateway) {
                gateway.void(&charge.reference, &format!("{id}:void")).await?;
            }
            return Ok(payment);
        }
        let answer = Answer::of(charge.state)?;
        let status = status::apply(payment.status, answer.event)?;
        if status == payment.status && payment.gateway_reference.is_some() {
            return Ok(payment);
        }
        let (is_new, deferred) = (status != payment.status, status::is_deferred(payment.status));
        let mut row = self.touched(payment);
        row.status = Set(status);
        row.gateway_reference = Set(Some(charge.reference));
        row.action = Set(answer.action);
        row.decline_code = Set(answer.decline_code);
        let payment = store::update(&tx, row).await?;
        if status::is_deferred(status) {
            self.expire_later(&tx, &payment).await?;
        }
        if is_new {
            self.tell(&tx, &payment, deferred).await?;
        }
        tx.commit().await?;
        Ok(payment)
    }

    /// Asks the gateway how the charge stands: after the customer's action, or when a webhook says that it changed.
    #[tracing::instrument(name = "payments.refresh", skip_all, fields(payment.id = %id))]
    pub async fn refresh(&self, id: PaymentId) -> Result<Model, PaymentError> {
        let payment = store::find(self.app.database(), id).await?.ok_or(PaymentError::NotFound)?;
        let Some(reference) = &payment.gateway_reference else { return Ok(payment) };
        if !status::is_deferred(payment.status) {
            return Ok(payment);
        }
        let Ok(gateway) = self.app.gateways().get(&payment.gateway) else { return Ok(payment) };
        let charge = gateway.retrieve(reference).await?;
        self.record(id, charge).await
    }

    /// Takes the money that is held, and books it. Captured already: nothing happens.
    #[tracing::instrument(name = "payments.capture", skip_all, fields(payment.id = %id))]
    pub async fn capture(&self, id: PaymentId) -> Result<Model, PaymentError> {
        let payment = store::find(self.app.database(), id).await?.ok_or(PaymentError::NotFound)?;
        status::apply(payment.status, Event::Captured)?;
        if payment.status == Status::Captured {
            return Ok(payment);
        }
        let amount = amount(&payment)?;
        let reference = payment.gateway_reference.as_deref().ok_or(PaymentError::NotFound)?;
        self.app
            .gateways()
            .get(&payment.gateway)?
            .capture(reference, amount, &format!("{id}:capture"))
            .await?;

        let tx = self.app.begin().await?;
        let Some(payment) = store::capture(&tx, id, self.app.now()).await? else {
            tx.rollback().await?;
            // Somebody else has captured it, or given it up.
            let payment = store::find(self.app.database(), id).await?.ok_or(PaymentError::NotFound)?;
            status::apply(payment.status, Event::Captured)?;
            return Ok(payment);
        };
        let postings = split(&payment)?.capture(amount, &payment.gateway)?;
        self.app.ledger().book(&tx, EntryKind::Capture, &id.to_string(), &postings).await?;
        let (order_id, user_id) = (payment.order_id, payment.user_id);
        self.app
            .platform()
            .outbox
            .publish(&tx, &PaymentSucceeded { payment_id: id, order_id, user_id, amount })
            .await?;
        tx.commit().await?;
        Ok(payment)
    }

    /// Writes down that a payment will not come.
    pub(super) async fn close(
        &self,
        id: PaymentId,
        event: Event,
        decline_code: Option<&str>,
    ) -> Result<Model, PaymentError> {
        let tx = self.app.begin().await?;
        let payment = store::lock(&tx, id).await?.ok_or(PaymentError::NotFound)?;
        let status = status::apply(payment.status, event)?;
        if payment.status == status {
            return Ok(payment);
        }
        let deferred = status::is_deferred(payment.status);
        let mut row = self.touched(payment);
        row.status = Set(status);
        row.action = Set(None);
        if let Some(code) = decline_code {
            row.decline_code = Set(Some(code.to_owned()));
        }
        let payment = store::update(&tx, row).await?;
        self.tell(&tx, &payment, deferred).await?;
        tx.commit().await?;
        Ok(payment)
    }

    /// Gives a payment that waits up at its deadline.
    pub(super) async fn expire_later(&self, tx: &Transaction, payment: &Model) -> Result<(), PaymentError> {
        let options = JobOptions { run_at: payment.expires_at, unique_key: None };
        self.app.platform().jobs.enqueue_with(tx, &ExpirePayment { payment_id: payment.id }, options).await?;
        Ok(())
    }

    /// Tells others to what status a payment came, if that decides anything. `deferred`: whoever asked for it was told to
    /// wait.
    pub(super) async fn tell(
        &self,
        tx: &Transaction,
        payment: &Model,
        deferred: bool,
    ) -> Result<(), PaymentError> {
        let (payment_id, order_id, user_id) = (payment.id, payment.order_id, payment.user_id);
        match payment.status {
            Status::Authorized => {
                let amount = amount(payment)?;
                let event = PaymentAuthorized { payment_id, order_id, user_id, amount, deferred };
                self.app.platform().outbox.publish(tx, &event).await?;
            }
            Status::Declined | Status::Voided | Status::Expired => {
                let reason = failure(payment.status, payment.decline_code.as_deref());
                let event = PaymentFailed { payment_id, order_id, user_id, reason, deferred };
                self.app.platform().outbox.publish(tx, &event).await?;
            }
            Status::Created | Status::RequiresAction | Status::Pending | Status::Captured => {}
        }
        Ok(())
    }

    /// The row ready to be changed, its version counted up.
    pub(crate) fn touched(&self, payment: Model) -> ActiveModel {
        let version = payment.version;
        let mut row = payment.into_active_model();
        row.version = Set(version.saturating_add(1));
        row.updated_at = Set(self.app.now());
        row
    }

    /// Locks the payment in `tx`.
    pub(crate) async fn lock(&self, tx: &Transaction, id: PaymentId) -> Result<Model, PaymentError> {
        store::lock(tx, id).await?.ok_or(PaymentError::NotFound)
    }
}

/// What a gateway says of a charge, as a payment keeps it.
pub(super) struct Answer {
    pub(super) event: Event,
    pub(super) action: Option<Json>,
    pub(super) decline_code: Option<String>,
}

impl Answer {
    pub(super) fn of(state: ChargeState) -> Result<Self, PaymentError> {
        let (event, action, decline_code) = match state {
            ChargeState::ActionRequired(action) => {
                (Event::ActionRequired, Some(serde_json::to_value(action)?), None)
            }
            ChargeState::Pending => (Event::OutcomeDeferred, None, None),
            ChargeState::Authorized => (Event::Authorized, None, None),
            ChargeState::Declined { code } => (Event::Declined, None, Some(code)),
            ChargeState::Voided => (Event::Voided, None, None),
        };
        Ok(Self { event, action, decline_code })
    }

    pub(super) const fn declined(code: String) -> Self {
        Self { event: Event::Declined, action: None, decline_code: Some(code) }
    }
}

/// The amount of a payment.
pub fn amount(payment: &Model) -> Result<Money, PaymentError> {
    Ok(Money::from_minor(payment.amount_minor, payment.currency.parse()?))
}

/// How a payment's amount divides.
pub fn split(payment: &Model) -> Result<Split, PaymentError> {
    Ok(serde_json::from_value(payment.split.clone())?)
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
