//! The sandbox's side of a charge.

use std::io;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use payments_entities::sandbox_charge::{ActiveModel, Model};
use payments_entities::sandbox_refund;
use platform_commerce::Money;
use platform_database::{StoreError, Transaction};
use platform_jobs::JobOptions;
use platform_server::Platform;
use platform_webhooks::{Secret, SignatureError};
use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use serde::Deserialize;

use super::webhooks::DeliverWebhook;
use super::{Behaviour, signature, store, token};
use crate::gateway::{
    Action, AuthorizeRequest, Charge, ChargeState, Gateway, GatewayError, MethodDetails, WebhookError,
    WebhookEvent,
};

/// How long a delayed charge takes.
const DELAY: Duration = Duration::from_secs(3);

const AUTHORIZED: &str = "authorized";
const CHALLENGE: &str = "challenge";
pub(super) const DELAYED: &str = "delayed";
const DECLINED: &str = "declined";
const VOIDED: &str = "voided";

/// The sandbox gateway. Its books are a table of the payments database, as a real gateway's would be its own.
pub struct Sandbox {
    pub(super) platform: Platform,
    /// `None` where nothing is paid through it any more: then it neither signs nor believes a webhook.
    pub(super) secret: Option<Secret>,
}

impl Sandbox {
    /// It moves no money: whoever may use it gets goods for nothing, so it is served where the configuration says so. What
    /// was paid through it before can be given back all the same, for its books are here.
    pub fn open(platform: Platform) -> io::Result<Self> {
        let secret = platform.config.sandbox_gateway.then(|| signature::kept(&platform)).transpose()?;
        Ok(Self { platform, secret })
    }

    /// Whether anything can be paid through it.
    pub fn is_served(&self) -> bool {
        self.secret.is_some()
    }

    pub(super) async fn charge<C: ConnectionTrait>(
        connection: &C,
        reference: &str,
    ) -> Result<Model, GatewayError> {
        let charge = store::find(connection, reference).await?;
        charge.ok_or_else(|| GatewayError::Refused("there is no such charge".to_owned()))
    }

    /// What the customer makes of an open challenge. Returns whether it was still open.
    pub(super) async fn settle(&self, reference: &str, approved: bool) -> Result<bool, StoreError> {
        let tx = self.platform.database.begin().await?;
        let (state, decline_code) =
            if approved { (AUTHORIZED, None) } else { (DECLINED, Some("challenge_failed")) };
        let settled = store::move_state(&*tx, reference, CHALLENGE, state, decline_code).await?;
        if settled {
            self.notify(&tx, reference, None).await?;
        }
        tx.commit().await?;
        Ok(settled)
    }

    /// Time has passed: a delayed charge is approved.
    pub(super) async fn approve_delayed(&self, reference: &str) -> Result<(), StoreError> {
        store::move_state(self.platform.database.write(), reference, DELAYED, AUTHORIZED, None).await?;
        Ok(())
    }

    async fn notify(
        &self,
        tx: &Transaction,
        reference: &str,
        at: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let job = DeliverWebhook { reference: reference.to_owned() };
        let options = JobOptions { run_at: at, unique_key: None };
        self.platform.jobs.enqueue_with(tx, &job, options).await?;
        Ok(())
    }
}

