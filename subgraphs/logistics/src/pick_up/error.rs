//! What can go wrong with pick-up points.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_geo::InvalidPosition;
use platform_text::TextError;

use super::closest::MAX_LISTED;
use super::hours::MAX_HOURS;
use crate::coverage::MAX_POINTS;

#[derive(Debug, thiserror::Error)]
pub enum PickUpError {
    #[error("there is no such pick-up point")]
    NoPoint,
    #[error("a shop has at most {MAX_POINTS} pick-up points; write one of them anew")]
    TooManyPoints,
    #[error("ask for 1 to {MAX_LISTED} pick-up points")]
    InvalidCount,
    #[error("there is no such time zone; write its name in the time zone database, such as Europe/Berlin")]
    UnknownTimeZone,
    #[error(
        "give 1 to {MAX_HOURS} opening hours, each with a day of the week and written as HH:MM, the opening before the closing"
    )]
    InvalidHours,
    #[error(transparent)]
    Position(#[from] InvalidPosition),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("a stored document cannot be read")]
    Document(#[from] serde_json::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for PickUpError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoPoint => ErrorCode::NotFound,
            Self::TooManyPoints => ErrorCode::LimitExceeded,
            Self::InvalidCount
            | Self::UnknownTimeZone
            | Self::InvalidHours
            | Self::Position(_)
            | Self::Text(_) => ErrorCode::BadUserInput,
            Self::Document(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::NoPoint => Some("id"),
            Self::InvalidCount => Some("first"),
            Self::UnknownTimeZone => Some("timeZone"),
            Self::InvalidHours => Some("hours"),
            Self::Position(_) => Some("position"),
            Self::Text(error) => Some(error.field()),
            Self::TooManyPoints | Self::Document(_) | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(PickUpError);
