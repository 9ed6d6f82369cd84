//! Reading a body: bounded in size, after decompression, in time, and in the room that all bodies share.

use std::time::Duration;

use axum::body::Body;
use bytes::{Bytes, BytesMut};
use http::StatusCode;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use platform_listener::{BodyRoom, BodyTimedOut, NoRoom};

use crate::answer::Refusal;

/// Whatever inflates beyond `max`, or beyond the room that there is, is dropped the moment it does.
pub async fn read(body: Body, max: usize, timeout: Duration, room: &mut BodyRoom) -> Result<Bytes, Refusal> {
    let reading = async {
        let mut body = Limited::new(body, max);
        let mut bytes = BytesMut::new();
        while let Some(frame) = body.frame().await {
            match frame {
                Ok(frame) => {
                    let Some(data) = frame.data_ref() else { continue };
                    room.grow_to(bytes.len() + data.len()).map_err(|NoRoom| Refusal::too_much_sent())?;
                    bytes.extend_from_slice(data);
                }
                Err(error) => return Err(broken(error.as_ref(), max)),
            }
        }
        Ok(bytes.freeze())
    };
    tokio::time::timeout(timeout, reading).await.unwrap_or_else(|_| Err(late()))
}

/// Why a body of at most `max` bytes did not come to its end.
pub fn broken(error: &(dyn std::error::Error + 'static), max: usize) -> Refusal {
    match error {
        error if is_late(error) => late(),
        error if is_too_long(error) => too_long(max),
        _ => Refusal::bad_request("the body could not be read, or not decompressed"),
    }
}

pub fn too_long(max: usize) -> Refusal {
    let message = format!("the body is larger than {max} bytes");
    Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "LIMIT_EXCEEDED", message)
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
