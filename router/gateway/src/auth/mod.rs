//! Who is calling. The gateway establishes an identity once per request or connection; everything behind it trusts
//! the [`Caller`] alone, never a header of the client.
//!
//! Owns: credentials as they come in, the check of tokens against a key set, API keys, guests, revocations, and the
//! place where an application makes a context of what else a request says. Deliberately absent: what that is about; and
//! issuing anything. Tokens for clients come from the users' domain; tokens for subgraphs are minted where the transport
//! is made.

mod api_key;
mod claims;
mod context;
mod credentials;
mod jwks;
mod jwt;
mod revocation;
mod standard;

pub use api_key::{ApiKeyGrant, ApiKeyLookup};
pub use context::{ContextClaims, ContextResolver};
pub use credentials::Credentials;
pub use jwks::{HttpJwks, JwksSource, StaticJwks};
pub use jwt::JwtVerifier;
pub use revocation::{
    Revocation, RevocationError, RevocationList, RevocationPage, RevocationSource, Revoked,
};
pub use standard::StandardAuthenticator;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use http::{HeaderValue, StatusCode, header};
use platform_identity::Caller;

use crate::answer::Refusal;
use crate::config::Quota;

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
    /// Credentials whose worth may change without a revocation that tells of it: who stays connected by them is
    /// authenticated anew, from time to time and for each operation.
    pub renewed_by: Option<Arc<Credentials>>,
}

impl Authentication {
    /// A caller whose credentials neither expire nor carry anything else.
    pub fn unbounded(caller: Caller) -> Self {
        Self { caller, issued_at: None, expires_at: None, quota: None, renewed_by: None }
    }

    /// Whether this one may do all that `older` might.
    pub fn has_all_of(&self, older: &Self) -> bool {
        let (now, then) = (&self.caller, &older.caller);
        now.scopes.is_superset(&then.scopes) && now.roles.is_superset(&then.roles)
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
    #[error(
        "`authorization` is no bearer token; send `Bearer` and the token, or leave it out to ask as a guest"
    )]
    NotBearer,
    #[error("`{header}` was sent with two different values; send it once")]
    Contradiction { header: String },
    #[error("the header `{header}` has a value that is not understood")]
    InvalidHeader { header: String },
    #[error(
        "the header `{header}` must have 16 to 128 letters, digits, `-` and `_`: make an id once and keep it, or leave the header out"
    )]
    InvalidGuest { header: String },
    /// The application's own refusal; `reason` goes on from the name of the header and says what to send.
    #[error("the header `{header}` {reason}")]
    HeaderRefused { header: String, reason: String },
    /// The keys or the API keys cannot be had at the moment.
    #[error("credentials cannot be checked at the moment; try again")]
    Unavailable,
}

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFault {
    NotAccepted,
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
            | Self::NotBearer
            | Self::SeveralCredentials => "UNAUTHENTICATED",
            Self::Contradiction { .. }
            | Self::InvalidHeader { .. }
            | Self::InvalidGuest { .. }
            | Self::HeaderRefused { .. } => "BAD_USER_INPUT",
            Self::Unavailable => "UNAVAILABLE",
        }
    }

    /// True where a wrong guess was made, which counts against the address it came from.
    pub const fn is_guess(&self) -> bool {
        matches!(self, Self::InvalidToken(_) | Self::NotBearer | Self::InvalidApiKey)
    }

    pub fn into_refusal(self) -> Refusal {
        let (code, message) = (self.code(), self.to_string());
        match code {
            "BAD_USER_INPUT" => Refusal::new(StatusCode::BAD_REQUEST, code, message),
            "UNAVAILABLE" => Refusal::unavailable(message),
            _ => Refusal::new(StatusCode::UNAUTHORIZED, code, message).with_header(
                header::WWW_AUTHENTICATE,
                HeaderValue::from_static(r#"Bearer error="invalid_token""#),
            ),
        }
    }
}
