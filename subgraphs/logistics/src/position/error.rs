//! What can go wrong with reports of positions.

use platform_core::{ApiError, ErrorCode, MomentError};
use platform_database::StoreError;
use platform_geo::InvalidPosition;

use super::report::MAX_POSITIONS;
use crate::route::RouteError;

#[derive(Debug, thiserror::Error)]
pub enum PositionError {
    #[error("you have no such route")]
    NotYours,
    #[error("the route is not on the road: start it before you report where you are")]
    NotStarted,
    #[error("report 1 to {MAX_POSITIONS} positions at once")]
    Count,
    #[error("a position is not from the future; set the clock")]
    InFuture,
    #[error("a heading is 0 to 360 degrees, and a speed 0 to 100 metres a second")]
    Motion,
    #[error(transparent)]
    Moment(#[from] MomentError),
    #[error(transparent)]
    Position(#[from] InvalidPosition),
    #[error(transparent)]
    Route(#[from] RouteError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for PositionError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotYours => ErrorCode::NotFound,
            Self::NotStarted => ErrorCode::Conflict,
            Self::Count | Self::InFuture | Self::Motion | Self::Position(_) => ErrorCode::BadUserInput,
            Self::Moment(error) => error.code(),
            Self::Route(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::NotYours | Self::NotStarted => Some("routeId"),
            Self::Count | Self::Position(_) => Some("positions"),
            Self::InFuture => Some("recordedAt"),
            Self::Motion => Some("heading"),
            Self::Moment(error) => error.field(),
            Self::Route(error) => error.field(),
            Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(PositionError);
