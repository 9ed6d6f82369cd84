//! What a request hands to the calls that it makes: its trace and its deadline.

use std::time::Instant;

use platform_telemetry::TraceContext;

/// Of the request that the current task serves.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scope {
    pub(crate) trace: TraceContext,
    pub(crate) deadline: Option<Instant>,
}

tokio::task_local! {
    pub(crate) static SCOPE: Scope;
}

/// The current request's scope; outside a request a fresh one.
pub(crate) fn current() -> Scope {
    SCOPE.try_with(Scope::clone).unwrap_or_default()
}
