//! The outbox as a log for consumers in other processes.

use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use platform_core::error::describe;
use platform_database::StoreError;
use platform_events::{EventBatch, PullRequest};
use serde::{Deserialize, Serialize};

use super::Served;
use super::wire::{Rejection, read_json};

/// The answer to `GET /internal/events`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Head {
    pub(crate) position: i64,
}

pub(super) async fn pull(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<EventBatch>, Rejection> {
    served.service(&headers)?;
    let body = read_json(&headers, body, served.config.body_limit).await?;
    let request: PullRequest = serde_json::from_slice(&body)
        .map_err(|error| Rejection::new(StatusCode::BAD_REQUEST, "BAD_USER_INPUT", error.to_string()))?;
    tokio::select! {
        // A long poll does not hold up the end of the process.
        () = served.shutdown.cancelled() => Ok(Json(EventBatch::default())),
        batch = served.log.answer(&request) => batch.map(Json).map_err(|error| failed(&served, &error)),
    }
}

pub(super) async fn head(
    State(served): State<Arc<Served>>,
    headers: HeaderMap,
) -> Result<Json<Head>, Rejection> {
    served.service(&headers)?;
    let position = served.log.head().await.map_err(|error| failed(&served, &error))?;
    Ok(Json(Head { position }))
}

fn failed(served: &Served, error: &StoreError) -> Rejection {
    tracing::error!(target: "souk", subgraph = served.name, error = %describe(error), "the outbox cannot be read");
    Rejection::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", "the events cannot be read now")
}
