//! What can go wrong with a shipment.

use chrono::{DateTime, Utc};
use platform_core::{ApiError, ErrorCode, MomentError};
use platform_database::StoreError;
use platform_identity::Scope;
use platform_text::TextError;

use super::split::MAX_OF_PART;
use super::status::IllegalTransition;

#[derive(Debug, thiserror::Error)]
pub enum ShipmentError {
    #[error("there is no such shipment")]
    NotFound,
    #[error("give either an id or a tracking number")]
    IdOrNumber,
    #[error("sign in to pack shipments as one of their vendor's people, or use a key that acts for it")]
    NotYourVendor,
    #[error(
        "this key acts for some vendors alone; ask for their `shipments`, or use a key with the scope `{}`",
        Scope::AllVendors
    )]
    BoundToVendors,
    #[error(
        "a new shipment takes some of the pieces: each line of the shipment once, at least one piece, and not all"
    )]
    InvalidSplit,
    #[error("what happened is not in the future")]
    InFuture,
    #[error("nothing happened to the shipment before it was made, at {0}")]
    BeforeItWasMade(DateTime<Utc>),
    #[error("a vendor's part of an order is sent in at most {MAX_OF_PART} parcels")]
    TooManyParcels,
    #[error(transparent)]
    Moment(#[from] MomentError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Transition(#[from] IllegalTransition),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for ShipmentError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound => ErrorCode::NotFound,
            Self::IdOrNumber
            | Self::InvalidSplit
            | Self::InFuture
            | Self::BeforeItWasMade(_)
            | Self::Text(_) => ErrorCode::BadUserInput,
            Self::TooManyParcels => ErrorCode::LimitExceeded,
            Self::NotYourVendor | Self::BoundToVendors => ErrorCode::Forbidden,
            Self::Moment(error) => error.code(),
            Self::Transition(_) => ErrorCode::Conflict,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::IdOrNumber => Some("id"),
            Self::InvalidSplit => Some("items"),
            Self::InFuture | Self::BeforeItWasMade(_) => Some("at"),
            Self::Moment(error) => error.field(),
            Self::Text(error) => Some(error.field()),
            Self::NotFound
            | Self::NotYourVendor
            | Self::BoundToVendors
            | Self::TooManyParcels
            | Self::Transition(_)
            | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(ShipmentError);
