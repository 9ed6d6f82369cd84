//! Where carriers report.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use platform_server::route_failure;

use super::receive::{ReceiveError, receive};
use crate::app::App;
use crate::carrier::WebhookError;

/// `POST /logistics/webhooks/{carrier}`.
pub fn routes(app: &App) -> Router {
    Router::new().route("/logistics/webhooks/{carrier}", post(webhook)).with_state(app.clone())
}

/// 200 once the webhook is kept, or was before; 401 if it is not believed, 400 if it cannot be read, 404 if the carrier or the
/// parcel is not known here, maybe not yet; 5xx asks for it again.
async fn webhook(
    State(app): State<App>,
    Path(carrier): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let status = match receive(&app, &carrier, &headers, &body).await {
        Ok(()) => StatusCode::OK,
        Err(ReceiveError::Booking(error)) => return route_failure(&error),
        Err(ReceiveError::NoCarrier(_) | ReceiveError::NoParcel) => StatusCode::NOT_FOUND,
        Err(ReceiveError::Webhook(error)) => {
            tracing::warn!(%error, "a carrier's webhook was refused");
            match error {
                WebhookError::NotSetUp => StatusCode::NOT_FOUND,
                WebhookError::Signature(_) => StatusCode::UNAUTHORIZED,
                WebhookError::Malformed(_) => StatusCode::BAD_REQUEST,
            }
        }
    };
    status.into_response()
}
