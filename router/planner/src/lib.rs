//! Operation → query plan.
//!
//! Owns: the decision which subgraph is asked for what, in which order, and how the answer is read from what they
//! say. Does no IO. Deliberately absent: the client's text, conditions and authorization, all settled in
//! `router-schema` before an expanded operation comes here, and everything about running a plan.

mod fetch_graph;
mod graph;
mod output;
pub mod plan;
mod search;
mod text;
mod weight;

use std::sync::Arc;

use router_schema::{ExpandedOperation, Supergraph};

pub use graph::Labels;
pub use plan::QueryPlan;
pub use search::BUDGET;

use crate::graph::Graph;
use crate::search::Search;

/// What a plan depends on beside the operation. Part of the key of a plan cache.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct PlanContext {
    /// Labels of `@override(label:)` that are active.
    pub labels: Labels,
}

/// Which requests for entities of one subgraph go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Batching {
    /// Those that wait for the same fetches: no branch ever waits for what another needs.
    #[default]
    SameInputs,
    /// Those at the same stage: fewer requests, of which each waits for the slowest of all that it serves.
    SameStage,
}

/// Why an operation has no plan. Over a supergraph that composition found satisfiable, every operation is reachable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    #[error("no subgraph can be asked for `{coordinate}` here")]
    Unreachable { coordinate: String },
    #[error("the operation is too complex to be planned: more than {budget} steps were needed")]
    TooComplex { budget: usize },
}

impl PlanError {
    /// `extensions.code` of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreachable { .. } | Self::TooComplex { .. } => "QUERY_PLANNING_FAILED",
        }
    }
}

/// The work of planning one operation, counted rather than timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effort {
    /// Looks at how subgraphs could come to hold a place: at each way, and at all that are known already.
    pub steps: usize,
}

/// Plans operations on one supergraph. Cheap to share, safe to use from many threads at once.
#[derive(Debug)]
pub struct Planner {
    graph: Graph,
    batching: Batching,
    budget: usize,
}

impl Planner {
    pub fn new(supergraph: Arc<Supergraph>) -> Self {
        Self { graph: Graph::new(supergraph), batching: Batching::default(), budget: BUDGET }
    }

    #[must_use]
    pub fn with_batching(self, batching: Batching) -> Self {
        Self { batching, ..self }
    }

    /// Refuses operations that take more steps than these; [`BUDGET`] unless set.
    #[must_use]
    pub fn with_budget(self, budget: usize) -> Self {
        Self { budget, ..self }
    }

    pub fn supergraph(&self) -> &Arc<Supergraph> {
        &self.graph.supergraph
    }

    /// Plans an operation whose conditions are settled.
    pub fn plan(&self, operation: &ExpandedOperation, context: &PlanContext) -> Result<QueryPlan, PlanError> {
        self.plan_measured(operation, context).map(|(plan, _)| plan)
    }

    /// Plans an operation, and tells how much work that was.
    pub fn plan_measured(
        &self,
        operation: &ExpandedOperation,
        context: &PlanContext,
    ) -> Result<(QueryPlan, Effort), PlanError> {
        let mut search = Search::new(&self.graph, &context.labels, operation.kind, self.budget);
        search.run(operation)?;
        let output = output::of_operation(&mut search, operation);
        let fetches = fetch_graph::of_search(&mut search, operation, self.batching);
        Ok((QueryPlan { kind: operation.kind, fetches, output }, Effort { steps: search.work() }))
    }
}
