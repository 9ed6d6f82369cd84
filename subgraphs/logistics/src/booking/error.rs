//! What can go wrong with a shipment that an outside carrier brings.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_text::TextError;

use crate::carrier::CarrierError;
use crate::shipment::ShipmentError;

#[derive(Debug, thiserror::Error)]
pub enum BookingError {
    #[error("nobody knows where the shipment goes any more")]
    NoAddress,
    #[error("a stored document cannot be read")]
    Document(#[from] serde_json::Error),
    #[error(transparent)]
    Carrier(#[from] CarrierError),
    #[error(transparent)]
    Shipment(#[from] ShipmentError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for BookingError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoAddress => ErrorCode::Conflict,
            Self::Document(_) => ErrorCode::Internal,
            Self::Carrier(error) => error.code(),
            Self::Shipment(error) => error.code(),
            Self::Text(_) => ErrorCode::BadUserInput,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Carrier(error) => error.field(),
            Self::Shipment(error) => error.field(),
            Self::Text(error) => Some(error.field()),
            Self::NoAddress | Self::Document(_) | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(BookingError);