#[async_trait]
impl Gateway for Sandbox {
    fn name(&self) -> &'static str {
        "sandbox"
    }

    async fn authorize(&self, request: AuthorizeRequest) -> Result<Charge, GatewayError> {
        let (_, behaviour, ..) = token(&request.token).ok_or(GatewayError::UnknownToken)?;
        let (state, decline_code) = match behaviour {
            Behaviour::Approve => (AUTHORIZED, None),
            Behaviour::Decline(code) => (DECLINED, Some((*code).to_owned())),
            Behaviour::Challenge => (CHALLENGE, None),
            Behaviour::Delayed => (DELAYED, None),
        };
        let now = self.platform.clock.now();
        let reference = format!("sbx_{}", self.platform.ids.next_uuid().simple());
        let row = ActiveModel {
            reference: Set(reference.clone()),
            idempotency_key: Set(request.idempotency_key.clone()),
            state: Set(state.to_owned()),
            decline_code: Set(decline_code),
            currency: Set(request.amount.currency().to_string()),
            amount_minor: Set(request.amount.minor()),
            captured_minor: Set(0),
            refunded_minor: Set(0),
            created_at: Set(now),
        };
        let tx = self.platform.database.begin().await?;
        let made = store::insert_unless_known(&tx, row).await?;
        if made.is_some() && *behaviour == Behaviour::Delayed {
            self.notify(&tx, &reference, Some(now + DELAY)).await?;
        }
        tx.commit().await?;
        let known = match made {
            Some(charge) => Some(to_charge(charge)),
            None => self.find(&request.idempotency_key).await?,
        };
        known.ok_or_else(|| GatewayError::Refused("the charge was not kept".to_owned()))
    }

    async fn find(&self, idempotency_key: &str) -> Result<Option<Charge>, GatewayError> {
        let charge = store::find_by_key(&self.platform.database, idempotency_key).await?;
        Ok(charge.map(to_charge))
    }

    async fn retrieve(&self, reference: &str) -> Result<Charge, GatewayError> {
        Self::charge(self.platform.database.read(), reference).await.map(to_charge)
    }

    async fn capture(
        &self,
        reference: &str,
        amount: Money,
        _idempotency_key: &str,
    ) -> Result<(), GatewayError> {
        if store::capture(&self.platform.database, reference, AUTHORIZED, amount.minor()).await? {
            return Ok(());
        }
        // One capture a charge, as with most gateways: the same amount again is a repetition.
        let charge = Self::charge(self.platform.database.read(), reference).await?;
        if charge.captured_minor == amount.minor() {
            return Ok(());
        }
        Err(GatewayError::Refused(format!("a charge that is {} cannot be captured", charge.state)))
    }

    async fn void(&self, reference: &str, _idempotency_key: &str) -> Result<(), GatewayError> {
        if !store::void(&self.platform.database, reference, VOIDED, DECLINED).await? {
            let charge = Self::charge(self.platform.database.read(), reference).await?;
            if charge.captured_minor > 0 {
                return Err(GatewayError::Refused("a captured charge cannot be voided".to_owned()));
            }
        }
        Ok(())
    }

    async fn refund(
        &self,
        reference: &str,
        amount: Money,
        idempotency_key: &str,
    ) -> Result<String, GatewayError> {
        let row = sandbox_refund::ActiveModel {
            idempotency_key: Set(idempotency_key.to_owned()),
            reference: Set(reference.to_owned()),
            amount_minor: Set(amount.minor()),
        };
        let tx = self.platform.database.begin().await?;
        if store::insert_refund_unless_known(&tx, row).await?
            && !store::count_refund(&tx, reference, amount.minor()).await?
        {
            return Err(GatewayError::Refused(
                "the refund is larger than what is left of the charge".to_owned(),
            ));
        }
        tx.commit().await?;
        Ok(format!("re_{idempotency_key}"))
    }

    async fn describe(&self, name: &str) -> Result<MethodDetails, GatewayError> {
        let (_, _, brand, digits) = token(name).ok_or(GatewayError::UnknownToken)?;
        Ok(MethodDetails {
            brand: (*brand).to_owned(),
            last_digits: Some((*digits).to_owned()),
            expires: Some((12, 2030)),
        })
    }

    fn verify_webhook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<WebhookEvent, WebhookError> {
        #[derive(Deserialize)]
        struct Body {
            kind: String,
            reference: String,
        }
        let secret = self.secret.as_ref().ok_or(SignatureError::Missing)?;
        let id = secret.verify(headers, body, now)?.to_owned();
        let payload: serde_json::Value = serde_json::from_slice(body).map_err(|_| WebhookError::Malformed)?;
        let Body { kind, reference } = Body::deserialize(&payload).map_err(|_| WebhookError::Malformed)?;
        Ok(WebhookEvent { id, kind, reference, payload })
    }
}

fn to_charge(charge: Model) -> Charge {
    let state = match charge.state.as_str() {
        _ if charge.captured_minor > 0 => ChargeState::Captured,
        AUTHORIZED => ChargeState::Authorized,
        CHALLENGE => ChargeState::ActionRequired(Action {
            url: format!("/payments/sandbox/challenge/{}", charge.reference),
        }),
        DELAYED => ChargeState::Pending,
        VOIDED => ChargeState::Voided,
        _ => {
            ChargeState::Declined { code: charge.decline_code.unwrap_or_else(|| "card_declined".to_owned()) }
        }
    };
    Charge { reference: charge.reference, state }
}

/// The database is what is inside the gateway that the sandbox plays: whatever fails there, the gateway does not answer.
impl From<StoreError> for GatewayError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}
