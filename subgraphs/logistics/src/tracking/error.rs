//! What can go wrong with following a delivery.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;

use crate::route::RouteError;

#[derive(Debug, thiserror::Error)]
pub enum TrackingError {
    #[error("there is no delivery to follow here: the link is wrong, or was revoked")]
    NotFound,
    #[error("give one of `orderId`, `trackingNumber` and `token`")]
    OneOfThree,
    #[error(transparent)]
    Route(#[from] RouteError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for TrackingError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound => ErrorCode::NotFound,
            Self::OneOfThree => ErrorCode::BadUserInput,
            Self::Route(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::OneOfThree => Some("token"),
            Self::NotFound | Self::Route(_) | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(TrackingError);
