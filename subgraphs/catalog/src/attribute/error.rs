//! Why an attribute cannot be written as it was asked for.

use platform_core::id::AttributeId;
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_text::TextError;

use crate::given::NotNull;
use crate::names::NameError;

#[derive(Debug, thiserror::Error)]
pub enum AttributeError {
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Null(#[from] NotNull),
    #[error("no attribute with the id {0} exists")]
    UnknownAttribute(AttributeId),
    #[error("an ENUM attribute needs options with different codes; other kinds have none")]
    InvalidOptions,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for AttributeError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Name(error) => error.code(),
            Self::Null(error) => error.code(),
            Self::UnknownAttribute(_) => ErrorCode::NotFound,
            Self::Text(_) | Self::InvalidOptions => ErrorCode::BadUserInput,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Name(error) => error.field(),
            Self::Text(error) => Some(error.field()),
            Self::Null(error) => error.field(),
            Self::UnknownAttribute(_) => Some("id"),
            Self::InvalidOptions => Some("options"),
            Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(AttributeError);
