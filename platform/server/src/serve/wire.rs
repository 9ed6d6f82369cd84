//! Requests and responses of GraphQL over HTTP as they stand on the wire.

use std::sync::Arc;

use async_graphql::{ServerError, Variables};
use axum::body::Body;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::Deserialize;

use crate::errors::{self, with_code};

const GRAPHQL: &str = "application/graphql-response+json";

/// One operation, as in the body of a POST and in `subscribe` of graphql-transport-ws.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Payload {
    pub(crate) query: Arc<str>,
    #[serde(default)]
    pub(crate) operation_name: Option<Arc<str>>,
    #[serde(default)]
    pub(crate) variables: Variables,
}

/// A request that reached no schema.
#[derive(Debug)]
pub(crate) struct Rejection {
    pub(crate) status: StatusCode,
    /// Also the reason under which it is counted.
    pub(crate) code: &'static str,
    pub(crate) message: String,
}

impl Rejection {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let error = with_code(ServerError::new(self.message, None), self.code);
        let body = async_graphql::Response::from_errors(vec![error]);
        json(self.status, GRAPHQL, &body)
    }
}

/// The body of a JSON request, up to `limit` bytes. Compressed bodies are not taken: nobody inside sends them.
pub(crate) async fn read_json(headers: &HeaderMap, body: Body, limit: usize) -> Result<Bytes, Rejection> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    let encoded = headers.get(CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity");
    if !media_type.eq_ignore_ascii_case("application/json") || encoded {
        let message = "send an uncompressed body of type application/json";
        return Err(Rejection::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "BAD_USER_INPUT", message));
    }
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(Rejection::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "LIMIT_EXCEEDED",
            format!("the body is larger than {limit} bytes"),
        )),
        Err(_) => Err(Rejection::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", "the body broke off")),
    }
}

pub(crate) fn parse(body: &[u8]) -> Result<Payload, Rejection> {
    serde_json::from_slice(body).map_err(|error| {
        // serde_json names a place, and a field at most; nothing of the values.
        let message = format!("the body is no GraphQL request: {error}");
        Rejection::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", message)
    })
}

/// The answer by the GraphQL over HTTP specification: its own media type and 4xx for a request that did not run to
/// those who accept it, plain JSON with 200 to others.
pub(crate) fn answer(headers: &HeaderMap, response: &async_graphql::Response) -> Response {
    let accepts = headers.get(axum::http::header::ACCEPT).and_then(|value| value.to_str().ok());
    if !accepts.is_some_and(|accepts| accepts.contains(GRAPHQL)) {
        return json(StatusCode::OK, "application/json", response);
    }
    let never_ran = response.data == async_graphql::Value::Null
        && response.errors.iter().any(|error| error.path.is_empty() && is_request_error(error));
    let status = if never_ran { StatusCode::BAD_REQUEST } else { StatusCode::OK };
    json(status, GRAPHQL, response)
}

fn is_request_error(error: &ServerError) -> bool {
    matches!(
        errors::code(error),
        Some("GRAPHQL_PARSE_FAILED" | "GRAPHQL_VALIDATION_FAILED" | "LIMIT_EXCEEDED" | "BAD_USER_INPUT")
    )
}

fn json(status: StatusCode, media_type: &'static str, response: &async_graphql::Response) -> Response {
    match serde_json::to_vec(response) {
        Ok(body) => (status, [(CONTENT_TYPE, HeaderValue::from_static(media_type))], body).into_response(),
        Err(error) => {
            tracing::error!(target: "souk", %error, "a response could not be written as JSON");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
