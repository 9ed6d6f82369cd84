//! `/health/live`, `/health/ready`, `/health`, `/api/status` and `/metrics`.
//!
//! Live: the process answers. Ready: it has a schema, is not stopping, and every probe that is required answers.
//! Status sums up all subgraphs; it is asked by people and dashboards, so its probes run at most once a second
//! however many ask.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use futures::future::join_all;
use http::{StatusCode, header};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use crate::gateway::Shared;
use crate::http::client_of;

/// What a probe found: details for people, or a sentence about what is wrong.
pub type ProbeResult = Result<Value, String>;

/// Asks one subgraph, or another thing that the gateway needs, how it is.
#[async_trait]
pub trait Probe: Send + Sync + 'static {
    async fn probe(&self) -> ProbeResult;
}

/// The probes by name, and what they last found.
pub struct Probes {
    probes: Vec<(String, Arc<dyn Probe>)>,
    timeout: Duration,
    last: Mutex<Option<(Instant, Arc<[Probed]>)>>,
}

/// A subgraph's line of the status.
#[derive(Debug, Clone, Serialize)]
pub struct Probed {
    name: String,
    healthy: bool,
    #[serde(rename = "latencyMs")]
    latency_ms: u64,
    #[serde(skip_serializing_if = "Value::is_null")]
    details: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

const REMEMBERED: Duration = Duration::from_secs(1);

impl Probes {
    pub fn new(probes: Vec<(String, Arc<dyn Probe>)>, timeout: Duration) -> Self {
        Self { probes, timeout, last: Mutex::new(None) }
    }

    async fn results(&self) -> Arc<[Probed]> {
        let mut last = self.last.lock().await;
        if let Some((at, results)) = &*last
            && at.elapsed() < REMEMBERED
        {
            return results.clone();
        }
        let asked = self.probes.iter().map(|(name, probe)| ask(name, probe.as_ref(), self.timeout));
        let results: Arc<[Probed]> = join_all(asked).await.into();
        *last = Some((Instant::now(), results.clone()));
        results
    }
}

async fn ask(name: &str, probe: &dyn Probe, timeout: Duration) -> Probed {
    let started = Instant::now();
    let result = tokio::time::timeout(timeout, probe.probe())
        .await
        .unwrap_or_else(|_| Err(format!("no answer within {timeout:?}")));
    let latency_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (details, error) = match result {
        Ok(details) => (details, None),
        Err(error) => (Value::Null, Some(error)),
    };
    Probed { name: name.to_owned(), healthy: error.is_none(), latency_ms, details, error }
}

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
