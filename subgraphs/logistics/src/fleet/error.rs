//! What can go wrong with depots and couriers.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_geo::{InvalidPosition, RoadsError};
use platform_text::TextError;

use super::set_courier::MAX_CAPACITY;

#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    #[error("there is no such depot")]
    NoDepot,
    #[error("a van takes 1 to {MAX_CAPACITY} shipments")]
    InvalidCapacity,
    #[error(
        "write times of the day as HH:MM, from 00:00 to 24:00; a shift begins and ends at different ones"
    )]
    InvalidShift,
    #[error("there is no such time zone; write its name in the time zone database, such as Europe/Berlin")]
    UnknownTimeZone,
    #[error("no street leads there: check latitude and longitude, which are easily swapped")]
    OffRoads,
    #[error(transparent)]
    Roads(RoadsError),
    #[error(transparent)]
    Position(#[from] InvalidPosition),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for FleetError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoDepot => ErrorCode::NotFound,
            Self::InvalidCapacity
            | Self::InvalidShift
            | Self::UnknownTimeZone
            | Self::OffRoads
            | Self::Position(_)
            | Self::Text(_) => ErrorCode::BadUserInput,
            Self::Roads(_) => ErrorCode::Unavailable,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::NoDepot => Some("depotId"),
            Self::InvalidCapacity => Some("capacity"),
            Self::InvalidShift => Some("shift"),
            Self::UnknownTimeZone => Some("timeZone"),
            Self::OffRoads | Self::Position(_) => Some("position"),
            Self::Text(error) => Some(error.field()),
            Self::Roads(_) | Self::Store(_) => None,
        }
    }
}

impl From<RoadsError> for FleetError {
    fn from(error: RoadsError) -> Self {
        match error {
            RoadsError::OffRoads { .. } => Self::OffRoads,
            other => Self::Roads(other),
        }
    }
}

platform_core::api_error!(FleetError);
