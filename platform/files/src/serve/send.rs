//! `PUT` of the bytes of an upload.

use axum::Json;
use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, Request, State};
use axum::http::{HeaderMap, header};
use platform_core::id::UploadId;

use super::refusal::Refused;
use crate::files::Files;
use crate::links::{Allowed, Signed};
use crate::upload::{ReceiveError, Received};

/// The signature is looked at first: who has none learns nothing, and costs nothing.
pub async fn upload(
    State(files): State<Files>,
    Path(id): Path<String>,
    signed: Result<Query<Signed>, QueryRejection>,
    request: Request,
) -> Result<Json<Received>, Refused> {
    let id: UploadId = id.parse().map_err(|_| ReceiveError::Unsigned)?;
    let Query(signed) = signed.map_err(|_| ReceiveError::Unsigned)?;
    if !files.links().is_signed(Allowed::Send(id), &signed) {
        return Err(ReceiveError::Unsigned.into());
    }
    if signed.is_over(files.now()) {
        return Err(ReceiveError::Expired.into());
    }
    let (parts, body): (_, Body) = request.into_parts();
    if is_encoded(&parts.headers) {
        return Err(ReceiveError::Encoded.into());
    }
    Ok(Json(files.receive(id, declared(&parts.headers), body).await?))
}

fn is_encoded(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity")
}

/// How many bytes are said to come.
fn declared(headers: &HeaderMap) -> Option<u64> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
