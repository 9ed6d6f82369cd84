//! The failure that every feature shares: the database did not answer.

use std::sync::Arc;

use platform_core::{ApiError, ErrorCode};
use sea_orm::DbErr;

/// A failed statement. Cloned, because one batch of a loader fails for many.
#[derive(Debug, Clone, thiserror::Error)]
#[error("the database failed")]
pub struct StorageError(#[source] Arc<DbErr>);

impl From<DbErr> for StorageError {
    fn from(error: DbErr) -> Self {
        Self(Arc::new(error))
    }
}

impl ApiError for StorageError {
    fn code(&self) -> ErrorCode {
        ErrorCode::Internal
    }
}

platform_core::api_error!(StorageError);
