//! What can go wrong with a cart.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_server::PeerError;
use platform_text::TextError;

use super::change::{MAX_LINES, MAX_QUANTITY};

#[derive(Debug, thiserror::Error)]
pub enum CartError {
    #[error(
        "sign in, or send a guest id of your own in the header X-Souk-Guest (16 to 128 letters, digits, `-` and `_`)"
    )]
    NoOwner,
    #[error("sign in to take over a guest's cart")]
    NotSignedIn,
    #[error("the quantity must be between 1 and {MAX_QUANTITY}")]
    InvalidQuantity,
    #[error("the quantity must be between 1 and {MAX_QUANTITY}, or 0 to remove the line")]
    InvalidNewQuantity,
    #[error("a cart holds at most {MAX_LINES} different offers")]
    TooManyLines,
    #[error("the cart has no such line")]
    NoSuchLine,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("a guest id has 16 to 128 letters, digits, `-` and `_`")]
    InvalidGuest,
    #[error("whether this can be bought cannot be told now; try again")]
    Catalog(#[from] PeerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for CartError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NoOwner
            | Self::InvalidQuantity
            | Self::InvalidNewQuantity
            | Self::InvalidGuest
            | Self::Text(_) => ErrorCode::BadUserInput,
            Self::Catalog(error) => error.code(),
            Self::NotSignedIn => ErrorCode::Unauthenticated,
            Self::TooManyLines => ErrorCode::LimitExceeded,
            Self::NoSuchLine => ErrorCode::NotFound,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            // The header, not a field: nothing else names a guest.
            Self::NoOwner => Some("X-Souk-Guest"),
            Self::InvalidQuantity | Self::InvalidNewQuantity => Some("quantity"),
            Self::InvalidGuest => Some("guestId"),
            Self::Text(error) => Some(error.field()),
            Self::Catalog(error) => error.field(),
            Self::NoSuchLine => Some("lineId"),
            Self::NotSignedIn | Self::TooManyLines | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(CartError);
platform_sagas::step_error!(CartError);
