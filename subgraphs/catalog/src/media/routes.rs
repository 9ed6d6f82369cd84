//! `GET /media/{file}`.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use super::MediaFolder;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// A picture opened as a page of its own runs nothing and loads nothing.
const NOTHING_ACTIVE: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

pub fn router(folder: MediaFolder) -> Router {
    Router::new().route("/media/{file}", get(picture)).with_state(folder)
}

async fn picture(
    State(folder): State<MediaFolder>,
    Path(file): Path<String>,
    headers: HeaderMap,
) -> Response {
    let tag = format!("\"{file}\"");
    let known = headers.get(header::IF_NONE_MATCH).is_some_and(|value| value.as_bytes() == tag.as_bytes());
    match folder.read(&file).await {
        Ok(Some(_)) if known => {
            (StatusCode::NOT_MODIFIED, [(header::CACHE_CONTROL, FOR_EVER)]).into_response()
        }
        Ok(Some((bytes, kind))) => {
            let headers = [
                (header::CONTENT_TYPE, HeaderValue::from_static(kind)),
                (header::CACHE_CONTROL, FOR_EVER),
                (header::CONTENT_SECURITY_POLICY, NOTHING_ACTIVE),
                (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
            ];
            (headers, [(header::ETAG, tag)], bytes).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            tracing::error!(%error, "a picture cannot be read");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
