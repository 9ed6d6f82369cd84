//! Decides what becomes of a payment.
//!
//! Each call to a gateway stands between two transactions: the first writes down the intent, the second the outcome.
//! Whatever dies in between is repeated with the same idempotency key.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use contracts::payments::{PaymentAuthorized, PaymentFailed, PaymentFailure, PaymentSucceeded};
use payments_entities::ledger_transaction::Kind as EntryKind;
use payments_entities::payment::{ActiveModel, Model, Status};
use platform_commerce::Money;
use platform_core::fingerprint::{fingerprint, is_unversioned};
use platform_core::id::{OrderId, PaymentId, PaymentMethodId, UserId};
use platform_core::{Clock, Ids};
use platform_database::{Database, Transaction};
use platform_events::Outbox;
use platform_jobs::{JobOptions, Jobs};
use platform_text::is_card_number;
use sea_orm::ActiveValue::Set;
use sea_orm::IntoActiveModel;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::error::PaymentError;
use super::jobs::ExpirePayment;
use super::status::{self, Event};
use super::store;
use crate::gateway::{AuthorizeRequest, Charge, ChargeState, GatewayError, Gateways};
use crate::ledger::{Ledger, Split};
use crate::method;

/// The decline code of a token that its gateway does not know.
const UNKNOWN_TOKEN: &str = "unknown_token";
/// Payments of gateways that are gone that one job gives up.
const MAX_STRANDED: u64 = 100;

/// With what to pay.
#[derive(Clone, Serialize)]
#[serde(untagged)]
pub enum Means {
    Token {
        gateway: String,
        token: String,
    },
    /// What the user has saved.
    Saved(PaymentMethodId),
}

/// A request to hold the money of an order. What must be the same when its key comes again is hashed.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizeInput {
    /// The payment's, picked by whoever asks for it; `None` with those who do not.
    #[serde(skip)]
    pub id: Option<PaymentId>,
    #[serde(skip)]
    pub idempotency_key: String,
    pub order_id: OrderId,
    pub user_id: Option<UserId>,
    pub guest_id: Option<String>,
    pub means: Means,
    pub amount: Money,
    pub split: Split,
    /// When an action that the customer has not completed is given up.
    #[serde(skip)]
    pub expires_at: DateTime<Utc>,
}

impl AuthorizeInput {
    /// Whether `kept`, of this release or one before, is the fingerprint of this request.
    fn is_same_as(&self, kept: &[u8]) -> Result<bool, serde_json::Error> {
        if is_unversioned(kept) {
            return Ok(kept == Sha256::digest(self.debug_text()).as_slice());
        }
        Ok(kept == fingerprint(self)?)
    }

    /// What releases hashed before fingerprints had a version; they knew no saved means. Where it differs all the same,
    /// the key is refused, which charges nothing twice.
    fn debug_text(&self) -> String {
        let means = match &self.means {
            Means::Token { gateway, token } => format!("{gateway}\n{token}"),
            Means::Saved(method) => method.to_string(),
        };
        format!(
            "{}\n{:?}\n{:?}\n{means}\n{}\n{:?}",
            self.order_id, self.user_id, self.guest_id, self.amount, self.split
        )
    }
}

/// A payment that is given up whether it was made or not.
#[derive(Debug, Clone, Copy)]
pub struct Unmade {
    pub id: PaymentId,
    pub order_id: OrderId,
    pub amount: Money,
}

/// A gateway and its token.
struct Charged {
    gateway: String,
    token: String,
}

#[derive(Clone)]
pub struct Payments {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Ids,
    pub(crate) outbox: Outbox,
    pub(crate) jobs: Jobs,
    pub(crate) ledger: Ledger,
    pub(crate) gateways: Gateways,
}

