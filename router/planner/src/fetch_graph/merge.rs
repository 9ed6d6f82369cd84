//! Putting requests together.
//!
//! Two requests to one subgraph become one when they wait for the same: nothing gets later by it. (Where batching is
//! wanted by stage, also when they wait for as many others in line.) Two entries of the
//! same objects into one subgraph become one also where one of them has to wait for more, for then the answer as a
//! whole gets no later.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::collections::{HashMap, HashSet};
use router_schema::SubgraphId;

use super::draft::{Draft, DraftCall, DraftEntities};
use super::{representation, select};
use crate::Batching;
use crate::plan::{EntityTarget, Representation, Step};

pub fn join(drafts: &mut [Draft], batching: Batching) {
    join_same_objects(drafts);
    while join_entities(drafts, batching) {}
}

/// A draft and everything it waits for, directly or not.
pub fn with_ancestors(drafts: &[Draft], from: usize) -> BTreeSet<usize> {
    let mut found = BTreeSet::new();
    let mut open = vec![from];
    while let Some(next) = open.pop() {
        if found.insert(next) {
            open.extend(drafts.get(next).into_iter().flat_map(|draft| draft.after.iter().copied()));
        }
    }
    found
}

fn join_same_objects(drafts: &mut [Draft]) {
    // Joining changes neither the subgraph nor the objects of a draft.
    let mut known: HashMap<(SubgraphId, Vec<Step>), Vec<usize>> = HashMap::default();
    for later in 0..drafts.len() {
        let Some(key) = drafts.get(later).and_then(only_target) else { continue };
        let same = known.entry(key).or_default();
        for earlier in same.iter().copied() {
            let Some(union) = same_objects(drafts, earlier, later) else { continue };
            let independent = !with_ancestors(drafts, later).contains(&earlier)
                && !with_ancestors(drafts, earlier).contains(&later);
            if independent {
                combine(drafts, earlier, later, Some(union));
                replace(drafts, &BTreeMap::from([(later, earlier)]));
            }
        }
        same.push(later);
    }
}

/// The subgraph and the one path to the objects that a draft enters with.
fn only_target(draft: &Draft) -> Option<(SubgraphId, Vec<Step>)> {
    let DraftCall::Entities(calls) = &draft.call else { return None };
    let [call] = calls.as_slice() else { return None };
    let [target] = call.targets.as_slice() else { return None };
    Some((draft.subgraph, target.path.clone()))
}

/// The one representation that serves both entries, if they enter with the same objects and no input conflicts.
fn same_objects(drafts: &[Draft], earlier: usize, later: usize) -> Option<Representation> {
    let (one, other) = (drafts.get(earlier)?, drafts.get(later)?);
    if one.joined
        || other.joined
        || one.subgraph != other.subgraph
        || one.takes_context()
        || other.takes_context()
    {
        return None;
    }
    let (DraftCall::Entities(calls), DraftCall::Entities(others)) = (&one.call, &other.call) else {
        return None;
    };
    let ([call], [other]) = (calls.as_slice(), others.as_slice()) else { return None };
    let ([target], [other]) = (call.targets.as_slice(), other.targets.as_slice()) else { return None };
    if target.path != other.path || target.representation.typename != other.representation.typename {
        return None;
    }
    let mut union = target.representation.clone();
    for field in &other.representation.fields {
        let conflicts = union
            .fields
            .iter()
            .any(|known| known.name == field.name && known.on == field.on && known.source != field.source);
        if conflicts || !below_agrees(&union.fields, field) {
            return None;
        }
        representation::add(field.clone(), &mut union.fields);
    }
    Some(union)
}

fn below_agrees(
    known: &[crate::plan::RepresentationField],
    field: &crate::plan::RepresentationField,
) -> bool {
    known.iter().filter(|each| each.name == field.name && each.on == field.on).all(|each| {
        each.source == field.source && field.fields.iter().all(|below| below_agrees(&each.fields, below))
    })
}

