//! What operators look at: `/health/live`, `/health/ready`, `/health`, `/api/status` and `/metrics`.
//!
//! Live: the process answers. Ready: it has a schema, is not stopping, and every probe that is required answers.
//! Status sums up all subgraphs.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use http::{StatusCode, header};
use serde_json::{Value, json};

use crate::http::client_of;
use crate::shared::Shared;

pub fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/health/live", get(|| async { Json(json!({ "status": "ok" })) }))
        .route("/health/ready", get(ready))
        .route("/health", get(ready))
        .route("/api/status", get(status))
        .route("/metrics", get(metrics))
}

async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    let results = shared.probes.results().await;
    let failing: Vec<&str> =
        results.iter().filter(|probed| !probed.healthy).map(|probed| probed.name.as_str()).collect();
    let stopping = shared.stopping.is_cancelled();
    let (code, word) = match (stopping, failing.len() == results.len() && !results.is_empty()) {
        (true, _) => (StatusCode::SERVICE_UNAVAILABLE, "stopping"),
        // A gateway that reaches some of its subgraphs serves what they have; without any it serves nothing.
        (false, true) => (StatusCode::SERVICE_UNAVAILABLE, "unavailable"),
        (false, false) if failing.is_empty() && !shared.revocations.is_stale() => (StatusCode::OK, "ok"),
        (false, false) => (StatusCode::OK, "degraded"),
    };
    let body =
        json!({ "status": word, "failing": failing, "revocationsStale": shared.revocations.is_stale() });
    (code, Json(body)).into_response()
}

async fn status(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let results = shared.probes.results().await;
    let healthy = results.iter().all(|probed| probed.healthy);
    if !is_operator(&shared, &request) {
        let services: Vec<Value> =
            results.iter().map(|probed| json!({ "name": probed.name, "healthy": probed.healthy })).collect();
        return Json(json!({ "status": if healthy { "ok" } else { "degraded" }, "services": services }))
            .into_response();
    }
    let engine = shared.engine.load();
    let subgraphs: Vec<&str> =
        engine.supergraph().subgraphs().iter().map(|subgraph| &*subgraph.name).collect();
    Json(json!({
        "status": if healthy { "ok" } else { "degraded" },
        "version": env!("CARGO_PKG_VERSION"),
        "uptimeSeconds": shared.started.elapsed().as_secs(),
        "supergraph": { "subgraphs": subgraphs, "cachedDocuments": engine.cached_documents() },
        "revocationsStale": shared.revocations.is_stale(),
        "services": &*results,
    }))
    .into_response()
}

async fn metrics(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    if !is_operator(&shared, &request) {
        return StatusCode::NOT_FOUND.into_response();
    }
    let text = (shared.metrics_text)();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

fn is_operator(shared: &Shared, request: &Request) -> bool {
    let client = client_of(request.extensions()).0;
    shared.config.operator_networks.iter().any(|network| network.contains(&client))
}
