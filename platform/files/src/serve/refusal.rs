//! What is answered to who sends a file that is not taken: an error as GraphQL's are, with a `reason` of its own.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use platform_core::ApiError;
use platform_core::error::retry_after;
use platform_server::route_failure;
use serde_json::json;

use crate::picture::PictureError;
use crate::upload::ReceiveError;

/// An answer to a file that is not taken.
pub struct Refused(ReceiveError);

impl From<ReceiveError> for Refused {
    fn from(error: ReceiveError) -> Self {
        Self(error)
    }
}

/// The status, and the word by which a client tells one refusal from another; none where it is our own failure.
fn told(error: &ReceiveError) -> Option<(StatusCode, &'static str)> {
    Some(match error {
        ReceiveError::Unsigned => (StatusCode::FORBIDDEN, "UNSIGNED"),
        ReceiveError::Expired => (StatusCode::GONE, "EXPIRED"),
        ReceiveError::SentAlready => (StatusCode::CONFLICT, "SENT_ALREADY"),
        ReceiveError::TooLarge(_) => (StatusCode::PAYLOAD_TOO_LARGE, "TOO_LARGE"),
        ReceiveError::Empty => (StatusCode::BAD_REQUEST, "EMPTY"),
        ReceiveError::Encoded => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "ENCODED"),
        ReceiveError::BrokenOff => (StatusCode::BAD_REQUEST, "BROKEN_OFF"),
        ReceiveError::OtherKind(_) | ReceiveError::Picture(PictureError::Unknown) => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "OTHER_KIND")
        }
        ReceiveError::Picture(PictureError::Broken) => (StatusCode::UNPROCESSABLE_ENTITY, "BROKEN"),
        ReceiveError::Picture(PictureError::Moving) => (StatusCode::UNPROCESSABLE_ENTITY, "MOVING"),
        ReceiveError::Picture(PictureError::TooManyPixels) => {
            (StatusCode::UNPROCESSABLE_ENTITY, "TOO_MANY_PIXELS")
        }
        ReceiveError::Busy => (StatusCode::SERVICE_UNAVAILABLE, "BUSY"),
        ReceiveError::File(_) | ReceiveError::Store(_) => return None,
    })
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let Self(error) = self;
        let Some((status, reason)) = told(&error) else { return route_failure(&error) };
        let mut extensions = json!({ "code": error.code().as_str(), "reason": reason });
        let wait = retry_after(&error);
        if let (Some(seconds), Some(extensions)) = (wait, extensions.as_object_mut()) {
            extensions.insert("retryAfter".to_owned(), seconds.into());
        }
        let body = json!({ "errors": [{ "message": error.to_string(), "extensions": extensions }] });
        let mut response = (status, Json(body)).into_response();
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