/// One pass; tells whether anything was joined, for then more may have come to wait for the same.
fn join_entities(drafts: &mut [Draft], batching: Batching) -> bool {
    let mut groups: BTreeMap<(SubgraphId, BTreeSet<usize>), Vec<usize>> = BTreeMap::new();
    let stages = stages(drafts);
    for (index, draft) in drafts.iter().enumerate() {
        if draft.joined || draft.takes_context() || !matches!(draft.call, DraftCall::Entities(_)) {
            continue;
        }
        let together = match batching {
            Batching::SameInputs => {
                let mut ancestors = with_ancestors(drafts, index);
                ancestors.remove(&index);
                ancestors
            }
            Batching::SameStage => stages.get(index).copied().into_iter().collect(),
        };
        groups.entry((draft.subgraph, together)).or_default().push(index);
    }
    let mut joined = BTreeMap::new();
    for group in groups.into_values() {
        if let [first, rest @ ..] = group.as_slice() {
            for later in rest {
                combine(drafts, *first, *later, None);
                joined.insert(*later, *first);
            }
        }
    }
    replace(drafts, &joined);
    !joined.is_empty()
}

/// How many others each draft has to wait for in line.
fn stages(drafts: &[Draft]) -> Vec<usize> {
    let mut stages = vec![0; drafts.len()];
    let mut changed = true;
    while changed {
        changed = false;
        for (index, draft) in drafts.iter().enumerate() {
            let stage = draft.after.iter().filter_map(|each| stages.get(*each)).map(|stage| stage + 1).max();
            if let (Some(stage), Some(known)) = (stage, stages.get_mut(index))
                && *known != stage
            {
                *known = stage;
                changed = true;
            }
        }
    }
    stages
}

/// Lets what waits for a draft wait for the one that it is part of now.
fn replace(drafts: &mut [Draft], joined: &BTreeMap<usize, usize>) {
    for draft in drafts {
        if draft.after.iter().any(|each| joined.contains_key(each)) {
            draft.after = draft.after.iter().map(|each| *joined.get(each).unwrap_or(each)).collect();
        }
    }
}

/// Moves everything from the later draft into the earlier; those that wait for it are told by [`replace`].
fn combine(drafts: &mut [Draft], earlier: usize, later: usize, union: Option<Representation>) {
    let Some(from) = drafts.get_mut(later) else { return };
    from.joined = true;
    let from = from.clone();
    if let Some(into) = drafts.get_mut(earlier) {
        into.after.extend(from.after);
        into.variables.extend(from.variables);
        if let (DraftCall::Entities(calls), DraftCall::Entities(more)) = (&mut into.call, from.call) {
            for call in more {
                add_call(calls, call, union.as_ref());
            }
        }
    }
}

fn add_call(calls: &mut Vec<DraftEntities>, call: DraftEntities, union: Option<&Representation>) {
    // Selections of one place cannot clash, so different types there make one list of entities.
    if let (Some(union), Some(known)) = (union, calls.first_mut()) {
        select::merge(&mut known.selection, call.selection);
        known.targets.iter_mut().for_each(|target| target.representation = union.clone());
        return;
    }
    // An interface object's subgraph takes all types by one name: there, different selections stay apart.
    let names: HashSet<&str> = select::fragments(&call.selection).collect();
    // Paths of one place differ at the end, if at all.
    let is_elsewhere =
        |one: &EntityTarget, other: &EntityTarget| one.path.iter().rev().ne(other.path.iter().rev());
    let is_apart = |known: &DraftEntities| {
        known.targets.iter().all(|one| call.targets.iter().all(|other| is_elsewhere(one, other)))
            && select::fragments(&known.selection).all(|ty| !names.contains(ty))
    };
    if let Some(position) = calls.iter().position(|known| known.place == call.place && is_apart(known))
        && let Some(known) = calls.get_mut(position)
    {
        select::merge(&mut known.selection, call.selection);
        known.targets.extend(call.targets);
        return;
    }
    if let Some(known) = calls.iter_mut().find(|known| known.selection == call.selection) {
        let new = |target: &EntityTarget| !known.targets.contains(target);
        let more: Vec<EntityTarget> = call.targets.into_iter().filter(new).collect();
        known.targets.extend(more);
        return;
    }
    calls.push(call);
}
