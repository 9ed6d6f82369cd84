//! Queries and mutations by POST.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use platform_identity::Caller;
use platform_telemetry::TraceContext;
use router_transport::http::TIMEOUT_HEADER;

use super::Served;
use super::wire::{Rejection, answer, parse, read_json};
use crate::engine::{Engine, Operation};

pub(super) async fn composed(State(served): State<Arc<Served>>, headers: HeaderMap, body: Body) -> Response {
    match served.caller(&headers) {
        Ok(caller) => run(&served, &served.composed, caller, headers, body).await,
        Err(rejection) => rejection.into_response(),
    }
}

pub(super) async fn internal(State(served): State<Arc<Served>>, headers: HeaderMap, body: Body) -> Response {
    let Some(internal) = &served.internal else { return StatusCode::NOT_FOUND.into_response() };
    match served.service(&headers) {
        Ok(caller) => run(&served, internal, caller, headers, body).await,
        Err(rejection) => rejection.into_response(),
    }
}

async fn run(served: &Served, engine: &Engine, caller: Caller, headers: HeaderMap, body: Body) -> Response {
    let trace = TraceContext::from_headers(&headers);
    match read(served, caller, &headers, body, trace).await {
        Ok(operation) => answer(&headers, &engine.execute(operation).await),
        Err(rejection) => served.reject(rejection).into_response(),
    }
}

async fn read(
    served: &Served,
    caller: Caller,
    headers: &HeaderMap,
    body: Body,
    trace: TraceContext,
) -> Result<Operation, Rejection> {
    let deadline = deadline(headers);
    let body = read_json(headers, body, served.config.body_limit).await?;
    served.within_limits(&body, 2)?;
    let payload = parse(&body)?;
    Ok(Operation {
        query: payload.query,
        operation_name: payload.operation_name,
        variables: payload.variables,
        caller,
        deadline,
        trace,
    })
}

/// When the caller gives up, as it says.
fn deadline(headers: &HeaderMap) -> Option<Instant> {
    let millis: u64 = headers.get(TIMEOUT_HEADER)?.to_str().ok()?.parse().ok()?;
    Instant::now().checked_add(Duration::from_millis(millis))
}
