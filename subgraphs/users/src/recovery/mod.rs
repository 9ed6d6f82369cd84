//! Proof that somebody reads an account's mail: password reset and verification of the address.
//!
//! Invariants: a token is stored by its hash and works once; whether an address has an account is not told, neither by
//! the answer nor by its time. Jobs carry a user's id, never an address or a token.

mod graphql;
mod mail;
mod service;
mod store;

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;

use crate::account::AccountError;
use crate::mail::MailLimitError;
use crate::secret::RandomError;

pub use graphql::RecoveryMutation;
pub use mail::{AccountMail, send};

#[derive(Debug, thiserror::Error)]
pub enum RecoveryError {
    #[error("only a user has an address to verify")]
    NotAUser,
    #[error(transparent)]
    Account(#[from] AccountError),
    #[error(transparent)]
    Mails(#[from] MailLimitError),
    #[error(transparent)]
    Random(#[from] RandomError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for RecoveryError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotAUser => ErrorCode::Forbidden,
            Self::Account(error) => error.code(),
            Self::Mails(error) => error.code(),
            Self::Random(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Account(error) => error.field(),
            _ => None,
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Mails(error) => error.retry_after(),
            _ => None,
        }
    }
}

platform_core::api_error!(RecoveryError);
