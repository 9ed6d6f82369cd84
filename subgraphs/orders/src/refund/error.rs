//! What can go wrong with a refund of pieces.

use platform_commerce::{CurrencyCode, MoneyError};
use platform_core::id::OrderLineId;
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_server::PeerError;
use platform_text::TextError;

use super::input::MAX_LINES;
use crate::checkout::PlaceError;
use crate::order::OrderError;

#[derive(Debug, thiserror::Error)]
pub enum RefundError {
    #[error("there is no such order")]
    UnknownOrder,
    #[error("name pieces to refund, or an amount of shipping")]
    Nothing,
    #[error("name at most {MAX_LINES} lines")]
    TooManyLines,
    #[error("name each line once")]
    LineTwice,
    #[error("name at least one piece of a line")]
    Quantity,
    #[error("the order has no line `{0}`")]
    UnknownLine(OrderLineId),
    #[error("the shipping to refund must be above zero")]
    Shipping,
    #[error("the shipping must be in {0}, the currency of the order")]
    OtherCurrency(CurrencyCode),
    #[error("the shipping is not an amount of its currency")]
    InvalidShipping(#[source] MoneyError),
    #[error("the idempotency key was used for another request; use a fresh one")]
    KeyReused,
    #[error("a refund that was kept cannot be found")]
    Lost,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("a stored amount cannot be read")]
    Money(#[from] MoneyError),
    #[error("a request cannot be written down")]
    Document(#[from] serde_json::Error),
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Settling(#[from] PlaceError),
    #[error(transparent)]
    Peer(#[from] PeerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for RefundError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::UnknownOrder => ErrorCode::NotFound,
            Self::Nothing
            | Self::TooManyLines
            | Self::LineTwice
            | Self::Quantity
            | Self::UnknownLine(_)
            | Self::Shipping
            | Self::OtherCurrency(_)
            | Self::InvalidShipping(_)
            | Self::Text(_) => ErrorCode::BadUserInput,
            Self::KeyReused => ErrorCode::IdempotencyKeyReused,
            Self::Lost | Self::Money(_) | Self::Document(_) => ErrorCode::Internal,
            Self::Order(error) => error.code(),
            Self::Settling(error) => error.code(),
            Self::Peer(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::UnknownOrder => Some("orderId"),
            Self::Nothing | Self::TooManyLines | Self::LineTwice | Self::Quantity | Self::UnknownLine(_) => {
                Some("lines")
            }
            Self::Shipping | Self::OtherCurrency(_) | Self::InvalidShipping(_) => Some("shipping"),
            Self::Text(error) => Some(error.field()),
            Self::Order(error) => error.field(),
            Self::Settling(error) => error.field(),
            Self::KeyReused
            | Self::Lost
            | Self::Money(_)
            | Self::Document(_)
            | Self::Peer(_)
            | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(RefundError);
