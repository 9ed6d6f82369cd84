//! Why a session could not be worked with. Wrong credentials are outcomes, not errors.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_text::TextError;

use crate::password::HasherError;
use crate::secret::RandomError;
use crate::token::KeyringError;

#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    #[error("only a user has sessions")]
    NotAUser,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Hasher(#[from] HasherError),
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    #[error(transparent)]
    Random(#[from] RandomError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for SessionError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotAUser => ErrorCode::Forbidden,
            Self::Text(_) => ErrorCode::BadUserInput,
            Self::Hasher(error) => error.code(),
            Self::Keyring(error) => error.code(),
            Self::Random(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Text(error) => Some(error.field()),
            _ => None,
        }
    }
}

platform_core::api_error!(SessionError);
