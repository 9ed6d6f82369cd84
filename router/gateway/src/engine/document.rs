//! A document that passed limits and validation.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use apollo_compiler::executable::Selection;
use platform_identity::Identity;
use router_limits::Measured;
use router_limits::cost::{Cost, Countable};
use router_schema::authorization::Needs;
use router_schema::{Operation, OperationKind, RequestError, Variables};
use router_transport::{GraphqlError, Location};
use sha2::{Digest, Sha256};

use crate::answer::{Refusal, located_error};
use crate::engine::authorization::authority;
use crate::engine::cost::Given;
use crate::engine::plans::{Plan, Variant};
use crate::engine::{Core, guesses};

/// Bytes of memory per byte of text: two syntax trees, which the dearest operations of `bench-cost` bring to 47.
const WEIGHT_FACTOR: usize = 52;
const WEIGHT_BASE: usize = 2_048;
/// Errors told of one document; one is mended at a time anyway.
const MAX_ERRORS: usize = 5;
/// Characters of one message; some quote the document.
const MAX_MESSAGE: usize = 400;

/// Which document of which text: what its caches are asked by. Nothing of the client's stands in it, for caches hold on
/// to a key longer than to what they had under it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct DocumentKey {
    text: [u8; 32],
    operation_name: Option<[u8; 32]>,
}

impl DocumentKey {
    pub fn of(text: &str, operation_name: Option<&str>) -> Self {
        let digest = |text: &str| Sha256::digest(text).into();
        Self { text: digest(text), operation_name: operation_name.map(digest) }
    }
}

pub struct Document {
    key: Arc<DocumentKey>,
    text: Arc<str>,
    operation_name: Option<Arc<str>>,
    operation: Arc<Operation>,
    measured: Measured,
    countable: Option<Countable>,
    introspects: bool,
    /// Root fields that count as operations of their own.
    counted: usize,
    needs: Needs,
    pub(super) hits: AtomicU64,
}

