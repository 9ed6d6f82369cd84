//! The inbox of each user: what happened to their orders and payments, and what staff had to say.
//!
//! Invariants: something that happened is told once, however often its event arrives; the version of an inbox grows
//! with each change of it, and a notification's sequence is the version that it made. Deliberately absent: mail and
//! push.

mod consumer;
mod content;
mod feed;
mod graphql;
mod service;
mod store;

use platform_core::id::UserId;
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use platform_text::TextError;

use crate::role::StandingError;

pub use consumer::consumer;
pub use content::Content;
pub use graphql::{NotificationMutation, NotificationQuery, Subscription};
pub use service::send;

#[derive(Debug, thiserror::Error)]
pub enum NotificationError {
    #[error("only a user has notifications")]
    NotAUser,
    #[error("you have no such notification")]
    NoSuchNotification,
    #[error("there is no user with the id {0}; nothing was sent")]
    UnknownUser(UserId),
    #[error("`{field}` {rule}")]
    Invalid { field: &'static str, rule: &'static str },
    #[error(transparent)]
    Text(#[from] TextError),
    #[error("your session has ended; log in again")]
    SessionEnded,
    #[error("a stored notification cannot be read")]
    Content(#[from] serde_json::Error),
    #[error(transparent)]
    Standing(#[from] StandingError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for NotificationError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotAUser => ErrorCode::Forbidden,
            Self::NoSuchNotification | Self::UnknownUser(_) => ErrorCode::NotFound,
            Self::Text(_) | Self::Invalid { .. } => ErrorCode::BadUserInput,
            Self::SessionEnded => ErrorCode::Unauthenticated,
            Self::Content(_) => ErrorCode::Internal,
            Self::Standing(error) => error.code(),
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Text(error) => Some(error.field()),
            Self::Invalid { field, .. } => Some(field),
            Self::NoSuchNotification => Some("id"),
            Self::UnknownUser(_) => Some("userIds"),
            _ => None,
        }
    }
}

platform_core::api_error!(NotificationError);
