//! Errors on their way out: each has a code, and what the caller cannot mend says nothing but a trace id.

use std::any::Any;

use async_graphql::{PathSegment, ServerError};
use platform_core::ErrorCode;
use platform_core::error::ErrorSource;
use platform_telemetry::TraceContext;

const MASKED: &str = "something went wrong here; it was noted under the trace id";

/// Whose part it is to mend an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fault {
    Caller,
    Server,
}

/// The error with `extensions.code`.
pub(crate) fn with_code(mut error: ServerError, code: &str) -> ServerError {
    error.extensions.get_or_insert_default().set("code", code);
    error
}

/// Whose fault the worst of the errors is.
pub(crate) fn worst(errors: &[ServerError]) -> Option<Fault> {
    let fault = |error: &ServerError| match code(error) {
        Some("INTERNAL" | "TIMEOUT" | "UNAVAILABLE") | None => Fault::Server,
        Some(_) => Fault::Caller,
    };
    errors.iter().map(fault).max()
}

pub(crate) fn code(error: &ServerError) -> Option<&str> {
    match error.extensions.as_ref()?.get("code")? {
        async_graphql::Value::String(code) => Some(code),
        async_graphql::Value::Enum(code) => Some(code),
        _ => None,
    }
}

/// Gives every error its code. Internal ones are logged and masked; where something else did not answer, that is noted.
pub(crate) fn mask(subgraph: &str, trace: &TraceContext, errors: &mut [ServerError]) {
    for error in errors {
        match code(error) {
            Some("INTERNAL") => *error = noted(subgraph, trace, error),
            Some("UNAVAILABLE" | "TIMEOUT") => {
                let (trace, field, cause) = (trace.trace_id(), path(&error.path), causes(error));
                tracing::warn!(target: "souk", subgraph, trace, field, error = error.message, cause, "no answer in time");
            }
            Some(_) => {}
            // Without a path it is about the request as a whole: what the schema's validation says.
            None if error.path.is_empty() => *error = with_code(error.clone(), "GRAPHQL_VALIDATION_FAILED"),
            None if is_about_input(&error.message) => {
                *error = with_code(error.clone(), ErrorCode::BadUserInput.as_str());
            }
            None => *error = noted(subgraph, trace, error),
        }
    }
}

/// Logs an internal error and returns what the client learns of it.
fn noted(subgraph: &str, trace: &TraceContext, error: &ServerError) -> ServerError {
    let (trace_id, field, cause) = (trace.trace_id(), path(&error.path), causes(error));
    tracing::error!(
        target: "souk", subgraph, trace = trace_id, field, error = error.message, cause, "internal error"
    );
    masked(error.clone(), trace_id)
}

/// The error that stands for a panic, which is logged.
pub(crate) fn of_panic(subgraph: &str, trace: &TraceContext, panic: &(dyn Any + Send)) -> ServerError {
    let text = panic.downcast_ref::<&str>().copied();
    let text =
        text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("of another type");
    let trace_id = trace.trace_id();
    tracing::error!(target: "souk", subgraph, trace = trace_id, panic = text, "a resolver panicked");
    masked(ServerError::new(MASKED, None), trace_id)
}

fn masked(error: ServerError, trace_id: String) -> ServerError {
    let mut masked = ServerError::new(MASKED, None).with_path(error.path);
    masked.locations = error.locations;
    let extensions = masked.extensions.get_or_insert_default();
    extensions.set("code", ErrorCode::Internal.as_str());
    extensions.set("traceId", trace_id);
    masked
}

/// The beginnings by which async-graphql reports a value that does not fit its input type; it gives them no code.
fn is_about_input(message: &str) -> bool {
    const BEGINNINGS: &[&str] =
        &["Failed to parse \"", "Expected input type \"", "Invalid value for argument \""];
    BEGINNINGS.iter().any(|beginning| message.starts_with(beginning))
}

fn path(segments: &[PathSegment]) -> String {
    let text = |segment: &PathSegment| match segment {
        PathSegment::Field(name) => name.clone(),
        PathSegment::Index(index) => index.to_string(),
    };
    segments.iter().map(text).collect::<Vec<_>>().join(".")
}

/// What lay below a domain error, outermost first.
fn causes(error: &ServerError) -> String {
    let source = error.source.as_ref().and_then(|source| source.downcast_ref::<ErrorSource>());
    source.map(|source| platform_core::error::causes(&*source.0)).unwrap_or_default()
}
