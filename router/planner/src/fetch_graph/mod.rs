//! From the requests that the search decided on to the fetches of a plan.
//!
//! Owns: merging requests that can go together, the order of what remains, and the documents. Invariant: what waits
//! for what is a graph without cycles at every step.

mod context;
mod document;
mod draft;
mod merge;
mod representation;
mod select;

use std::collections::BTreeSet;
use std::sync::Arc;

use router_schema::{ExpandedOperation, OperationKind};

use self::draft::Draft;
use crate::Batching;
use crate::plan::{Fetch, FetchId};
use crate::search::Search;

pub fn of_search(search: &mut Search<'_>, operation: &ExpandedOperation, batching: Batching) -> Vec<Fetch> {
    let mut drafts = draft::of_requests(search);
    if operation.kind == OperationKind::Mutation {
        draft::put_in_series(search, &mut drafts);
    }
    merge::join(&mut drafts, batching);
    let ordered = order(&drafts);
    let supergraph = &search.graph.supergraph;
    let position = |draft: &usize| ordered.iter().position(|each| each == draft).map(FetchId);
    let mut fetches = Vec::new();
    for (index, draft) in ordered.iter().filter_map(|index| drafts.get(*index)).enumerate() {
        let id = FetchId(index);
        let kind = if draft.is_root() { operation.kind } else { OperationKind::Query };
        let subgraph_name =
            supergraph.subgraph(draft.subgraph).map(|each| Arc::clone(&each.name)).unwrap_or_default();
        let mut after: Vec<FetchId> = reduced(&drafts, draft).iter().filter_map(position).collect();
        after.sort();
        let document = document::write(draft, operation, kind, &subgraph_name, index);
        fetches.push(Fetch {
            id,
            subgraph: draft.subgraph,
            subgraph_name,
            after,
            operation: kind,
            document: document.text.into(),
            operation_name: document.name,
            variables: document.variables,
            call: document.call,
        });
    }
    fetches
}

/// Every draft after those it waits for; otherwise in the order of the search.
fn order(drafts: &[Draft]) -> Vec<usize> {
    let mut ordered: Vec<usize> = Vec::new();
    let mut rest: Vec<usize> =
        (0..drafts.len()).filter(|index| drafts.get(*index).is_some_and(|each| !each.joined)).collect();
    while !rest.is_empty() {
        let is_ready = |index: &usize| {
            drafts.get(*index).is_some_and(|draft| draft.after.iter().all(|each| ordered.contains(each)))
        };
        let Some(position) = rest.iter().position(is_ready) else { break };
        ordered.push(rest.remove(position));
    }
    ordered
}

/// What a draft waits for, without what those wait for themselves.
fn reduced(drafts: &[Draft], draft: &Draft) -> BTreeSet<usize> {
    let implied: BTreeSet<usize> = draft
        .after
        .iter()
        .filter_map(|each| drafts.get(*each))
        .flat_map(|each| each.after.iter().flat_map(|next| merge::with_ancestors(drafts, *next)))
        .collect();
    draft.after.difference(&implied).copied().collect()
}
