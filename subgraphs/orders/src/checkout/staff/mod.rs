//! What staff see of the sagas of orders, and how they end those that are stuck.

mod graphql;
mod service;

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_sagas::SagaError;

use super::PlaceError;

pub use graphql::{SagaMutation, SagaQuery};

#[derive(Debug, thiserror::Error)]
pub enum StaffError {
    #[error("there is no such saga; `orderSagas` lists them")]
    NotFound,
    #[error("a saga names no order")]
    NoOrder(#[from] serde_json::Error),
    #[error(transparent)]
    Saga(#[from] SagaError),
    #[error(transparent)]
    Cancelling(#[from] PlaceError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for StaffError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound => ErrorCode::NotFound,
            Self::NoOrder(_) => ErrorCode::Internal,
            Self::Saga(error) => error.code(),
            Self::Cancelling(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::NotFound => Some("sagaId"),
            Self::Cancelling(error) => error.field(),
            Self::NoOrder(_) | Self::Saga(_) | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(StaffError);
