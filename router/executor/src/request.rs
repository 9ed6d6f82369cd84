//! What is executed, and the settings of the executor.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use http::HeaderMap;
use platform_identity::Caller;
use router_planner::plan::QueryPlan;
use router_schema::{Operation, Variables};

/// One planned operation of one client.
#[derive(Clone)]
pub struct ExecutionRequest {
    pub operation: Arc<Operation>,
    /// Made for this operation, with the flags of these variables.
    pub plan: Arc<QueryPlan>,
    /// Coerced.
    pub variables: Variables,
    pub caller: Option<Caller>,
    /// Sent on to every subgraph: filtered already.
    pub headers: Arc<HeaderMap>,
    /// When the response leaves with what is there. For a subscription: until when it must have been opened.
    pub deadline: Option<Instant>,
    /// What is left for this answer, where several share what the options allow; each event of a subscription has it
    /// all.
    pub room: Option<Arc<Room>>,
}

#[derive(Debug, Clone)]
pub struct ExecutorOptions {
    pub subgraph_errors: SubgraphErrors,
    /// Name the subgraph at fault in `extensions.service` and in messages.
    pub expose_subgraph_names: bool,
    /// How long completing one event of a subscription may take.
    pub event_timeout: Duration,
    /// Size of a response's data. What subgraphs send may be small and yet be repeated in every place that refers to
    /// it, so their own limits do not bound this.
    pub max_response_bytes: usize,
    /// Values that the answers of subgraphs bring together, counted in every place where they are put.
    pub max_response_nodes: usize,
}

/// What the answers of one request may still come to: of a batch, all of its operations together.
#[derive(Debug)]
pub struct Room {
    nodes: AtomicUsize,
    bytes: AtomicUsize,
}

impl Room {
    pub const fn new(nodes: usize, bytes: usize) -> Self {
        Self { nodes: AtomicUsize::new(nodes), bytes: AtomicUsize::new(bytes) }
    }

    pub(crate) fn of(options: &ExecutorOptions) -> Self {
        Self::new(options.max_response_nodes, options.max_response_bytes)
    }

    pub(crate) fn nodes(&self) -> usize {
        self.nodes.load(Ordering::Relaxed)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }

    /// False, and nothing taken, if there are fewer.
    pub(crate) fn take_nodes(&self, count: usize) -> bool {
        take(&self.nodes, count)
    }

    pub(crate) fn take_bytes(&self, count: usize) -> bool {
        take(&self.bytes, count)
    }
}

fn take(left: &AtomicUsize, count: usize) -> bool {
    left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(count)).is_ok()
}

impl Default for ExecutorOptions {
    fn default() -> Self {
        Self {
            subgraph_errors: SubgraphErrors::Expose,
            expose_subgraph_names: false,
            event_timeout: Duration::from_secs(10),
            max_response_bytes: 64 << 20,
            max_response_nodes: 1_000_000,
        }
    }
}

/// What clients see of the errors in subgraphs' answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SubgraphErrors {
    /// Message and extensions as the subgraph wrote them.
    Expose,
    /// This message, and of the extensions `code` alone. The original goes to the log.
    Redact { message: String },
}
