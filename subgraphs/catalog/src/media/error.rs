//! Why a picture of a product cannot be changed as it was asked for.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_files::UploadError;

use crate::edit::EditError;
use crate::given::NotNull;
use crate::names::NameError;
use crate::product::objects::MAX_MEDIA;

#[derive(Debug, thiserror::Error)]
pub enum MediaError {
    #[error(transparent)]
    Edit(#[from] EditError),
    #[error(transparent)]
    Upload(#[from] UploadError),
    #[error(transparent)]
    Name(#[from] NameError),
    #[error(transparent)]
    Null(#[from] NotNull),
    #[error("a product has at most {MAX_MEDIA} pictures; remove one first")]
    TooMany,
    #[error("no such picture")]
    Unknown,
    #[error("give the id of each picture of the product once")]
    NotEach,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for MediaError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Edit(error) => error.code(),
            Self::Upload(error) => error.code(),
            Self::Name(error) => error.code(),
            Self::Null(error) => error.code(),
            Self::TooMany => ErrorCode::LimitExceeded,
            Self::Unknown => ErrorCode::NotFound,
            Self::NotEach => ErrorCode::BadUserInput,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Edit(error) => error.field(),
            Self::Upload(error) => error.field(),
            Self::Name(error) => error.field(),
            Self::Null(error) => error.field(),
            Self::TooMany => Some("productId"),
            Self::Unknown => Some("id"),
            Self::NotEach => Some("mediaIds"),
            Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(MediaError);
