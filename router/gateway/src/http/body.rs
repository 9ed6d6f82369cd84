//! Reading a body: bounded in size, after decompression, and in time.

use std::time::Duration;

use axum::body::Body;
use bytes::Bytes;
use http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use platform_listener::BodyTimedOut;

use crate::answer::Refusal;

/// Whatever inflates beyond `max` is dropped the moment it does.
pub async fn read(body: Body, max: usize, timeout: Duration) -> Result<Bytes, Refusal> {
    match tokio::time::timeout(timeout, Limited::new(body, max).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if is_late(error.as_ref()) => Err(late()),
        Ok(Err(error)) if is_too_long(error.as_ref()) => Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "LIMIT_EXCEEDED",
            format!("the body is larger than {max} bytes"),
        )),
        Ok(Err(_)) => Err(Refusal::bad_request("the body could not be read, or not decompressed")),
        Err(_) => Err(late()),
    }
}

fn late() -> Refusal {
    Refusal::new(StatusCode::REQUEST_TIMEOUT, "TIMEOUT", "the body did not arrive in time")
}

fn is_late(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<BodyTimedOut>())
}

fn is_too_long(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| error.is::<LengthLimitError>())
}
