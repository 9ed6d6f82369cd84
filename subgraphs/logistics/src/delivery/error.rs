//! What can go wrong with a delivery.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_holds::HoldError;

use super::parcel::MAX_PARCELS;
use crate::shipment::ShipmentError;

#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    #[error("give 1 to {MAX_PARCELS} parcels, each with something in it")]
    InvalidParcels,
    #[error("a parcel of the order has left its seller")]
    Underway,
    #[error(transparent)]
    Hold(#[from] HoldError),
    #[error(transparent)]
    Shipment(#[from] ShipmentError),
    #[error("a stored document cannot be read")]
    Document(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for DeliveryError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidParcels => ErrorCode::BadUserInput,
            Self::Underway => ErrorCode::Conflict,
            Self::Hold(error) => error.code(),
            Self::Shipment(error) => error.code(),
            Self::Document(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::InvalidParcels => Some("parcels"),
            Self::Hold(error) => error.field(),
            Self::Shipment(error) => error.field(),
            Self::Underway | Self::Document(_) | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(DeliveryError);
