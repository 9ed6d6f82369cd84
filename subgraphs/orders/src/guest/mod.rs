//! What a guest's order allows to those who prove that its email address is theirs: taking it into an account, and
//! calling it off from another device.
//!
//! Proof is an account whose verified address is the order's, which users compares, or a code mailed to the order's
//! address. Invariants: a code is stored by its hash, works once, expires, and bears few guesses, which one network cannot use
//! up for another; asking for one tells nobody whether an order exists; a claimed order is no longer the guest's. Jobs carry the id of a code's row, never an
//! address or a code.

mod claim;
mod code;
mod graphql;
mod guess;
mod mail;
mod request;
mod store;

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_server::PeerError;
use platform_text::TextError;

use crate::order::OrderError;

pub use graphql::GuestMutation;
pub use mail::OrderCodeMail;
pub use request::ForgetCodes;

#[derive(Debug, thiserror::Error)]
pub enum GuestError {
    #[error("sign in first")]
    NotSignedIn,
    #[error("too many mails were asked for from this network; try again in {retry_after} s")]
    TooManyMails {
        /// In seconds.
        retry_after: u64,
    },
    #[error(transparent)]
    Text(#[from] TextError),
    #[error(transparent)]
    Order(#[from] OrderError),
    #[error(transparent)]
    Peer(#[from] PeerError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for GuestError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotSignedIn => ErrorCode::Unauthenticated,
            Self::TooManyMails { .. } => ErrorCode::RateLimited,
            Self::Text(_) => ErrorCode::BadUserInput,
            Self::Order(error) => error.code(),
            Self::Peer(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Text(error) => Some(error.field()),
            Self::Order(error) => error.field(),
            Self::Peer(error) => error.field(),
            Self::NotSignedIn | Self::TooManyMails { .. } | Self::Store(_) => None,
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyMails { retry_after } => Some(*retry_after),
            _ => None,
        }
    }
}

platform_core::api_error!(GuestError);
