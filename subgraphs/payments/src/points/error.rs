//! What can go wrong with points.

use platform_commerce::MoneyError;
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_holds::HoldError;
use platform_server::PeerError;
use platform_text::TextError;

use super::grant::{MAX_AT_ONCE, MAX_BALANCE};
use crate::ledger::{LedgerError, SplitError};

#[derive(Debug, thiserror::Error)]
pub enum PointsError {
    #[error("the number of points must be between 1 and {MAX_AT_ONCE}")]
    InvalidNumber,
    #[error("an account holds at most {MAX_BALANCE} points")]
    AccountFull,
    #[error("there is no user with this id")]
    UnknownUser,
    #[error("the hold of points was released already")]
    Released,
    #[error(transparent)]
    Hold(#[from] HoldError),
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("points were given to somebody else for this reference; use a fresh one")]
    ReferenceUsed,
    #[error("{given} points were given for this reference; use a fresh one to give others")]
    OtherPointsGiven { given: i64 },
    #[error("points of another currency were given for this reference; use a fresh one")]
    OtherCurrencyGiven,
    #[error(transparent)]
    Split(#[from] SplitError),
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error("a stored amount cannot be read")]
    Money(#[from] MoneyError),
    #[error(transparent)]
    Users(#[from] PeerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for PointsError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidNumber | Self::Text(_) => ErrorCode::BadUserInput,
            Self::AccountFull => ErrorCode::LimitExceeded,
            Self::ReferenceUsed | Self::OtherPointsGiven { .. } | Self::OtherCurrencyGiven => {
                ErrorCode::IdempotencyKeyReused
            }
            Self::Hold(error) => error.code(),
            Self::Split(error) => error.code(),
            Self::UnknownUser => ErrorCode::NotFound,
            Self::Users(error) => error.code(),
            Self::Released => ErrorCode::Conflict,
            Self::Ledger(error) => error.code(),
            Self::Money(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::InvalidNumber | Self::OtherPointsGiven { .. } => Some("points"),
            Self::ReferenceUsed | Self::UnknownUser => Some("userId"),
            Self::OtherCurrencyGiven => Some("currency"),
            Self::Hold(error) => error.field(),
            Self::Text(error) => Some(error.field()),
            Self::Split(error) => error.field(),
            Self::AccountFull
            | Self::Released
            | Self::Ledger(_)
            | Self::Money(_)
            | Self::Users(_)
            | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(PointsError);
