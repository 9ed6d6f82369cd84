//! What can go wrong with a delivery.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_holds::HoldError;

use super::parcel::MAX_PARCELS;
use crate::pick_up::PickUpError;
use crate::shipment::ShipmentError;
use crate::slot::SlotError;

#[derive(Debug, thiserror::Error)]
pub enum DeliveryError {
    #[error("give 1 to {MAX_PARCELS} parcels, each with something in it")]
    InvalidParcels,
    #[error("a parcel of the order has left its seller")]
    Underway,
    #[error("there is no such order of yours, or nothing of it is delivered")]
    NoDelivery,
    #[error("the order is not delivered in slots")]
    NoSlots,
    #[error(
        "the slot belongs to another service than the order was placed with; choose one of the same service"
    )]
    OtherService,
    #[error("the order is not paid yet: pay for it first, or call it off and order again in another slot")]
    NotPaid,
    #[error("the order was called off, or is on its way: its slot stays as it is")]
    TooLate,
    #[error(transparent)]
    Slot(#[from] SlotError),
    #[error(transparent)]
    PickUp(#[from] PickUpError),
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
            Self::InvalidParcels | Self::OtherService => ErrorCode::BadUserInput,
            Self::NoDelivery => ErrorCode::NotFound,
            Self::Underway | Self::NoSlots | Self::NotPaid | Self::TooLate => ErrorCode::Conflict,
            Self::Slot(error) => error.code(),
            Self::PickUp(error) => error.code(),
            Self::Hold(error) => error.code(),
            Self::Shipment(error) => error.code(),
            Self::Document(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::InvalidParcels => Some("parcels"),
            Self::NoDelivery | Self::NoSlots | Self::NotPaid | Self::TooLate => Some("orderId"),
            Self::OtherService => Some("slotId"),
            Self::Slot(error) => error.field(),
            Self::PickUp(error) => error.field(),
            Self::Hold(error) => error.field(),
            Self::Shipment(error) => error.field(),
            Self::Underway | Self::Document(_) | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(DeliveryError);
