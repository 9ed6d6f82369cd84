//! The search for a plan: which subgraph answers what.
//!
//! The operation's leaves are terminals of a directed Steiner tree in a graph of (place, subgraph). They are connected
//! one after another by a cheapest path from what is open already, those with the fewest choices first; then the
//! whole is tried again without each request in turn, and what is cheaper is kept. So the work is polynomial, and no
//! product of options is ever formed. (The formulation follows the literature on greedy approximation of directed
//! Steiner trees; requirements are hyperedges, see `layer`.)

mod commit;
pub mod context;
mod layer;
mod memo;
pub mod node;
pub mod place;
mod price;
mod terminals;
mod twins;
mod variants;

use std::collections::BTreeSet;
use std::rc::Rc;

use apollo_compiler::ast::Argument;
use apollo_compiler::collections::{HashMap, HashSet};
use apollo_compiler::{Name, Node};
use router_schema::{ContextArgument, ExpandedOperation, OperationKind, SubgraphId};

use self::memo::{Asking, Ban, Memo};
use self::node::{Attempt, RequestId};
use self::place::{FieldId, FieldUse, PlaceId, PlaceKind, Places};
use self::terminals::Terminal;
use self::twins::Twins;
use self::variants::Partition;
use crate::PlanError;
use crate::graph::{FIELD, Graph, Labels, Price};

/// Steps after which no more improvement is tried; about ten milliseconds, and more where requests are many.
const IMPROVEMENT_WORK: usize = 10_000;
/// Steps after which an operation without any plan is refused, unless the planner was given others.
pub const BUDGET: usize = 200_000;

#[derive(Debug)]
pub struct Search<'a> {
    pub graph: &'a Graph,
    pub labels: &'a Labels,
    pub places: Places<'a>,
    pub attempt: Attempt<'a>,
    /// The roots, in the order of the operation; one unless mutations run in series.
    pub roots: Vec<PlaceId>,
    /// Variables for arguments from context, in the order in which they were first written.
    pub context_variables: indexmap::IndexSet<(PlaceId, ContextArgument)>,
    /// How the names of these variables begin.
    pub context_prefix: String,
    /// Root fields have effects or cannot be merged: each is asked of one subgraph.
    single_root: bool,
    terminals: Vec<Terminal>,
    partitions: HashMap<PlaceId, Partition>,
    signatures: HashMap<Name, String>,
    general_fields: HashMap<(PlaceId, FieldId), bool>,
    known_holders: HashMap<PlaceId, Rc<[(SubgraphId, Name)]>>,
    /// While reach is checked: the one subgraph by which a place is held.
    held_only_by: Option<(PlaceId, SubgraphId)>,
    /// Fields that the operation mentions.
    asked: HashSet<Name>,
    twins: Twins,
    layers: Memo<'a>,
    /// Entries that must not be taken while their own inputs are sought.
    banned: Vec<Ban>,
    /// Entries that this attempt does without.
    avoided: HashSet<(PlaceId, SubgraphId)>,
    /// Steps so far: ways into places that were weighed, layers that were looked at, prices that were asked.
    work: usize,
    /// Steps after which the search gives up.
    budget: usize,
    asking: Vec<Asking>,
}

impl<'a> Search<'a> {
    pub fn new(graph: &'a Graph, labels: &'a Labels, kind: OperationKind, budget: usize) -> Self {
        Self {
            graph,
            labels,
            places: Places::new(&graph.supergraph),
            attempt: Attempt::default(),
            roots: Vec::new(),
            context_variables: indexmap::IndexSet::new(),
            context_prefix: "context".to_owned(),
            single_root: kind != OperationKind::Query,
            terminals: Vec::new(),
            partitions: HashMap::default(),
            signatures: HashMap::default(),
            general_fields: HashMap::default(),
            known_holders: HashMap::default(),
            held_only_by: None,
            asked: HashSet::default(),
            twins: Twins::default(),
            layers: Memo::default(),
            banned: Vec::new(),
            avoided: HashSet::default(),
            work: 0,
            budget,
            asking: Vec::new(),
        }
    }