impl Document {
    pub(super) fn parse(
        core: &Core,
        key: Arc<DocumentKey>,
        text: Arc<str>,
        operation_name: Option<Arc<str>>,
    ) -> Result<Self, Refusal> {
        let measured = core.limits.check(&text).map_err(|limit| Refusal::limit(&limit))?;
        let operation =
            Operation::parse_within(&core.supergraph, &text, operation_name.as_deref(), measured.tokens)
                .map_err(|errors| refusal(&errors, core.hints))?;
        let introspects = introspects(&operation);
        let counted = guesses::count(&operation, &core.counted_fields);
        let needs = Needs::of(&core.supergraph, &operation);
        let countable = Countable::parse(&text);
        Ok(Self {
            key,
            text,
            operation_name,
            operation: Arc::new(operation),
            measured,
            countable,
            introspects,
            counted,
            needs,
            hits: AtomicU64::new(0),
        })
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn operation_name(&self) -> Option<&str> {
        self.operation_name.as_deref()
    }

    pub(super) fn key(&self) -> &Arc<DocumentKey> {
        &self.key
    }

    /// What a document of this text takes in memory, about, without its plans.
    pub(super) fn weight_of(text: &str) -> usize {
        text.len().saturating_mul(WEIGHT_FACTOR).saturating_add(WEIGHT_BASE)
    }

    pub(super) fn weight(&self) -> usize {
        Self::weight_of(&self.text)
    }

    pub fn kind(&self) -> OperationKind {
        self.operation.kind()
    }

    /// Whether it asks for `__schema` or `__type`.
    pub fn introspects(&self) -> bool {
        self.introspects
    }

    /// What it may come to with these variables, within limits.
    pub fn cost(&self, core: &Core, variables: &Variables) -> Result<Cost, Refusal> {
        let Some(countable) = &self.countable else { return Ok(Cost::default()) };
        let mut cost = core
            .costs
            .count(countable, self.operation.name(), &Given(variables), core.limits.default_list_size)
            .map_err(|limit| Refusal::limit(&limit))?;
        if self.introspects {
            let size = core.supergraph.introspection_size(&self.operation, variables, core.limits.max_nodes);
            cost.add(Cost { cost: size.objects, nodes: size.values, ..Cost::default() });
        }
        core.limits.check_cost(cost).map_err(|limit| Refusal::limit(&limit))?;
        Ok(cost)
    }

    /// As how many operations it counts at least: a mutation as each of its root fields, so that a hundred aliases of `login`
    /// are a hundred attempts; a query as each of its root fields that answer a guess.
    pub fn charge(&self) -> u32 {
        let operations = match self.kind() {
            OperationKind::Mutation => self.measured.root_fields,
            OperationKind::Query | OperationKind::Subscription => self.counted,
        };
        u32::try_from(operations).unwrap_or(u32::MAX).max(1)
    }

    pub fn coerce(&self, core: &Core, variables: &Variables) -> Result<Variables, Refusal> {
        self.operation
            .coerce_variables(&core.supergraph, variables)
            .map_err(|error| refusal(&[error], core.hints))
    }

    /// The plan for coerced variables; made once however many ask at the same time. `random` decides about overrides
    /// that hold for a share of requests.
    pub async fn plan(
        &self,
        core: &Arc<Core>,
        variables: &Variables,
        identity: &Identity,
        random: impl FnOnce() -> u32,
    ) -> Result<Arc<Plan>, Arc<Refusal>> {
        let authority = authority(&self.needs, identity);
        self.plan_for(core, (self.operation.flags(variables), core.labels.draw(random), authority)).await
    }

    async fn plan_for(&self, core: &Arc<Core>, variant: Variant) -> Result<Arc<Plan>, Arc<Refusal>> {
        core.plans.get(core, &self.operation, (self.key.clone(), variant)).await
    }

    /// Makes the plans that another engine kept for the same document.
    pub(super) async fn plan_like(&self, core: &Arc<Core>, other: &Self, variants: &[Variant]) {
        self.hits.fetch_add(other.hits.load(Ordering::Relaxed), Ordering::Relaxed);
        for (flags, context, authority) in variants {
            let variant = (flags.clone(), context.clone(), authority.relevant(&self.needs));
            if self.plan_for(core, variant).await.is_err() {
                tracing::debug!("a cached operation cannot be planned on the new schema");
            }
        }
    }
}

/// `hints`: whether clients may learn what the schema has in place of what they asked for.
fn refusal(errors: &[RequestError], hints: bool) -> Refusal {
    Refusal::document(errors.iter().take(MAX_ERRORS).map(|error| request_error(error, hints)).collect())
}

fn request_error(request: &RequestError, hints: bool) -> GraphqlError {
    let mut message = request.to_string();
    if let Some((end, _)) = message.char_indices().nth(MAX_MESSAGE) {
        message.truncate(end);
        message.push('…');
    } else if let Some(hint) = request.hint().filter(|_| hints) {
        message.push_str(hint);
    }
    let locations =
        request.locations().iter().map(|at| Location { line: at.line, column: at.column }).collect();
    located_error(request.code(), message, locations)
}

/// Introspection may stand at the root only, but behind fragments too; each is visited once.
fn introspects(operation: &Operation) -> bool {
    let document = operation.document();
    let mut seen = HashSet::new();
    let mut open = vec![&operation.definition().selection_set];
    while let Some(set) = open.pop() {
        for selection in &set.selections {
            match selection {
                Selection::Field(field) if matches!(field.name.as_str(), "__schema" | "__type") => {
                    return true;
                }
                Selection::Field(_) => {}
                Selection::InlineFragment(inline) => open.push(&inline.selection_set),
                Selection::FragmentSpread(spread) => {
                    if seen.insert(&spread.fragment_name)
                        && let Some(fragment) = document.fragments.get(&spread.fragment_name)
                    {
                        open.push(&fragment.selection_set);
                    }
                }
            }
        }
    }
    false
}
