//! Fetches in the making.

use std::collections::BTreeSet;

use router_schema::SubgraphId;

use super::context;
use super::representation;
use super::select;
use crate::plan::{ContextVariable, EntityTarget, Representation, SelectionSet, Step};
use crate::search::Search;
use crate::search::node::{Entry, RequestId};
use crate::search::place::{PlaceId, PlaceKind};

#[derive(Debug, Clone)]
pub struct Draft {
    pub subgraph: SubgraphId,
    /// Positions of the drafts that must have ended before.
    pub after: BTreeSet<usize>,
    pub call: DraftCall,
    /// Client variables in arguments.
    pub variables: BTreeSet<String>,
    /// Its content is now part of another draft.
    pub joined: bool,
}

#[derive(Debug, Clone)]
pub enum DraftCall {
    Root { at: Vec<Step>, selection: SelectionSet },
    Entities(Vec<DraftEntities>),
}

#[derive(Debug, Clone)]
pub struct DraftEntities {
    /// The general place of the targets: there, selections have one set of names.
    pub place: PlaceId,
    pub targets: Vec<EntityTarget>,
    pub selection: SelectionSet,
    pub context: Vec<ContextVariable>,
}

impl Draft {
    pub fn is_root(&self) -> bool {
        matches!(&self.call, DraftCall::Root { at, .. } if at.is_empty())
    }

    /// Whether values of objects above go along; then nothing else can share the request.
    pub fn takes_context(&self) -> bool {
        matches!(&self.call, DraftCall::Entities(calls) if calls.iter().any(|call| !call.context.is_empty()))
    }
}

pub fn of_requests(search: &mut Search<'_>) -> Vec<Draft> {
    (0..search.attempt.requests.len()).map(|index| of_request(search, RequestId(index))).collect()
}

fn of_request(search: &mut Search<'_>, id: RequestId) -> Draft {
    let request = search.attempt.request(id);
    let subgraph = request.subgraph;
    let after = request.after.iter().map(|each| each.0).collect();
    let node = request.node;
    let place = search.attempt.node(node).place;
    let entity = match &request.entry {
        Entry::Root | Entry::Query => None,
        Entry::Entity { jump, inputs } => Some((*jump, inputs.clone())),
    };
    let mut variables = BTreeSet::new();
    let selection = select::of_node(search, node, &mut variables);
    let at = path(search, place);
    let call = match entity {
        None => DraftCall::Root { at, selection },
        Some((jump, inputs)) => {
            let requires: Vec<_> = inputs.iter().filter_map(|inputs| inputs.requires).collect();
            let representation: Representation = representation::of_jump(search, place, jump, &requires);
            let selection = select::on_entities(search, place, jump, selection);
            DraftCall::Entities(vec![DraftEntities {
                place: search.places.general(place),
                targets: vec![EntityTarget { path: at, representation }],
                selection,
                context: context::variables(search, place, &inputs),
            }])
        }
    };
    Draft { subgraph, after, call, variables, joined: false }
}

/// Where the objects of a place stand in the tree.
pub fn path(search: &mut Search<'_>, place: PlaceId) -> Vec<Step> {
    match search.places.get(place).kind.clone() {
        PlaceKind::Root => Vec::new(),
        PlaceKind::Field { parent, field } => {
            let mut steps = path(search, parent);
            steps.push(Step::Field(crate::output::text(&search.places.internal(parent, field).0)));
            steps
        }
        PlaceKind::Variant { of } => {
            let mut steps = path(search, of);
            let types = search.places.get(place).types.clone();
            if types != search.places.get(of).types {
                steps.push(Step::On(crate::output::type_set(&search.graph.supergraph, &types)));
            }
            steps
        }
    }
}

/// Makes each root field of a mutation wait for everything that the field before it needs. Neighbours of one subgraph
/// go in one request, which runs them in order, if nothing has to happen in between.
pub fn put_in_series(search: &mut Search<'_>, drafts: &mut [Draft]) {
    let mut previous: Vec<usize> = Vec::new();
    for root in search.roots.clone() {
        let members: Vec<usize> =
            (0..drafts.len()).filter(|index| root_of(search, RequestId(*index)) == root).collect();
        let Some(first) = members.first().copied() else { continue };
        if let [only] = previous.as_slice()
            && let Some(moved) = joinable(drafts, *only, first)
        {
            absorb(drafts, *only, first, moved);
            for draft in drafts.iter_mut() {
                if draft.after.remove(&first) {
                    draft.after.insert(*only);
                }
            }
            previous = members.into_iter().filter(|each| *each != first).chain([*only]).collect();
            continue;
        }
        if let Some(draft) = drafts.get_mut(first) {
            draft.after.extend(previous.iter().copied());
        }
        previous = members;
    }
}

fn joinable(drafts: &[Draft], earlier: usize, later: usize) -> Option<SelectionSet> {
    let (earlier, later) = (drafts.get(earlier)?, drafts.get(later)?);
    match (&earlier.call, &later.call) {
        (DraftCall::Root { .. }, DraftCall::Root { selection, .. }) if earlier.subgraph == later.subgraph => {
            Some(selection.clone())
        }
        _ => None,
    }
}

fn absorb(drafts: &mut [Draft], earlier: usize, later: usize, moved: SelectionSet) {
    let mut variables = BTreeSet::new();
    if let Some(later) = drafts.get_mut(later) {
        later.joined = true;
        variables.append(&mut later.variables);
    }
    if let Some(earlier) = drafts.get_mut(earlier) {
        earlier.variables.append(&mut variables);
        if let DraftCall::Root { selection, .. } = &mut earlier.call {
            select::merge(selection, moved);
        }
    }
}

fn root_of(search: &Search<'_>, request: RequestId) -> PlaceId {
    let mut place = search.attempt.node(search.attempt.request(request).node).place;
    while let Some(parent) = search.places.parent(place) {
        place = parent;
    }
    place
}