impl Payments {
    /// Holds the money of an order. The same key gives the same payment, as it stands now.
    #[tracing::instrument(name = "payments.authorize", skip_all, fields(order.id = %input.order_id))]
    pub async fn authorize(&self, input: AuthorizeInput) -> Result<Model, PaymentError> {
        if let Means::Token { gateway, token } = &input.means {
            check_token(gateway, token)?;
        }
        let (payment, Charged { gateway, token }) = match self.create(&input).await {
            Ok(Some(created)) => created,
            // The key is known, or what was asked for cannot be made: if it was made before, it stands.
            refused => {
                let known = store::find_by_key(&self.database, &input.idempotency_key).await?;
                let Some(known) = known else {
                    return Err(refused.err().unwrap_or(PaymentError::NotFound));
                };
                if is_given_up_unmade(&known) {
                    return Ok(known);
                }
                if !input.is_same_as(&known.request_hash)? {
                    return Err(PaymentError::KeyReused);
                }
                if known.status != Status::Created {
                    return Ok(known);
                }
                let charged = self.charged(&input).await?;
                (known, charged)
            }
        };
        let request =
            AuthorizeRequest { amount: input.amount, token, idempotency_key: payment.id.to_string() };
        match self.gateways.get(&gateway)?.authorize(request).await {
            Ok(charge) => self.record(payment.id, charge).await,
            // Nothing came about at the gateway, and nothing will: the payment is over.
            Err(GatewayError::UnknownToken) => {
                self.close(payment.id, Event::Declined, Some(UNKNOWN_TOKEN)).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// What the gateway is asked with.
    async fn charged(&self, input: &AuthorizeInput) -> Result<Charged, PaymentError> {
        match &input.means {
            Means::Token { gateway, token } => Ok(Charged { gateway: gateway.clone(), token: token.clone() }),
            Means::Saved(id) => {
                let user = input.user_id.ok_or(PaymentError::UnknownMethod)?;
                let method = method::find_of(&self.database, user, *id).await?;
                let method = method.ok_or(PaymentError::UnknownMethod)?;
                Ok(Charged { gateway: method.gateway, token: method.token })
            }
        }
    }

    /// Writes down what is put to the gateway; `None` if its key is known.
    async fn create(&self, input: &AuthorizeInput) -> Result<Option<(Model, Charged)>, PaymentError> {
        if input.amount.minor() <= 0 {
            return Err(PaymentError::NothingToPay);
        }
        input.split.check(input.amount)?;
        let charged = self.charged(input).await?;
        self.gateways.get(&charged.gateway)?;
        let now = self.clock.now();
        let row = ActiveModel {
            id: Set(input.id.unwrap_or_else(|| self.ids.next())),
            order_id: Set(input.order_id),
            user_id: Set(input.user_id),
            guest_id: Set(input.guest_id.clone()),
            idempotency_key: Set(input.idempotency_key.clone()),
            request_hash: Set(fingerprint(input)?),
            gateway: Set(charged.gateway.clone()),
            gateway_reference: Set(None),
            status: Set(Status::Created),
            currency: Set(input.amount.currency().to_string()),
            amount_minor: Set(input.amount.minor()),
            captured_minor: Set(0),
            refunded_minor: Set(0),
            split: Set(serde_json::to_value(&input.split)?),
            action: Set(None),
            decline_code: Set(None),
            expires_at: Set(Some(input.expires_at)),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
        };
        let created = store::insert_unless_known(&self.database, row).await?;
        Ok(created.map(|payment| (payment, charged)))
    }

    /// Writes down how the gateway says a charge stands, and tells those who wait for it.
    pub(super) async fn record(&self, id: PaymentId, charge: Charge) -> Result<Model, PaymentError> {
        let tx = self.database.begin().await?;
        let payment = store::lock(&tx, id).await?.ok_or(PaymentError::NotFound)?;
        let given_up = matches!(payment.status, Status::Voided | Status::Expired);
        let may_come = !matches!(charge.state, ChargeState::Declined { .. } | ChargeState::Voided);
        if given_up && may_come {
            // It was given up while the gateway still worked on it: give back what it holds, or comes to hold.
            tx.rollback().await?;
            if let Some(gateway) = self.gateways.giving_back(&payment.gateway) {
                gateway.void(&charge.reference, &format!("{id}:void")).await?;
            }
            return Ok(payment);
        }
        let (event, action, decline_code) = match charge.state {
            ChargeState::ActionRequired(action) => {
                (Event::ActionRequired, Some(serde_json::to_value(action)?), None)
            }
            ChargeState::Pending => (Event::OutcomeDeferred, None, None),
            ChargeState::Authorized => (Event::Authorized, None, None),
            ChargeState::Declined { code } => (Event::Declined, None, Some(code)),
            ChargeState::Voided => (Event::Voided, None, None),
        };
        let status = status::apply(payment.status, event)?;
        if status == payment.status && payment.gateway_reference.is_some() {
            return Ok(payment);
        }
        if status::is_deferred(status) {
            let options = JobOptions { run_at: payment.expires_at, unique_key: None };
            self.jobs.enqueue_with(&tx, &ExpirePayment { payment_id: id }, options).await?;
        }
        let (order_id, payment_id, user_id) = (payment.order_id, payment.id, payment.user_id);
        let is_new = status != payment.status;
        let deferred = status::is_deferred(payment.status);
        let mut row = self.touched(payment);
        row.status = Set(status);
        row.gateway_reference = Set(Some(charge.reference));
        row.action = Set(action);
        row.decline_code = Set(decline_code.clone());
        let payment = store::update(&tx, row).await?;
        match status {
            Status::Authorized => {
                let amount = amount(&payment)?;
                let event = PaymentAuthorized { payment_id, order_id, user_id, amount, deferred };
                self.outbox.publish(&tx, &event).await?;
            }
            Status::Declined | Status::Voided | Status::Expired if is_new => {
                let reason = failure(status, decline_code.as_deref());
                let event = PaymentFailed { payment_id, order_id, user_id, reason, deferred };
                self.outbox.publish(&tx, &event).await?;
            }
            Status::Created
            | Status::RequiresAction
            | Status::Pending
            | Status::Captured
            | Status::Declined
            | Status::Voided
            | Status::Expired => {}
        }
        tx.commit().await?;
        Ok(payment)
    }

    /// Asks the gateway how the charge stands: after the customer's action, or when a webhook says that it changed.
    #[tracing::instrument(name = "payments.refresh", skip_all, fields(payment.id = %id))]
    pub async fn refresh(&self, id: PaymentId) -> Result<Model, PaymentError> {
        let payment = store::find(&self.database, id).await?.ok_or(PaymentError::NotFound)?;
        let Some(reference) = &payment.gateway_reference else { return Ok(payment) };
        if !status::is_deferred(payment.status) {
            return Ok(payment);
        }
        let Ok(gateway) = self.gateways.get(&payment.gateway) else { return Ok(payment) };
        let charge = gateway.retrieve(reference).await?;
        self.record(id, charge).await
    }

    /// Takes the money that is held, and books it. Captured already: nothing happens.
    #[tracing::instrument(name = "payments.capture", skip_all, fields(payment.id = %id))]
    pub async fn capture(&self, id: PaymentId) -> Result<Model, PaymentError> {
        let payment = store::find(&self.database, id).await?.ok_or(PaymentError::NotFound)?;
        status::apply(payment.status, Event::Captured)?;
        if payment.status == Status::Captured {
            return Ok(payment);
        }
        let amount = amount(&payment)?;
        let reference = payment.gateway_reference.as_deref().ok_or(PaymentError::NotFound)?;
        self.gateways.get(&payment.gateway)?.capture(reference, amount, &format!("{id}:capture")).await?;

        let tx = self.database.begin().await?;
        let Some(payment) = store::capture(&tx, id, self.clock.now()).await? else {
            tx.rollback().await?;
            // Somebody else has captured it, or given it up.
            let payment = store::find(&self.database, id).await?.ok_or(PaymentError::NotFound)?;
            status::apply(payment.status, Event::Captured)?;
            return Ok(payment);
        };
        let postings = split(&payment)?.capture(amount, &payment.gateway)?;
        self.ledger.book(&tx, EntryKind::Capture, &id.to_string(), &postings).await?;
        let (order_id, user_id) = (payment.order_id, payment.user_id);
        self.outbox.publish(&tx, &PaymentSucceeded { payment_id: id, order_id, user_id, amount }).await?;
        tx.commit().await?;
        Ok(payment)
    }

    /// Gives the hold back, or gives an open payment up. Closed without money already: nothing happens.
    #[tracing::instrument(name = "payments.void", skip_all, fields(payment.id = %id))]
    pub async fn void(&self, id: PaymentId) -> Result<Model, PaymentError> {
        self.give_up(id, Event::Voided).await
    }

    /// Gives up a payment whose customer did not act in time.
    pub async fn expire(&self, id: PaymentId) -> Result<(), PaymentError> {
        // The customer may have acted in the last moment.
        let payment = self.refresh(id).await?;
        if status::is_deferred(payment.status) {
            self.give_up_if_open(id, Event::Expired).await?;
        }
        Ok(())
    }

    /// Gives a payment up, unless its money came at the same time: then there is nothing to give up.
    async fn give_up_if_open(&self, id: PaymentId, event: Event) -> Result<(), PaymentError> {
        match self.give_up(id, event).await {
            Ok(_) | Err(PaymentError::Transition(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Gives up payments that wait for somebody whom no gateway here can hear any more; at most [`MAX_STRANDED`] at once.
    pub async fn give_up_stranded(&self) -> Result<(), PaymentError> {
        let served: Vec<_> = self.gateways.names().collect();
        for payment in store::open_elsewhere(&self.database, &served, MAX_STRANDED).await? {
            tracing::warn!(payment.id = %payment.id, gateway = payment.gateway, "a payment is given up: its gateway is gone");
            self.give_up_if_open(payment.id, Event::Voided).await?;
        }
        Ok(())
    }

    /// Gives up the payment of a key. Where the key has none, `unmade` is kept as given up, so that a request which is
    /// still on its way makes none; without it the answer is `None`.
    pub async fn void_of_key(
        &self,
        key: &str,
        unmade: Option<Unmade>,
    ) -> Result<Option<Model>, PaymentError> {
        if let Some(unmade) = unmade
            && let Some(given_up) = self.keep_unmade(key, unmade).await?
        {
            return Ok(Some(given_up));
        }
        match store::find_by_key(&self.database, key).await? {
            Some(payment) => self.void(payment.id).await.map(Some),
            None => Ok(None),
        }
    }

    /// `None` if the key has a payment.
    async fn keep_unmade(&self, key: &str, unmade: Unmade) -> Result<Option<Model>, PaymentError> {
        let now = self.clock.now();
        let nothing = Split::default();
        let row = ActiveModel {
            id: Set(unmade.id),
            order_id: Set(unmade.order_id),
            user_id: Set(None),
            guest_id: Set(None),
            idempotency_key: Set(key.to_owned()),
            request_hash: Set(Vec::new()),
            gateway: Set(store::NO_GATEWAY.to_owned()),
            gateway_reference: Set(None),
            status: Set(Status::Voided),
            currency: Set(unmade.amount.currency().to_string()),
            amount_minor: Set(unmade.amount.minor()),
            captured_minor: Set(0),
            refunded_minor: Set(0),
            split: Set(serde_json::to_value(&nothing)?),
            action: Set(None),
            decline_code: Set(None),
            expires_at: Set(None),
            version: Set(1),
            created_at: Set(now),
            updated_at: Set(now),
        };
        Ok(store::insert_unless_known(&self.database, row).await?)
    }

    async fn give_up(&self, id: PaymentId, event: Event) -> Result<Model, PaymentError> {
        let payment = store::find(&self.database, id).await?.ok_or(PaymentError::NotFound)?;
        if is_given_up_unmade(&payment) {
            return Ok(payment);
        }
        status::apply(payment.status, event)?;
        match self.gateways.giving_back(&payment.gateway) {
            Some(gateway) => {
                // Whoever put it to the gateway may have died before the answer was written down.
                let reference = match payment.gateway_reference {
                    Some(reference) => Some(reference),
                    None => gateway.find(&id.to_string()).await?.map(|charge| charge.reference),
                };
                if let Some(reference) = reference {
                    gateway.void(&reference, &format!("{id}:void")).await?;
                }
            }
            // One that is no longer here holds nothing for us; an order must not wait for it.
            None => {
                let gateway = &payment.gateway;
                tracing::warn!(gateway, payment.id = %id, "a hold is given up without its gateway")
            }
        }
        self.close(id, event, None).await
    }

    /// Writes down that a payment will not come.
    async fn close(
        &self,
        id: PaymentId,
        event: Event,
        decline_code: Option<&str>,
    ) -> Result<Model, PaymentError> {
        let tx = self.database.begin().await?;
        let payment = store::lock(&tx, id).await?.ok_or(PaymentError::NotFound)?;
        let status = status::apply(payment.status, event)?;
        if payment.status == status {
            return Ok(payment);
        }
        let (order_id, user_id) = (payment.order_id, payment.user_id);
        let deferred = status::is_deferred(payment.status);
        let mut row = self.touched(payment);
        row.status = Set(status);
        row.action = Set(None);
        if let Some(code) = decline_code {
            row.decline_code = Set(Some(code.to_owned()));
        }
        let payment = store::update(&tx, row).await?;
        let reason = failure(status, decline_code);
        let event = PaymentFailed { payment_id: id, order_id, user_id, reason, deferred };
        self.outbox.publish(&tx, &event).await?;
        tx.commit().await?;
        Ok(payment)
    }

    /// The row ready to be changed, its version counted up.
    pub(crate) fn touched(&self, payment: Model) -> ActiveModel {
        let version = payment.version;
        let mut row = payment.into_active_model();
        row.version = Set(version.saturating_add(1));
        row.updated_at = Set(self.clock.now());
        row
    }

    /// Locks the payment in `tx`.
    pub(crate) async fn lock(&self, tx: &Transaction, id: PaymentId) -> Result<Model, PaymentError> {
        store::lock(tx, id).await?.ok_or(PaymentError::NotFound)
    }
}

/// Whether nothing was ever put to a gateway for it.
fn is_given_up_unmade(payment: &Model) -> bool {
    payment.gateway == store::NO_GATEWAY
}

/// A card number is refused before anything of the request is kept, hashed or sent on.
fn check_token(gateway: &str, token: &str) -> Result<(), PaymentError> {
    for (field, text) in [("token", token), ("gateway", gateway)] {
        if is_card_number(text) {
            return Err(PaymentError::CardNumber(field));
        }
    }
    Ok(())
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
