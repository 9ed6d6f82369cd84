//! What operators and orchestrators ask.

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::Served;

/// How long the database may take to answer that it does: shorter than a router waits for a subgraph to say how it is
/// (`gateway.timeouts.probe`), so that it learns what is wrong; requests wait longer for a connection.
const DATABASE_WITHIN: Duration = Duration::from_millis(1_500);

/// What a process with another signing key is told.
const UNBELIEVED: &str = "the signature of who asks is not valid here";

/// One subgraph's part of `/api/status`.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    pub name: &'static str,
    pub version: &'static str,
    /// Whether it can serve now.
    pub ready: bool,
    /// What stands in the way, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `sqlite` or `postgres`.
    pub database: &'static str,
    pub uptime_seconds: u64,
}

impl Served {
    pub(crate) async fn check(&self) -> Status {
        let reason = if self.shutdown.is_cancelled() {
            Some("stopping".to_owned())
        } else {
            let answered = tokio::time::timeout(DATABASE_WITHIN, self.database.ping());
            match tokio::join!(answered, self.belief.lacking()) {
                (Ok(Ok(())), lacking) => lacking,
                _ => Some("the database does not answer".to_owned()),
            }
        };
        Status {
            name: self.name,
            version: env!("CARGO_PKG_VERSION"),
            ready: reason.is_none(),
            reason,
            database: if self.database.is_postgres() { "postgres" } else { "sqlite" },
            uptime_seconds: self.started.elapsed().as_secs(),
        }
    }
}

/// The process runs.
pub(super) async fn live() -> StatusCode {
    StatusCode::OK
}

/// The process can serve. Who signs the question learns whether it could serve the signer.
pub(super) async fn ready(State(served): State<Arc<Served>>, headers: HeaderMap) -> Response {
    let mut status = served.check().await;
    let mut code = if status.ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    if headers.contains_key(AUTHORIZATION) && served.caller(&headers).is_err() {
        code = StatusCode::UNAUTHORIZED;
        status = Status { ready: false, reason: Some(UNBELIEVED.to_owned()), ..status };
    }
    (code, Json(status)).into_response()
}

pub(super) async fn status(State(served): State<Arc<Served>>) -> Json<Status> {
    Json(served.check().await)
}

pub(super) async fn metrics(State(served): State<Arc<Served>>) -> Response {
    match served.metrics.render() {
        Ok(text) => ([(CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response(),
        Err(error) => {
            tracing::error!(target: "souk", %error, "the metrics cannot be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}
