//! Plans of operations, and the cache that keeps them, bounded by the memory that they take.
//!
//! There is a plan per document, outcome of its conditions, draw of labelled overrides, and what the caller is granted
//! of what the operation needs.

use std::collections::HashMap;
use std::sync::Arc;

use moka::future::Cache;
use router_planner::{PlanContext, PlanError, QueryPlan};
use router_schema::authorization::{Authority, Denied, filter};
use router_schema::{Flags, Operation, OperationKind};

use crate::answer::{Refusal, error};
use crate::engine::Core;
use crate::engine::document::DocumentKey;

/// What a plan of an operation depends on.
pub type Variant = (Flags, PlanContext, Authority);

/// An operation as it is run, and how.
#[derive(Clone)]
pub struct Plan {
    pub operation: Arc<Operation>,
    pub plan: Arc<QueryPlan>,
    /// What the caller may not see of it.
    pub denied: Vec<Denied>,
}

impl Plan {
    fn make(core: &Core, operation: Arc<Operation>, variant: &Variant) -> Result<Self, Refusal> {
        let (flags, context, authority) = variant;
        let mut expanded = operation.expand(&core.supergraph, flags);
        let denied = filter(&core.supergraph, &mut expanded, authority);
        let plan = core.planner.plan(&expanded, context).map_err(|failure| refusal(&failure))?;
        Ok(Self { operation, plan: Arc::new(plan), denied })
    }

    pub fn kind(&self) -> OperationKind {
        self.plan.kind
    }
}

fn refusal(failure: &PlanError) -> Refusal {
    tracing::warn!(error = %failure, "an operation could not be planned");
    Refusal::document(vec![error(failure.code(), failure.to_string())])
}

pub struct PlanCache(Cache<(Arc<DocumentKey>, Variant), Arc<Plan>>);

impl PlanCache {
    /// `capacity`: bytes of memory.
    pub fn new(capacity: u64) -> Self {
        let weigh = |_: &(Arc<DocumentKey>, Variant), plan: &Arc<Plan>| {
            u32::try_from(plan.plan.weight()).unwrap_or(u32::MAX)
        };
        Self(Cache::builder().max_capacity(capacity).weigher(weigh).build())
    }

    /// The plan of an operation, made once however many ask at the same time.
    pub async fn get(
        &self,
        core: &Arc<Core>,
        operation: &Arc<Operation>,
        key: (Arc<DocumentKey>, Variant),
    ) -> Result<Arc<Plan>, Arc<Refusal>> {
        if let Some(known) = self.0.get(&key).await {
            return Ok(known);
        }
        let making = {
            let (core, operation, variant) = (core.clone(), operation.clone(), key.1.clone());
            // Planning takes the processor for up to milliseconds.
            async move {
                tokio::task::spawn_blocking(move || Plan::make(&core, operation, &variant))
                    .await
                    .unwrap_or_else(|_| Err(Refusal::internal()))
                    .map(Arc::new)
            }
        };
        self.0.try_get_with(key, making).await
    }

    /// What there are plans for.
    pub fn variants(&self) -> HashMap<Arc<DocumentKey>, Vec<Variant>> {
        let mut variants: HashMap<_, Vec<_>> = HashMap::new();
        for (key, _) in &self.0 {
            let (document, variant) = &*key;
            variants.entry(document.clone()).or_default().push(variant.clone());
        }
        variants
    }
}
