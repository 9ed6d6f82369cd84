//! Why a request about a hold is refused, whatever is held.

use platform_core::{ApiError, ErrorCode, MomentError};
use platform_text::TextError;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HoldError {
    #[error(transparent)]
    Key(#[from] TextError),
    #[error("the expiry must be in the future")]
    ExpiryInPast,
    #[error(transparent)]
    Expiry(#[from] MomentError),
    #[error("the key was used before for something else; use a fresh one")]
    KeyReused,
    #[error("nothing was held under this key")]
    UnknownKey,
}

impl ApiError for HoldError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Key(_) | Self::ExpiryInPast => ErrorCode::BadUserInput,
            Self::Expiry(error) => error.code(),
            Self::KeyReused => ErrorCode::IdempotencyKeyReused,
            Self::UnknownKey => ErrorCode::NotFound,
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Key(error) => Some(error.field()),
            Self::ExpiryInPast => Some("expiresAt"),
            Self::Expiry(error) => error.field(),
            Self::KeyReused | Self::UnknownKey => None,
        }
    }
}