    /// Finds where everything is fetched.
    pub fn run(&mut self, operation: &ExpandedOperation) -> Result<(), PlanError> {
        while operation.definition.variables.iter().any(|each| each.name.starts_with(&self.context_prefix)) {
            self.context_prefix.insert(0, '_');
        }
        self.register_operation(operation)?;
        self.order_terminals();
        self.attempt()?;
        self.improve();
        Ok(())
    }

    fn attempt(&mut self) -> Result<(), PlanError> {
        self.attempt = Attempt::default();
        self.layers.forget();
        for terminal in self.terminals.clone() {
            self.check_budget()?;
            match terminal {
                Terminal::Leaf { place, field, .. } => self.satisfy(place, field)?,
                Terminal::Typename { place } => self.satisfy_typename(place)?,
            };
        }
        Ok(())
    }

    /// Fails once more steps were taken than an operation is worth.
    fn check_budget(&self) -> Result<(), PlanError> {
        let budget = self.budget;
        if self.work > budget { Err(PlanError::TooComplex { budget }) } else { Ok(()) }
    }

    /// Leaves out one request after another, and keeps what got cheaper.
    fn improve(&mut self) {
        if self.attempt.requests.len() < 2 {
            return;
        }
        let forced = self.forced_requests();
        let mut entries: Vec<(PlaceId, SubgraphId)> = Vec::new();
        for index in 0..self.attempt.requests.len() {
            let id = RequestId(index);
            let request = self.attempt.request(id);
            let entry = (self.attempt.node(request.node).place, request.subgraph);
            // What only this subgraph has can be had otherwise only if it could hold the place from further above.
            let from_above = self.holders(entry.0).iter().any(|(subgraph, _)| *subgraph == entry.1);
            if from_above || !forced.contains(&id) {
                entries.push(entry);
            }
        }
        for entry in entries {
            if self.work > IMPROVEMENT_WORK {
                return;
            }
            let price = self.price();
            self.avoided.insert(entry);
            let kept = std::mem::take(&mut self.attempt);
            if self.attempt().is_err() || self.price() >= price {
                self.avoided.remove(&entry);
                self.attempt = kept;
                self.layers.forget();
            }
        }
    }

    /// Requests with a leaf that no other subgraph has.
    fn forced_requests(&self) -> BTreeSet<RequestId> {
        let forced = self.terminals.iter().filter_map(|terminal| match terminal {
            Terminal::Leaf { place, field, choices: 0 | 1 } => self.attempt.provided.get(&(*place, *field)),
            Terminal::Leaf { .. } | Terminal::Typename { .. } => None,
        });
        forced.map(|node| self.attempt.node(*node).request).collect()
    }

    /// Price of the whole attempt: requests first, then how long they wait for each other, then fields.
    fn price(&self) -> Price {
        let requests: Price =
            self.attempt.requests.iter().map(|request| Price::fetch_at(request.stage)).sum();
        let fields: Price =
            self.attempt.nodes.iter().flat_map(|node| node.fields.iter().map(|_| FIELD)).sum();
        requests + fields
    }

    /// Steps so far.
    pub fn work(&self) -> usize {
        self.work
    }

    fn is_banned(&self, place: PlaceId, subgraph: SubgraphId) -> bool {
        self.avoided.contains(&(place, subgraph)) || self.banned.contains(&(place, subgraph))
    }

    pub fn intern(&mut self, name: &Name, arguments: &[Node<Argument>]) -> FieldId {
        let mut arguments = arguments.to_vec();
        arguments.sort_by(|a, b| a.name.cmp(&b.name));
        self.places.intern(FieldUse { name: name.clone(), arguments, series: 0 })
    }

    /// The place and field above a general place.
    fn above(&self, place: PlaceId) -> Option<(PlaceId, FieldId)> {
        match self.places.get(place).kind {
            PlaceKind::Field { parent, field } => Some((parent, field)),
            PlaceKind::Root | PlaceKind::Variant { .. } => None,
        }
    }
}
