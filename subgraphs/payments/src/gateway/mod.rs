//! Payment gateways: the trait, and what they answer.
//!
//! A call never runs inside a database transaction and always carries an idempotency key, so that it can be repeated
//! after a crash and the gateway does the thing once.

pub mod sandbox;

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use axum::http::HeaderMap;
use chrono::{DateTime, Utc};
use platform_commerce::Money;
use platform_core::{ApiError, ErrorCode};
use platform_webhooks::SignatureError;
use serde::{Deserialize, Serialize};

/// What the customer has to do before the payment can go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Action {
    /// Where to send the customer, relative to the public address of this installation or absolute.
    pub url: String,
}

/// Where a charge stands at the gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChargeState {
    /// The customer must pass a challenge first.
    ActionRequired(Action),
    /// The outcome comes later, by webhook.
    Pending,
    Authorized,
    /// Its money was taken, whatever was given back of it since.
    Captured,
    Declined {
        code: String,
    },
    Voided,
}

/// A charge as the gateway knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charge {
    /// The gateway's id of it.
    pub reference: String,
    pub state: ChargeState,
}

impl Charge {
    /// Whether the gateway holds money for it, or may come to.
    pub const fn may_hold(&self) -> bool {
        !matches!(self.state, ChargeState::Captured | ChargeState::Declined { .. } | ChargeState::Voided)
    }
}

/// A request to hold money.
#[derive(Debug, Clone)]
pub struct AuthorizeRequest {
    pub amount: Money,
    /// The gateway's token for a card or other means; never its number.
    pub token: String,
    pub idempotency_key: String,
}

/// A verified webhook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookEvent {
    /// The gateway's id of the event, the same however often it is delivered.
    pub id: String,
    pub kind: String,
    /// The charge it is about.
    pub reference: String,
    pub payload: serde_json::Value,
}

/// A saved means of payment as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MethodDetails {
    pub brand: String,
    pub last_digits: Option<String>,
    pub expires: Option<(i16, i16)>,
}

#[derive(Debug, thiserror::Error)]
pub enum GatewayError {
    #[error("no payment gateway is called `{0}`; `paymentGateways` lists them")]
    Unknown(String),
    #[error("the gateway does not know the token")]
    UnknownToken,
    #[error("the gateway rejected it: {0}")]
    Refused(String),
    #[error("the gateway does not answer; try again")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl ApiError for GatewayError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unknown(_) | Self::UnknownToken => ErrorCode::BadUserInput,
            Self::Refused(_) => ErrorCode::Conflict,
            Self::Unavailable(_) => ErrorCode::Unavailable,
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Unknown(_) => Some("gateway"),
            Self::UnknownToken => Some("token"),
            Self::Refused(_) | Self::Unavailable(_) => None,
        }
    }
}

/// Why a webhook is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WebhookError {
    #[error(transparent)]
    Signature(#[from] SignatureError),
    #[error("the body is not a webhook of this gateway")]
    Malformed,
}

/// A payment service provider.
#[async_trait]
pub trait Gateway: Send + Sync + 'static {
    fn name(&self) -> &'static str;

    /// Puts a charge of `amount` to the gateway. The same key gives the same charge.
    async fn authorize(&self, request: AuthorizeRequest) -> Result<Charge, GatewayError>;

    /// The charge that was put to it under a key of [`Self::authorize`], for whoever has lost the answer.
    async fn find(&self, idempotency_key: &str) -> Result<Option<Charge>, GatewayError>;

    /// How a charge stands now.
    async fn retrieve(&self, reference: &str) -> Result<Charge, GatewayError>;

    /// Takes `amount` of a held charge; refuses one that it holds no more.
    async fn capture(
        &self,
        reference: &str,
        amount: Money,
        idempotency_key: &str,
    ) -> Result<(), GatewayError>;

    /// Gives the hold back. A charge that was declined or voided already is left as it is; one that was captured is
    /// refused.
    async fn void(&self, reference: &str, idempotency_key: &str) -> Result<(), GatewayError>;

    /// Gives `amount` of a captured charge back; returns the gateway's id of the refund.
    async fn refund(
        &self,
        reference: &str,
        amount: Money,
        idempotency_key: &str,
    ) -> Result<String, GatewayError>;

    /// What may be shown of a token.
    async fn describe(&self, token: &str) -> Result<MethodDetails, GatewayError>;

    /// Believes a webhook or not. `now` bounds the age of its signature.
    fn verify_webhook(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: DateTime<Utc>,
    ) -> Result<WebhookEvent, WebhookError>;
}

type ByName = BTreeMap<&'static str, Arc<dyn Gateway>>;

/// The gateways of this installation, by name.
#[derive(Default)]
pub struct Gateways {
    served: ByName,
    /// Nothing is paid through them any more; what was is still given back.
    closed: ByName,
}

impl Gateways {
    /// These and one more.
    pub fn with(mut self, gateway: Arc<dyn Gateway>, is_served: bool) -> Self {
        let gateways = if is_served { &mut self.served } else { &mut self.closed };
        gateways.insert(gateway.name(), gateway);
        self
    }

    /// One that can be paid through.
    pub fn get(&self, name: &str) -> Result<&Arc<dyn Gateway>, GatewayError> {
        self.served.get(name).ok_or_else(|| GatewayError::Unknown(name.chars().take(32).collect()))
    }

    /// One that gives back what it holds or took; `None` where nobody here can ask it to.
    pub fn giving_back(&self, name: &str) -> Option<&Arc<dyn Gateway>> {
        self.served.get(name).or_else(|| self.closed.get(name))
    }

    /// All that give back what they hold.
    pub fn all(&self) -> impl Iterator<Item = &Arc<dyn Gateway>> {
        self.served.values().chain(self.closed.values())
    }

    pub fn serves(&self, name: &str) -> bool {
        self.served.contains_key(name)
    }

    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        self.served.keys().copied()
    }
}
