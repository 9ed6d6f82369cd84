//! What can go wrong with a label.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;

use crate::booking::BookingError;
use crate::print::PrintError;

#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    #[error("a stored document cannot be read")]
    Document(#[from] serde_json::Error),
    #[error(transparent)]
    Booking(#[from] BookingError),
    #[error(transparent)]
    Print(#[from] PrintError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for LabelError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Document(_) | Self::Print(_) => ErrorCode::Internal,
            Self::Booking(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        None
    }
}

platform_core::api_error!(LabelError);
