//! `GET` of a file.

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::files::Files;
use crate::links::{Allowed, Signed};
use crate::name::FileName;
use crate::shelf::Content;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A file opened as a page of its own runs nothing and loads nothing; a drawing may have colours.
const NOTHING_ACTIVE: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// A file that everybody may read. Its name never has other bytes.
pub async fn public(State(files): State<Files>, Path(file): Path<String>, headers: HeaderMap) -> Response {
    let Some(name) = FileName::parse(&file) else { return StatusCode::NOT_FOUND.into_response() };
    let tag = format!("\"{file}\"");
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes());
    let mut response = match files.shelf().open(&name).await {
        Ok(Some(_)) if known => StatusCode::NOT_MODIFIED.into_response(),
        Ok(Some(content)) => ([(header::ETAG, tag)], shown(&name, content)).into_response(),
        other => return missing(other),
    };
    response.headers_mut().insert(header::CACHE_CONTROL, FOR_EVER);
    response
}

/// A file that is read by whoever has a signed URL, until that expires. Nobody but the reader keeps it.
pub async fn private(
    State(files): State<Files>,
    Path(file): Path<String>,
    signed: Result<Query<Signed>, QueryRejection>,
) -> Response {
    let Some(name) = FileName::parse(&file) else { return StatusCode::NOT_FOUND.into_response() };
    let allowed = signed.ok().filter(|Query(signed)| files.links().is_signed(Allowed::Read(&file), signed));
    let Some(Query(signed)) = allowed else { return StatusCode::FORBIDDEN.into_response() };
    let now = files.now();
    if signed.is_over(now) {
        return StatusCode::GONE.into_response();
    }
    let mut response = match files.shelf().open(&name).await {
        Ok(Some(content)) => shown(&name, content),
        other => return missing(other),
    };
    let left = signed.expires.saturating_sub(now.timestamp());
    if let Ok(value) = HeaderValue::try_from(format!("private, max-age={left}")) {
        response.headers_mut().insert(header::CACHE_CONTROL, value);
    }
    // The URL alone is what lets somebody read it.
    response.headers_mut().insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    response
}

fn shown(name: &FileName, content: Content) -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(name.content_type())),
        (header::CONTENT_LENGTH, HeaderValue::from(content.length)),
        (header::CONTENT_SECURITY_POLICY, NOTHING_ACTIVE),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    (headers, Body::from_stream(content.bytes)).into_response()
}

/// What there is to say where a file cannot be shown.
fn missing(opened: std::io::Result<Option<Content>>) -> Response {
    match opened {
        Ok(_) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(target: "souk", %error, "a file cannot be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
