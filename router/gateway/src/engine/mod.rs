//! The engine behind the edge: one supergraph with its planner, executor and cached documents. A reload replaces the
//! whole; what began on an engine ends on it.

mod authorization;
mod cache;
mod cost;
mod document;
mod guesses;
mod labels;
mod masking;
mod plans;

pub use authorization::errors as authorization_errors;
pub use document::Document;
pub use masking::Masking;
pub use plans::Plan;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use futures::stream::BoxStream;
use http::HeaderMap;
use platform_identity::Caller;
use router_executor::{ExecutionRequest, Executor, ExecutorOptions, Response, Room};
use router_limits::Limits;
use router_limits::cost::CostModel;
use router_planner::Planner;
use router_schema::{Supergraph, Variables};
use router_transport::{Deduplicated, Transport};

use crate::answer::Refusal;
use crate::config::{Batching, GatewayConfig};
use crate::engine::cache::DocumentCache;
use crate::engine::labels::OverrideLabels;
use crate::engine::plans::PlanCache;
use crate::error::GatewayError;

/// Makes the transport of a subgraph from its name and the URL that the supergraph gives it.
pub type TransportFactory = Arc<dyn Fn(&str, &str) -> Result<Arc<dyn Transport>, String> + Send + Sync>;

/// For whom and until when a plan is run.
#[derive(Debug, Clone)]
pub struct Run {
    pub caller: Option<Caller>,
    pub headers: Arc<HeaderMap>,
    pub deadline: Option<Instant>,
    /// Shared with the other operations of a batch.
    pub room: Option<Arc<Room>>,
}

pub struct Engine {
    core: Arc<Core>,
    documents: DocumentCache,
}

/// What parsing and planning need; shared with the threads that do it.
pub struct Core {
    pub supergraph: Arc<Supergraph>,
    pub planner: Planner,
    pub limits: Limits,
    pub costs: CostModel,
    pub labels: OverrideLabels,
    /// Whether clients may read the schema, and so be told what they may have meant.
    pub hints: bool,
    /// Root fields of queries that are charged one by one.
    pub counted_fields: Vec<String>,
    plans: PlanCache,
    executor: Executor,
}

impl Engine {
    pub fn build(
        sdl: &str,
        transports: &TransportFactory,
        config: &GatewayConfig,
    ) -> Result<Self, GatewayError> {
        let supergraph =
            Arc::new(Supergraph::parse(sdl).map_err(|error| GatewayError::Supergraph(error.to_string()))?);
        let mut reached = BTreeMap::new();
        for subgraph in supergraph.subgraphs() {
            let transport = transports(&subgraph.name, &subgraph.url)
                .map_err(|reason| GatewayError::Transport { subgraph: subgraph.name.to_string(), reason })?;
            let transport = match config.deduplicate_fetches {
                true => Arc::new(Deduplicated::new(transport)),
                false => transport,
            };
            reached.insert(subgraph.name.to_string(), transport);
        }
        let executor = Executor::new(supergraph.clone(), reached)
            .map_err(|error| GatewayError::Supergraph(error.to_string()))?
            .with_options(ExecutorOptions {
                max_response_bytes: config.limits.max_response_bytes,
                max_response_nodes: config.limits.max_response_nodes,
                ..ExecutorOptions::default()
            });
        // A document and its plan take about the same.
        let half = config.document_cache_mib.saturating_mul(1 << 20) / 2;
        let core = Core {
            planner: Planner::new(supergraph.clone()).with_batching(match config.batching {
                Batching::Branches => router_planner::Batching::SameInputs,
                Batching::Stages => router_planner::Batching::SameStage,
            }),
            executor,
            limits: config.limits.clone(),
            costs: cost::model(sdl).map_err(GatewayError::Supergraph)?,
            counted_fields: config.rate_limit.counted_fields.clone(),
            hints: config.answers_introspection(),
            labels: OverrideLabels::new(&supergraph, &config.override_labels),
            plans: PlanCache::new(half),
            supergraph,
        };
        Ok(Self { core: Arc::new(core), documents: DocumentCache::new(half) })
    }

    pub fn supergraph(&self) -> &Supergraph {
        &self.core.supergraph
    }

    /// The document's operation of that name: parsed once however many ask, from the cache when it is known.
    pub async fn document(
        &self,
        text: &str,
        operation_name: Option<&str>,
    ) -> Result<Arc<Document>, Arc<Refusal>> {
        self.documents.get(&self.core, text, operation_name).await
    }

    /// Runs a query or mutation.
    pub async fn execute(&self, plan: &Plan, variables: Variables, run: Run) -> Response {
        self.core.executor.execute(request(plan, variables, run)).await
    }

    /// Starts a subscription; `Err` is the answer to give in its place.
    pub async fn subscribe(
        &self,
        plan: &Plan,
        variables: Variables,
        run: Run,
    ) -> Result<BoxStream<'static, Response>, Response> {
        self.core.executor.subscribe(request(plan, variables, run)).await
    }

    pub fn core(&self) -> &Arc<Core> {
        &self.core
    }

    /// Parses and plans what an older engine was asked most, so that a reload costs nobody a plan. Documents that the
    /// new schema does not allow are left out.
    pub async fn warm_up(&self, older: &Self) {
        let variants = older.core.plans.variants();
        for document in older.documents.most_used() {
            let variants = variants.get(document.key()).map_or(&[][..], Vec::as_slice);
            match self.document(document.text(), document.operation_name()).await {
                Ok(known) => known.plan_like(&self.core, &document, variants).await,
                Err(_) => tracing::debug!("a cached document is not valid on the new schema"),
            }
        }
    }

    pub fn cached_documents(&self) -> u64 {
        self.documents.len()
    }
}

fn request(plan: &Plan, variables: Variables, run: Run) -> ExecutionRequest {
    ExecutionRequest {
        operation: plan.operation.clone(),
        plan: plan.plan.clone(),
        variables,
        caller: run.caller,
        headers: run.headers,
        deadline: run.deadline,
        room: run.room,
    }
}
