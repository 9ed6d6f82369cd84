//! `GET /.well-known/jwks.json`: the key set (RFC 7517).

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use platform_server::route_failure;

use crate::token::Keyring;

const CACHE: HeaderValue = HeaderValue::from_static("public, max-age=300");

pub fn routes(keyring: Keyring) -> Router {
    Router::new().route("/.well-known/jwks.json", get(key_set)).with_state(keyring)
}

async fn key_set(State(keyring): State<Keyring>) -> Response {
    match keyring.key_set().await {
        Ok(keys) => ([(header::CACHE_CONTROL, CACHE)], Json(keys)).into_response(),
        Err(error) => route_failure(&error),
    }
}
