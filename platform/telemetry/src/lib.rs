//! Logs, metrics and traces: set up once per process, the same everywhere.
//!
//! Owns: the log's format and filter, the registry that `/metrics` prints, and the W3C trace context that requests
//! carry from the gateway through every subgraph. Invariant: no email, token, card or address is a label or a field
//! here. Deliberately absent: exporters to a collector.

mod counted;
mod logs;
mod metrics;
mod pools;
mod trace;

pub use logs::{LogError, check_filter, init_logs};
pub use metrics::{Metrics, Outcome};
pub use pools::PoolUse;
pub use trace::TraceContext;
