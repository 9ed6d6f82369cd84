//! Why entries cannot be read or written.

use std::sync::Arc;

use platform_core::{ApiError, ErrorCode};
use platform_text::TextError;
use sea_orm::DbErr;

#[derive(Debug, thiserror::Error)]
pub enum EntryError {
    #[error("only a user writes entries")]
    NotAUser,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("the entries cannot be read or stored")]
    Database(#[from] DbErr),
    #[error("the entries cannot be read")]
    Loading(#[from] Arc<DbErr>),
}

impl ApiError for EntryError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotAUser => ErrorCode::Forbidden,
            Self::Text(_) => ErrorCode::BadUserInput,
            Self::Database(_) | Self::Loading(_) => ErrorCode::Internal,
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Text(error) => Some(error.field()),
            Self::NotAUser | Self::Database(_) | Self::Loading(_) => None,
        }
    }
}

platform_core::api_error!(EntryError);
