//! Why entries cannot be read or written.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_text::TextError;

#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    #[error("only a user writes entries")]
    NotAUser,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for EntryError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotAUser => ErrorCode::Forbidden,
            Self::Text(_) => ErrorCode::BadUserInput,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Text(error) => Some(error.field()),
            Self::NotAUser | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(EntryError);
