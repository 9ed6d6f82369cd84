//! Plans of operations, and the cache that keeps them, bounded by the memory that they take.
//!
//! There is a plan per document, outcome of its conditions, draw of labelled overrides, and what the caller is granted
//! of what the operation needs. Invariant: what is kept is weighed whole. An operation, which may hold a mebibyte of its
//! client's text, is never kept with a plan: it comes with the document that is run.

use std::collections::HashMap;
use std::sync::Arc;

use moka::future::Cache;
use router_planner::{PlanContext, PlanError, QueryPlan};
use router_schema::authorization::{Authority, Denied, filter};
use router_schema::{Flags, Operation, OperationKind};

use crate::answer::{Refusal, error};
use crate::engine::Core;
use crate::engine::cache::largest_kept;
use crate::engine::document::DocumentKey;

/// What a plan of an operation depends on.
pub type Variant = (Flags, PlanContext, Authority);

/// An operation as it is run, and how.
pub struct Plan {
    pub operation: Arc<Operation>,
    pub plan: Arc<QueryPlan>,
    /// What the caller may not see of it.
    pub denied: Arc<[Denied]>,
}

impl Plan {
    pub fn kind(&self) -> OperationKind {
        self.plan.kind
    }
}

/// What is kept of a plan. Cheap to clone.
#[derive(Clone)]
struct Made {
    plan: Arc<QueryPlan>,
    denied: Arc<[Denied]>,
}

/// What is refused of an operation, without its path and names.
const DENIED: usize = 400;

impl Made {
    async fn make(core: &Arc<Core>, operation: &Arc<Operation>, variant: &Variant) -> Result<Self, Refusal> {
        let (core, operation, variant) = (core.clone(), operation.clone(), variant.clone());
        let make = move || {
            let (flags, context, authority) = variant;
            let mut expanded = operation.expand(&core.supergraph, &flags);
            let denied = filter(&core.supergraph, &mut expanded, &authority).into();
            let plan = core.planner.plan(&expanded, &context).map_err(|failure| refusal(&failure))?;
            Ok(Self { plan: Arc::new(plan), denied })
        };
        // Planning takes the processor for up to milliseconds.
        tokio::task::spawn_blocking(make).await.unwrap_or_else(|_| Err(Refusal::internal()))
    }

    fn weight(&self) -> usize {
        let names = |denied: &Denied| denied.path.iter().map(|key| key.len()).sum::<usize>();
        let denied = self.denied.iter().map(|denied| DENIED + names(denied)).sum();
        self.plan.weight().saturating_add(denied)
    }
}

/// Why a plan is not kept.
enum Unkept {
    Refused(Refusal),
    TooLarge,
}

fn refusal(failure: &PlanError) -> Refusal {
    tracing::warn!(error = %failure, "an operation could not be planned");
    Refusal::document(vec![error(failure.code(), failure.to_string())])
}

pub struct PlanCache {
    plans: Cache<(Arc<DocumentKey>, Variant), Made>,
    /// Weight of the largest that is kept.
    largest: usize,
}

impl PlanCache {
    /// `capacity`: bytes of memory.
    pub fn new(capacity: u64) -> Self {
        let weigh =
            |_: &(Arc<DocumentKey>, Variant), made: &Made| u32::try_from(made.weight()).unwrap_or(u32::MAX);
        let plans = Cache::builder().max_capacity(capacity).weigher(weigh).build();
        Self { plans, largest: largest_kept(capacity) }
    }

    /// The plan of an operation, made once however many ask at the same time, unless it is too large to be kept.
    pub async fn get(
        &self,
        core: &Arc<Core>,
        operation: &Arc<Operation>,
        key: (Arc<DocumentKey>, Variant),
    ) -> Result<Arc<Plan>, Arc<Refusal>> {
        let made = match self.plans.get(&key).await {
            Some(known) => known,
            None => self.make(core, operation, key).await?,
        };
        Ok(Arc::new(Plan { operation: operation.clone(), plan: made.plan, denied: made.denied }))
    }

    async fn make(
        &self,
        core: &Arc<Core>,
        operation: &Arc<Operation>,
        key: (Arc<DocumentKey>, Variant),
    ) -> Result<Made, Arc<Refusal>> {
        let variant = key.1.clone();
        let mut too_large = None;
        let making = async {
            let made = Made::make(core, operation, &variant).await.map_err(Unkept::Refused)?;
            if made.weight() <= self.largest {
                return Ok(made);
            }
            too_large = Some(made);
            Err(Unkept::TooLarge)
        };
        let unkept = match self.plans.try_get_with(key, making).await {
            Ok(made) => return Ok(made),
            Err(unkept) => unkept,
        };
        match (&*unkept, too_large) {
            (_, Some(made)) => Ok(made),
            (Unkept::Refused(refusal), None) => Err(Arc::new(refusal.clone())),
            // Another has asked for it too, and has it.
            (Unkept::TooLarge, None) => Made::make(core, operation, &variant).await.map_err(Arc::new),
        }
    }

    /// What there are plans for.
    pub fn variants(&self) -> HashMap<Arc<DocumentKey>, Vec<Variant>> {
        let mut variants: HashMap<_, Vec<_>> = HashMap::new();
        for (key, _) in &self.plans {
            let (document, variant) = &*key;
            variants.entry(document.clone()).or_default().push(variant.clone());
        }
        variants
    }
}
