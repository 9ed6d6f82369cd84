//! Who is calling. The gateway establishes an identity once per request or connection; everything behind it trusts
//! the [`Caller`] alone, never a header of the client.
//!
//! Owns: credentials as they come in, the check of tokens against a key set, API keys, guests, the market, and
//! revocations. Deliberately absent: issuing anything. Tokens for clients come from the users' domain; tokens for
//! subgraphs are minted where the transport is made.

mod api_key;
mod claims;
mod jwks;
mod jwt;
mod market;
mod revocation;
mod standard;

pub use api_key::{ApiKeyGrant, ApiKeyLookup};
pub use jwks::{HttpJwks, JwksSource, StaticJwks};
pub use jwt::JwtVerifier;
pub use market::MarketRules;
pub use revocation::{
    Revocation, RevocationError, RevocationList, RevocationPage, RevocationSource, Revoked,
};
pub use standard::StandardAuthenticator;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use platform_identity::Caller;
use router_transport::{Object, Value};

use crate::answer::Refusal;
use crate::config::Quota;
use crate::edge::ClientAddress;

/// Everything by which a caller can say who it is.
#[derive(Debug, Clone)]
pub struct Credentials {
    headers: HeaderMap,
    pub client: ClientAddress,
}

impl Credentials {
    pub fn of_request(headers: &HeaderMap, client: ClientAddress) -> Self {
        Self { headers: headers.clone(), client }
    }

    /// Browsers cannot set headers on a WebSocket, so the payload of `connection_init` stands for them: its strings,
    /// and those of a `headers` object within, count as headers, before those of the upgrade request.
    pub fn of_connection(upgrade: &HeaderMap, payload: Option<&Object>, client: ClientAddress) -> Self {
        let mut headers = upgrade.clone();
        if let Some(payload) = payload {
            if let Some(Value::Object(nested)) = payload.get("headers") {
                insert_strings(&mut headers, nested);
            }
            insert_strings(&mut headers, payload);
        }
        Self { headers, client }
    }

    /// The value of a header, if it is there once and is text.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
    }

    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

fn insert_strings(headers: &mut HeaderMap, object: &Object) {
    for (name, value) in object {
        let (Ok(name), Some(text)) = (name.parse::<HeaderName>(), value.as_str()) else { continue };
        if let Ok(value) = HeaderValue::from_bytes(text.as_bytes()) {
            headers.insert(name, value);
        }
    }
}

/// An identity, and how long it may be relied on.
#[derive(Debug, Clone)]
pub struct Authentication {
    pub caller: Caller,
    /// When the credentials were issued; revocations of a user reach what is older.
    pub issued_at: Option<DateTime<Utc>>,
    /// When the credentials end; subscriptions end then too.
    pub expires_at: Option<DateTime<Utc>>,
    /// A quota that the credentials carry.
    pub quota: Option<Quota>,
}

impl Authentication {
    /// A caller whose credentials neither expire nor carry anything else.
    pub fn unbounded(caller: Caller) -> Self {
        Self { caller, issued_at: None, expires_at: None, quota: None }
    }
}

/// Turns credentials into an identity. No credentials are a guest, not an error; wrong ones are an error.
#[async_trait]
pub trait Authenticator: Send + Sync + 'static {
    async fn authenticate(&self, credentials: &Credentials) -> Result<Authentication, AuthError>;
}

/// Why credentials are refused. `Display` is what the client reads and tells an attacker nothing; the variant is for
/// the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    #[error("the access token is not valid")]
    InvalidToken(TokenFault),
    #[error("the access token has expired")]
    Expired,
    #[error("the session has ended; sign in again")]
    Revoked,
    #[error("the API key is not valid")]
    InvalidApiKey,
    #[error("send either an access token or an API key, not both")]
    SeveralCredentials,
    #[error("the header `{header}` has a value that is not understood")]
    InvalidMarket { header: String },
    #[error("the header `{header}` names no country that is sold to; {advice}")]
    CountryNotServed { header: String, advice: String },
    #[error(
        "the header `{header}` must have 16 to 128 letters, digits, `-` and `_`: make an id once and keep it, or leave the header out"
    )]
    InvalidGuest { header: &'static str },
    /// The keys or the API keys cannot be had at the moment.
    #[error("credentials cannot be checked at the moment; try again")]
    Unavailable,
}

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    NotAccepted,
    Scheme,
    Malformed,
    /// The header names its own key, or something that must be understood and is not.
    HeaderKey,
    Type,
    UnknownKey,
    Algorithm,
    Signature,
    Claims,
    Issuer,
    Audience,
    NotYetValid,
    Lifetime,
}

impl AuthError {
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidToken(_)
            | Self::Expired
            | Self::Revoked
            | Self::InvalidApiKey
            | Self::SeveralCredentials => "UNAUTHENTICATED",
            Self::InvalidMarket { .. } | Self::CountryNotServed { .. } | Self::InvalidGuest { .. } => {
                "BAD_USER_INPUT"
            }
            Self::Unavailable => "UNAVAILABLE",
        }
    }

    /// True where a wrong guess was made, which counts against the address it came from.
    pub const fn is_guess(&self) -> bool {
        matches!(self, Self::InvalidToken(_) | Self::InvalidApiKey)
    }

    pub fn into_refusal(self) -> Refusal {
        let status = match self {
            Self::InvalidMarket { .. } | Self::CountryNotServed { .. } | Self::InvalidGuest { .. } => {
                StatusCode::BAD_REQUEST
            }
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            _ => StatusCode::UNAUTHORIZED,
        };
        let refusal = Refusal::new(status, self.code(), self.to_string());
        if status != StatusCode::UNAUTHORIZED {
            return refusal;
        }
        refusal.with_header(
            header::WWW_AUTHENTICATE,
            HeaderValue::from_static(r#"Bearer error="invalid_token""#),
        )
    }
}
