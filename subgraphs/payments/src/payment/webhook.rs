//! Where gateways report: verified, kept once, then acted on by asking the gateway how things stand, so that webhooks
//! may come late, twice and out of order.

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use payments_entities::webhook::ActiveModel;
use platform_server::route_failure;
use sea_orm::ActiveValue::Set;

use super::error::PaymentError;
use super::record::refresh;
use super::store;
use crate::app::App;
use crate::gateway::WebhookEvent;

/// `POST /payments/webhooks/{gateway}`.
pub fn routes(app: &App) -> Router {
    Router::new().route("/payments/webhooks/{gateway}", post(receive)).with_state(app.clone())
}

/// 200 once the webhook is kept and acted on, or was before; 4xx if it is not believed; 5xx asks for it again.
async fn receive(
    State(app): State<App>,
    Path(gateway): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let Ok(adapter) = app.gateways().get(&gateway) else { return StatusCode::NOT_FOUND.into_response() };
    let event = match adapter.verify_webhook(&headers, &body, app.now()) {
        Ok(event) => event,
        Err(error) => {
            tracing::warn!(%gateway, %error, "webhook rejected");
            return StatusCode::UNAUTHORIZED.into_response();
        }
    };
    match handle_webhook(&app, &gateway, event).await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(error) => route_failure(&error),
    }
}

/// Acts on a verified webhook once, however often it comes.
#[tracing::instrument(name = "payments.webhook", skip_all, fields(webhook.id = %event.id))]
pub async fn handle_webhook(app: &App, gateway: &str, event: WebhookEvent) -> Result<(), PaymentError> {
    let row = ActiveModel {
        id: Set(app.next_id()),
        gateway: Set(gateway.to_owned()),
        external_id: Set(event.id.clone()),
        kind: Set(event.kind),
        payload: Set(event.payload),
        received_at: Set(app.now()),
        processed_at: Set(None),
    };
    store::keep_webhook(app.database(), row).await?;
    let kept = store::find_webhook(app.database(), gateway, &event.id).await?;
    if kept.is_none_or(|w| w.processed_at.is_some()) {
        return Ok(());
    }
    // It may come before the answer to our own request is written down; the gateway will bring it again.
    let payment = store::find_by_reference(app.database(), gateway, &event.reference).await?;
    refresh(app, payment.ok_or(PaymentError::NotFound)?.id).await?;
    Ok(store::note_processed(app.database(), gateway, &event.id, app.now()).await?)
}
