//! What can go wrong with a carrier.

use std::error::Error;

use platform_core::{ApiError, ErrorCode};
use platform_webhooks::SignatureError;

#[derive(Debug, thiserror::Error)]
pub enum CarrierError {
    #[error("no carrier is called `{0}`; `carrierRates` lists them with their services")]
    Unknown(String),
    /// In the carrier's words.
    #[error("the carrier refuses: {0}")]
    Refused(String),
    #[error("the carrier does not answer; try again later")]
    Unavailable(#[source] Box<dyn Error + Send + Sync>),
}

impl ApiError for CarrierError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unknown(_) => ErrorCode::BadUserInput,
            Self::Refused(_) => ErrorCode::Conflict,
            Self::Unavailable(_) => ErrorCode::Unavailable,
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Unknown(_) => Some("name"),
            Self::Refused(_) | Self::Unavailable(_) => None,
        }
    }
}

/// Why a webhook is not taken.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    #[error("no secret of this carrier's webhooks is set up")]
    NotSetUp,
    #[error(transparent)]
    Signature(#[from] SignatureError),
    #[error("the body is no webhook of a carrier")]
    Malformed(#[source] serde_json::Error),
}
