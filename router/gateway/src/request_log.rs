//! The request log: a line per request, with the trace id that its errors carry.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;

use crate::edge::Trace;
use crate::shared::Shared;

/// What the log says in place of a request's path that holds a secret: the handler gives it to the response, as one of
/// its extensions.
#[derive(Debug, Clone, Copy)]
pub struct LoggedPath(pub &'static str);

/// Gives each request its [`Trace`], logs it when its head is answered, and counts it.
pub async fn trace_requests(State(shared): State<Arc<Shared>>, mut request: Request, next: Next) -> Response {
    let trace = Trace::of(request.headers(), || shared.ids.next_uuid().as_u128());
    let started = Instant::now();
    let method = request.method().clone();
    let path = request.uri().path().to_owned();
    request.extensions_mut().insert(trace.clone());
    let span = tracing::info_span!("gateway.request", trace_id = %trace.trace_id);
    let mut response = next.run(request).instrument(span).await;
    let elapsed = started.elapsed();
    let status = response.status();
    let path = response.extensions_mut().remove::<LoggedPath>().map_or(path, |logged| logged.0.to_owned());
    shared.metrics.request(status, elapsed);
    // Successes are many and the same; whoever wants them asks for debug.
    if status.is_server_error() {
        tracing::warn!(trace_id = %trace.trace_id, request_id = %trace.request_id, %method, path, status = status.as_u16(), ?elapsed, "request failed");
    } else {
        tracing::debug!(trace_id = %trace.trace_id, request_id = %trace.request_id, %method, path, status = status.as_u16(), ?elapsed, "request");
    }
    trace.write_request_id(response.headers_mut());
    response
}
