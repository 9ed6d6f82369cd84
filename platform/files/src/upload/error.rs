//! Why an upload is not made, not received or not attached.

use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;

use super::MAX_LOOSE;
use crate::picture::PictureError;

/// Why an upload cannot be made or attached.
#[derive(Debug, thiserror::Error)]
pub enum UploadError {
    #[error("only a user or a partner's key makes uploads; sign in")]
    Nobody,
    #[error(
        "{MAX_LOOSE} uploads of yours are attached to nothing yet; attach them, or wait: what nothing was sent to lapses within the hour, the rest after a day"
    )]
    TooMany,
    #[error(
        "there is no such upload of yours for this, or it lapsed; make another, send the file again, and attach that"
    )]
    Unknown,
    #[error("nothing was sent to this upload yet; send the file to its `url` first")]
    NotSent,
    #[error("the upload was attached already; make another for another file")]
    AttachedAlready,
    #[error("the file cannot be stored")]
    File(#[from] std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for UploadError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Nobody => ErrorCode::Unauthenticated,
            Self::TooMany => ErrorCode::LimitExceeded,
            Self::Unknown => ErrorCode::NotFound,
            Self::NotSent | Self::AttachedAlready => ErrorCode::Conflict,
            Self::File(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::Unknown | Self::NotSent | Self::AttachedAlready => Some("uploadId"),
            Self::Nobody | Self::TooMany | Self::File(_) | Self::Store(_) => None,
        }
    }
}

platform_core::api_error!(UploadError);

/// Why what was sent is not taken.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    #[error("the URL is not one that was given out for this; use the upload's `url` as it is")]
    Unsigned,
    #[error("the time to send this file is over; make another upload")]
    Expired,
    #[error("a file was sent to this upload already; attach it, or make another upload for another file")]
    SentAlready,
    #[error("the file has more than {0} bytes; make it smaller")]
    TooLarge(i64),
    #[error("nothing was sent; send the bytes of the file as the body")]
    Empty,
    #[error("send the bytes of the file as they are, without `Content-Encoding`")]
    Encoded,
    #[error("the file did not arrive as a whole; send it again")]
    BrokenOff,
    #[error("a picture of this kind cannot be sent here; send one of {0}")]
    OtherKind(String),
    #[error(transparent)]
    Picture(#[from] PictureError),
    #[error("too many files are being sent; try again in a few seconds")]
    Busy,
    #[error("the file cannot be stored")]
    File(#[from] std::io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ApiError for ReceiveError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::Unsigned => ErrorCode::Forbidden,
            Self::Expired | Self::SentAlready => ErrorCode::Conflict,
            Self::TooLarge(_) | Self::Picture(PictureError::TooManyPixels) => ErrorCode::LimitExceeded,
            Self::Empty | Self::Encoded | Self::BrokenOff | Self::OtherKind(_) | Self::Picture(_) => {
                ErrorCode::BadUserInput
            }
            Self::Busy => ErrorCode::Unavailable,
            Self::File(_) => ErrorCode::Internal,
            Self::Store(error) => error.code(),
        }
    }
}
