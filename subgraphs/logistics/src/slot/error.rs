//! What can go wrong with slots.

use platform_core::{ApiError, ErrorCode, MomentError};
use platform_database::StoreError;
use platform_holds::HoldError;
use platform_text::TextError;

use super::find::AHEAD;
use super::list::MAX_SPAN;
use crate::coverage::CoverageError;

#[derive(Debug, thiserror::Error)]
pub enum SlotError {
    #[error("ask for the slots of {} days at most, with `from` before `to`", MAX_SPAN.num_days())]
    InvalidSpan,
    #[error("no service has such a slot now, or not within {} days; choose one that `deliverySlots` lists", AHEAD.num_days())]
    Unknown,
    #[error(transparent)]
    Coverage(#[from] CoverageError),
    #[error(transparent)]
    Hold(#[from] HoldError),
    #[error(transparent)]
    Moment(#[from] MomentError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for SlotError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidSpan | Self::Text(_) => ErrorCode::BadUserInput,
            Self::Unknown => ErrorCode::NotFound,
            Self::Coverage(error) => error.code(),
            Self::Moment(error) => error.code(),
            Self::Hold(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::InvalidSpan => Some("to"),
            Self::Unknown => Some("slotId"),
            Self::Coverage(error) => error.field(),
            Self::Moment(error) => error.field(),
            Self::Hold(error) => error.field(),
            Self::Text(error) => Some(error.field()),
            Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(SlotError);
