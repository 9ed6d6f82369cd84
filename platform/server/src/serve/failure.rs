//! What a subgraph's own routes answer when they fail.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use platform_core::error::{describe, retry_after};
use platform_core::{ApiError, ErrorCode};

/// 503 with the time to wait where something is away for a while, and 500 for everything else: whoever calls a route for a
/// machine, such as a payment gateway, comes again. The error is logged here, and nothing of it is shown.
pub fn route_failure(error: &impl ApiError) -> Response {
    tracing::error!(target: "souk", code = error.code().as_str(), error = %describe(error), "a route failed");
    match (error.code(), retry_after(error)) {
        (ErrorCode::Unavailable, Some(seconds)) => {
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, seconds.to_string())]).into_response()
        }
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}
