//! What can go wrong with an entry.

use platform_commerce::MoneyError;
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;

#[derive(Debug, Clone, thiserror::Error)]
pub enum LedgerError {
    #[error("the postings of {reference} do not balance")]
    Unbalanced { reference: String },
    #[error(transparent)]
    Money(#[from] MoneyError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for LedgerError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unbalanced { .. } | Self::Money(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }
}

platform_core::api_error!(LedgerError);
platform_database::query_error!(LedgerError);
