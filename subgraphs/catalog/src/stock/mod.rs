//! Stock by warehouse, its movements, and reservations.
//!
//! Invariants: 0 <= reserved <= on hand, kept by a CHECK on top of conditional updates; the movements of a level sum to
//! it, because a level is never written without its movement in the same transaction. A reservation begins and ends as
//! `platform_holds` has it. Rows are locked in the order reservation, then levels by offer and warehouse, so that two
//! transactions never wait for each other.

mod adjust;
mod create_warehouse;
pub mod graphql;
pub mod internal;
mod levels;
pub mod reservations;
mod reserve;
mod store;
mod take_back;
mod update_warehouse;
pub mod view;
mod waiting;

use platform_core::id::OfferId;
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_holds::HoldError;
use platform_text::TextError;

use crate::given::NotNull;

/// The most lines of one reservation.
pub const MAX_LINES: usize = 200;
/// The most pieces of one line.
pub const MAX_QUANTITY: i64 = 9_999;
/// The most pieces of one change by hand, and of an offer in all warehouses.
pub const MAX_ON_HAND: i64 = 1_000_000_000;

/// A number of pieces as clients see it: a GraphQL `Int`, however many there are.
pub fn shown(pieces: i64) -> i64 {
    pieces.clamp(i64::from(i32::MIN), i64::from(i32::MAX))
}

/// How much of an offer is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    pub offer: OfferId,
    pub quantity: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum StockError {
    #[error("give 1 to {MAX_LINES} lines")]
    InvalidLines,
    #[error("a quantity must be between 1 and {MAX_QUANTITY}")]
    InvalidQuantity,
    #[error("no warehouse with the id {0} belongs to the offer's vendor")]
    UnknownWarehouse(platform_core::id::WarehouseId),
    #[error("no warehouse with the id {0} exists")]
    NoWarehouse(platform_core::id::WarehouseId),
    #[error("no offer with the id {0} exists")]
    UnknownOffer(OfferId),
    #[error("a change by hand is one of 1 to {MAX_ON_HAND} pieces, more or fewer")]
    InvalidDelta,
    #[error("a RECEIPT brings pieces: `delta` is above zero; an ADJUSTMENT takes some away")]
    ReceiptTakesAway,
    #[error("a change by hand is a RECEIPT or an ADJUSTMENT")]
    InvalidKind,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Null(#[from] NotNull),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("a level changed while it was locked")]
    LockLost,
    #[error(transparent)]
    Hold(#[from] HoldError),
}

impl ApiError for StockError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::InvalidLines
            | Self::InvalidQuantity
            | Self::InvalidDelta
            | Self::ReceiptTakesAway
            | Self::InvalidKind
            | Self::Text(_) => ErrorCode::BadUserInput,
            Self::Null(error) => error.code(),
            Self::UnknownWarehouse(_) | Self::NoWarehouse(_) | Self::UnknownOffer(_) => ErrorCode::NotFound,
            Self::Hold(error) => error.code(),
            Self::LockLost => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::InvalidLines | Self::InvalidQuantity => Some("lines"),
            Self::Text(error) => Some(error.field()),
            Self::Null(error) => error.field(),
            Self::NoWarehouse(_) => Some("id"),
            Self::Hold(error) => error.field(),
            Self::UnknownWarehouse(_) => Some("warehouseId"),
            Self::UnknownOffer(_) => Some("offerId"),
            Self::InvalidDelta | Self::ReceiptTakesAway => Some("delta"),
            Self::InvalidKind => Some("kind"),
            Self::Store(_) | Self::LockLost => None,
        }
    }
}

platform_core::api_error!(StockError);
