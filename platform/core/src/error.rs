//! The catalogue of error codes and the one way from a domain error to a GraphQL error.
//!
//! When to use what: an outcome that a client should handle (out of stock, coupon expired, card declined) is a typed
//! result in the schema, not an error. A failure is an error with a code of this catalogue. What the caller cannot
//! mend is [`ErrorCode::Internal`]: its message is masked by the server and logged once with a trace id.

use std::error::Error;

use serde::{Deserialize, Serialize};

/// A database that was restarted serves again within this time.
const AWAY_SECONDS: u64 = 5;

/// `extensions.code` of an error. The catalogue is closed: clients match on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum ErrorCode {
    /// The input breaks a rule that its type cannot express. `extensions.field` names the input field.
    BadUserInput,
    /// No valid credentials.
    Unauthenticated,
    /// Valid credentials that do not allow this.
    Forbidden,
    NotFound,
    /// The state of the object does not allow the operation, or it changed meanwhile.
    Conflict,
    /// An idempotency key was used before with other input.
    IdempotencyKeyReused,
    /// Too many requests or attempts; `extensions.retryAfter` gives seconds.
    RateLimited,
    /// A limit on size, depth or cost.
    LimitExceeded,
    /// A database or service that is needed now does not answer; `extensions.retryAfter` gives seconds.
    Unavailable,
    /// A deadline passed.
    Timeout,
    /// A defect; details are in the log under `extensions.traceId`.
    Internal,
}

impl ErrorCode {
    pub const ALL: [Self; 11] = [
        Self::BadUserInput,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::Conflict,
        Self::IdempotencyKeyReused,
        Self::RateLimited,
        Self::LimitExceeded,
        Self::Unavailable,
        Self::Timeout,
        Self::Internal,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadUserInput => "BAD_USER_INPUT",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::Conflict => "CONFLICT",
            Self::IdempotencyKeyReused => "IDEMPOTENCY_KEY_REUSED",
            Self::RateLimited => "RATE_LIMITED",
            Self::LimitExceeded => "LIMIT_EXCEEDED",
            Self::Unavailable => "UNAVAILABLE",
            Self::Timeout => "TIMEOUT",
            Self::Internal => "INTERNAL",
        }
    }

    /// Whether the same request may succeed later: something is away, slow, overloaded or defective. The others are
    /// about the request itself and what it asks for, and no repetition changes them.
    pub const fn is_transient(self) -> bool {
        match self {
            // A service's own credentials: they are renewed and rotated.
            Self::Unauthenticated
            | Self::RateLimited
            | Self::Unavailable
            | Self::Timeout
            | Self::Internal => true,
            Self::BadUserInput
            | Self::Forbidden
            | Self::NotFound
            | Self::Conflict
            | Self::IdempotencyKeyReused
            | Self::LimitExceeded => false,
        }
    }

    /// After how many seconds to try again, where that follows from the code alone: what is away is given time to come
    /// back.
    pub const fn retry_after(self) -> Option<u64> {
        match self {
            Self::Unavailable => Some(AWAY_SECONDS),
            Self::BadUserInput
            | Self::Unauthenticated
            | Self::Forbidden
            | Self::NotFound
            | Self::Conflict
            | Self::IdempotencyKeyReused
            | Self::RateLimited
            | Self::LimitExceeded
            | Self::Timeout
            | Self::Internal => None,
        }
    }
}

/// A domain error that can leave through the API. Implement it by hand with an exhaustive `code`, then write
/// `platform_core::api_error!(MyError)` so that `?` converts it with its code.
pub trait ApiError: Error + Send + Sync + 'static {
    fn code(&self) -> ErrorCode;

    /// The input field at fault, in GraphQL spelling, for [`ErrorCode::BadUserInput`].
    fn field(&self) -> Option<&str> {
        None
    }

    /// After how many seconds the same may succeed, where the error knows that better than its code does.
    fn retry_after(&self) -> Option<u64> {
        None
    }
}

/// After how many seconds a caller is to try again: as the error says, or else its code.
pub fn retry_after(error: &impl ApiError) -> Option<u64> {
    error.retry_after().or(error.code().retry_after())
}

/// The causes below an error in one line, the nearest first; empty when there are none. `Display` of an error does not
/// repeat its source, so this belongs beside it in a log.
pub fn causes(error: &(dyn Error + 'static)) -> String {
    let below = std::iter::successors(error.source(), |cause| Error::source(*cause));
    below.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// An error and its causes in one line: what a log or a table keeps of it.
pub fn describe(error: &(dyn Error + 'static)) -> String {
    let chain = std::iter::successors(Some(error), |error| Error::source(*error));
    chain.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

/// The domain error behind a GraphQL error, as its `source`: the server logs the causes below it.
#[cfg(feature = "graphql")]
pub struct ErrorSource(pub Box<dyn Error + Send + Sync>);

/// The GraphQL error of a domain error. The source chain goes along for the log; the server masks it.
#[cfg(feature = "graphql")]
pub fn to_graphql<E: ApiError>(error: E) -> async_graphql::Error {
    let mut extensions = async_graphql::ErrorExtensionValues::default();
    extensions.set("code", error.code().as_str());
    if let Some(field) = error.field() {
        extensions.set("field", field);
    }
    if let Some(seconds) = retry_after(&error) {
        extensions.set("retryAfter", seconds);
    }
    async_graphql::Error {
        message: error.to_string(),
        source: Some(std::sync::Arc::new(ErrorSource(Box::new(error)))),
        extensions: Some(extensions),
    }
}

/// What a resolver fails with; named here so that a crate whose errors become one need not depend on it.
#[cfg(feature = "graphql")]
pub use async_graphql::Error as GraphqlError;

/// Gives a domain error its conversion into [`GraphqlError`].
#[cfg(feature = "graphql")]
#[macro_export]
macro_rules! api_error {
    ($($error:ty),+ $(,)?) => { $(
        impl From<$error> for $crate::error::GraphqlError {
            fn from(error: $error) -> Self {
                $crate::error::to_graphql(error)
            }
        }
    )+ };
}
