//! Why an account could not be worked with.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_text::TextError;

use crate::mail::MailLimitError;
use crate::password::HasherError;
use crate::role::StandingError;
use crate::session::SessionError;

#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("only a user has an account")]
    NotAUser,
    #[error("this account may not be used; contact support")]
    Barred,
    #[error("there is no such user")]
    NoSuchUser,
    #[error("there is no user with this id")]
    UnknownUser,
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("`{field}` {rule}")]
    Invalid { field: &'static str, rule: &'static str },
    #[error("you cannot block yourself")]
    BlocksItself,
    #[error(transparent)]
    Hasher(#[from] HasherError),
    #[error(transparent)]
    Session(#[from] SessionError),
    #[error(transparent)]
    Standing(#[from] StandingError),
    #[error(transparent)]
    Mails(#[from] MailLimitError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for AccountError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotAUser | Self::Barred => ErrorCode::Forbidden,
            Self::NoSuchUser | Self::UnknownUser => ErrorCode::NotFound,
            Self::Text(_) | Self::Invalid { .. } => ErrorCode::BadUserInput,
            Self::BlocksItself => ErrorCode::Conflict,
            Self::Hasher(error) => error.code(),
            Self::Session(error) => error.code(),
            Self::Standing(error) => error.code(),
            Self::Mails(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Text(error) => Some(error.field()),
            Self::Invalid { field, .. } => Some(field),
            Self::UnknownUser => Some("userId"),
            Self::Session(error) => error.field(),
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

platform_core::api_error!(AccountError);
