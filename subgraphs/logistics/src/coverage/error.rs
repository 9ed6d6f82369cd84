//! Why it is not known who delivers where.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_geo::InvalidArea;

#[derive(Debug, thiserror::Error)]
pub enum CoverageError {
    #[error("a zone has a time zone that nobody knows; write the zone anew")]
    TimeZone,
    #[error("the area of a zone cannot be read; write the zone anew")]
    Area(#[from] InvalidArea),
    #[error("a stored document cannot be read")]
    Document(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for CoverageError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::TimeZone | Self::Area(_) | Self::Document(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }
}

platform_core::api_error!(CoverageError);
