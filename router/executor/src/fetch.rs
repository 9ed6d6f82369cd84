//! One fetch: the request made of the tree, and the answer merged into it.

use std::sync::Arc;

use router_planner::plan::{Call, EntityCall, Fetch, SelectionSet, Step};
use router_schema::OperationKind;
use router_transport::{Answer, GraphqlError, PathElement, Request, TransportError};

use crate::asked::{at_place, fields_at, fields_of, is_about, lacks, missing_fields, single_field};
use crate::errors::{Collected, MAX_ERRORS, common_prefix};
use crate::representations::{self, Represented, Share, Shares};
use crate::request::{ExecutionRequest, ExecutorOptions, Room};
use crate::tree::{Node, Object, absorb, find, fits, full_path, merge, place_mut};

/// Where the answer of a fetch under way goes.
#[derive(Debug)]
pub enum Targets {
    /// The places of a root call, by the list indices that lead there.
    Root(Vec<Box<[usize]>>),
    /// For each entity call.
    Entities(Vec<Represented>),
}

/// Makes the requests of a fetch: none if the tree has nothing to ask it for, several if it takes values of objects
/// above that differ.
pub fn prepare(tree: &Node, fetch: &Fetch, request: &ExecutionRequest) -> Vec<(Request, Targets)> {
    let mut variables = Object::with_capacity(fetch.variables.len() + 1);
    for name in &fetch.variables {
        if let Some(value) = request.variables.find(name) {
            variables.push(Arc::clone(name), value.clone());
        }
    }
    let targets = match &fetch.call {
        Call::Root { at, .. } => {
            let mut places = Vec::new();
            find(tree, at, &mut |indices, _| places.push(indices.into()));
            if places.is_empty() {
                return Vec::new();
            }
            Targets::Root(places)
        }
        Call::Entities { calls } => match &**calls {
            [call] if !call.context.is_empty() => {
                let groups = representations::collect(tree, call).into_iter();
                return groups
                    .map(|mut group| {
                        let mut variables = variables.clone();
                        insert_group(call, &mut group, &mut variables);
                        (subgraph_request(fetch, request, variables), Targets::Entities(vec![group]))
                    })
                    .collect();
            }
            calls => {
                let collected = calls.iter().map(|call| representations::collect(tree, call).pop());
                let mut represented: Vec<_> = collected.map(Option::unwrap_or_default).collect();
                if represented.iter().all(|each| each.values.is_empty()) {
                    return Vec::new();
                }
                for (call, each) in calls.iter().zip(&mut represented) {
                    insert_group(call, each, &mut variables);
                }
                Targets::Entities(represented)
            }
        },
    };
    vec![(subgraph_request(fetch, request, variables), targets)]
}

/// Moves what is sent of a group of representations into the variables.
fn insert_group(call: &EntityCall, group: &mut Represented, variables: &mut Object) {
    variables.push(Arc::clone(&call.variable), std::mem::take(&mut group.values).into_iter().collect());
    for (variable, value) in call.context.iter().zip(std::mem::take(&mut group.context)) {
        variables.push(Arc::clone(&variable.variable), value);
    }
}

/// The request of a fetch with these variables.
pub fn subgraph_request(fetch: &Fetch, request: &ExecutionRequest, variables: Object) -> Request {
    Request {
        query: Arc::clone(&fetch.document),
        operation_name: fetch.operation_name.clone(),
        variables,
        caller: request.caller.clone(),
        headers: Arc::clone(&request.headers),
        deadline: request.deadline,
        idempotent: fetch.operation == OperationKind::Query,
    }
}

/// The tree and the errors that one operation gathers.
#[derive(Debug)]
pub struct Gathered {
    pub tree: Node,
    pub errors: Collected,
    /// For what there still is room.
    pub room: Arc<Room>,
    /// There was no room for an answer: nothing more is worth asking.
    pub overflown: bool,
}

impl Gathered {
    pub fn new(room: Arc<Room>) -> Self {
        Self { tree: Node::empty_object(), errors: Collected::default(), room, overflown: false }
    }

    /// Takes the answer of a fetch.
    pub fn take(&mut self, options: &ExecutorOptions, fetch: &Fetch, targets: Targets, answer: Answer) {
        let Answer { data, errors, .. } = answer;
        if !self.has_room(&fetch.call, &targets, &data) {
            self.overflown = true;
            return;
        }
        match (&fetch.call, targets) {
            (Call::Root { at, selection }, Targets::Root(places)) => {
                self.take_root(options, fetch, (at, selection), &places, data, errors);
            }
            (Call::Entities { calls }, Targets::Entities(represented)) => {
                self.take_entities(options, fetch, calls, &represented, data, errors);
            }
            // `prepare` gives the targets of the call's own kind.
            (Call::Root { .. }, Targets::Entities(_)) | (Call::Entities { .. }, Targets::Root(_)) => {}
        }
    }

    /// Takes the room of an answer, and of what it adds in each further place. The places of an entity share what is
    /// below it.
    fn has_room(&self, call: &Call, targets: &Targets, data: &Node) -> bool {
        let copies = match (call, targets) {
            (Call::Root { .. }, Targets::Root(places)) => fields(data).saturating_mul(places.len()),
            (Call::Entities { calls }, Targets::Entities(represented)) => {
                let lists = data.as_object();
                let entities = |call: &EntityCall| match lists?.get(&call.response_key) {
                    Node::List(entities) => Some(entities),
                    _ => None,
                };
                let places = calls.iter().zip(represented).filter_map(|(call, represented)| {
                    let entities = entities(call)?;
                    let places = represented.places.iter();
                    Some(
                        places
                            .filter_map(|place| entities.get(place.representation))
                            .map(fields)
                            .sum::<usize>(),
                    )
                });
                places.sum()
            }
            _ => 0,
        };
        let room = self.room.nodes();
        let Some(mut left) = room.checked_sub(copies) else { return false };
        fits(data, &mut left) && self.room.take_nodes(room.saturating_sub(left))
    }

    /// Takes note that a fetch brought no answer: an error for each field that it leaves empty at one place, and one where
    /// many objects of a path have their path in common.
    pub fn fail(
        &mut self,
        options: &ExecutorOptions,
        fetch: &Fetch,
        targets: &Targets,
        error: &TransportError,
    ) {
        let paths = self.failed_paths(fetch, targets);
        self.errors.take_failure(options, &fetch.subgraph_name, error, paths);
    }

    fn take_root(
        &mut self,
        options: &ExecutorOptions,
        fetch: &Fetch,
        (at, selection): (&[Step], &SelectionSet),
        places: &[Box<[usize]>],
        data: Node,
        errors: Vec<GraphqlError>,
    ) {
        let is_nothing = data.is_null();
        let missing = missing_fields(fields_of(selection), &data, &errors);
        if let Some((last, others)) = places.split_last() {
            for place in others {
                if let Some(old) = place_mut(&mut self.tree, at, place) {
                    merge(old, &data);
                }
            }
            if let Some(old) = place_mut(&mut self.tree, at, last) {
                absorb(old, data);
            }
        }
        for error in errors {
            if self.errors.is_full() {
                break;
            }
            let paths: Vec<_> = if error.path.is_empty() && is_nothing {
                self.failed_paths(fetch, &Targets::Root(places.to_vec()))
            } else if error.path.is_empty() {
                vec![self.common_path_of(single_field(fetch), places.iter().map(|place| (at, &**place)))]
            } else {
                let full = |place: &[usize]| [full_path(&self.tree, at, place), error.path.clone()].concat();
                places.iter().map(|place| full(place)).collect()
            };
            self.errors.take_answered(options, &fetch.subgraph_name, error, paths.into_iter());
        }
        if !missing.is_empty() {
            let places = places.iter().map(|place| full_path(&self.tree, at, place));
            let paths = places.flat_map(|place| at_place(&place, &missing)).take(MAX_ERRORS).collect();
            self.refuse(options, fetch, "its data lacks what was asked for", paths);
        }
    }

    /// Takes note of what an answer left empty though it says of no error, so that it is not taken for nothing.
    fn refuse(
        &mut self,
        options: &ExecutorOptions,
        fetch: &Fetch,
        reason: &str,
        paths: Vec<Vec<PathElement>>,
    ) {
        let subgraph = fetch.subgraph_name.to_string();
        let error = TransportError::Malformed { subgraph, reason: reason.to_owned() };
        self.errors.take_failure(options, &fetch.subgraph_name, &error, paths);
    }

    fn take_entities(
        &mut self,
        options: &ExecutorOptions,
        fetch: &Fetch,
        calls: &[EntityCall],
        represented: &[Represented],
        data: Node,
        errors: Vec<GraphqlError>,
    ) {
        let is_told = |call: &EntityCall| match data {
            Node::Null => !errors.is_empty(),
            _ => errors.iter().any(|error| is_about(error, &call.response_key)),
        };
        let told: Vec<bool> = calls.iter().map(is_told).collect();
        let mut lists = match data {
            Node::Object(lists) => Arc::unwrap_or_clone(lists),
            _ => Object::default(),
        };
        for error in errors {
            if self.errors.is_full() {
                break;
            }
            let paths = self.entity_error_paths(fetch, calls, represented, &lists, &error);
            self.errors.take_answered(options, &fetch.subgraph_name, error, paths.into_iter());
        }
        for ((call, represented), is_told) in calls.iter().zip(represented).zip(told) {
            let answered = lists.get_mut(&call.response_key).map(std::mem::take).unwrap_or_default();
            let is_null = answered.is_null();
            let Some(entities) = represented.entities(answered) else {
                if !(is_null && is_told) {
                    let paths = self.failed_entities(call, represented);
                    self.refuse(
                        options,
                        fetch,
                        "it has not an entity or null for each that was asked for",
                        paths,
                    );
                }
                continue;
            };
            let mut shares = Shares::new(entities, &represented.places);
            for place in &represented.places {
                let Some(share) = shares.take(place.representation) else { continue };
                let Some(target) = call.targets.get(place.target) else { continue };
                let Some(old) = place_mut(&mut self.tree, &target.path, represented.indices(place)) else {
                    continue;
                };
                match share {
                    Share::Shared(entity) => merge(old, &entity),
                    Share::Last(entity) => absorb(old, entity),
                    Share::Unknown => {
                        if let Node::Object(object) = old {
                            Arc::make_mut(object).mark_unknown();
                        }
                    }
                }
            }
        }
    }

    /// Where an error of an `_entities` answer belongs: the entity at its index or, since some subgraphs leave the
    /// index out, every entity that lacks what the error is about; else what all places have in common.
    fn entity_error_paths(
        &self,
        fetch: &Fetch,
        calls: &[EntityCall],
        represented: &[Represented],
        lists: &Object,
        error: &GraphqlError,
    ) -> Vec<Vec<PathElement>> {
        let mut elements = error.path.iter();
        let call = elements.next().and_then(|first| {
            let PathElement::Key(key) = first else { return None };
            calls.iter().zip(represented).find(|(call, _)| call.response_key == *key)
        });
        let common = || vec![self.common_path_of_entities(fetch, calls, represented)];
        let Some((call, represented)) = call else { return common() };
        let rest = elements.as_slice();
        let (concerned, rest): (Vec<usize>, _) = match rest.split_first() {
            Some((PathElement::Index(index), rest)) => (vec![*index], rest),
            _ => {
                let Node::List(entities) = lists.get(&call.response_key) else { return common() };
                let lacking = |(_, entity): &(usize, &Node)| lacks(entity, rest);
                (entities.iter().enumerate().filter(lacking).map(|(index, _)| index).collect(), rest)
            }
        };
        // In ascending order, as they were found.
        let is_concerned = |index: usize| concerned.binary_search(&index).is_ok();
        let places = represented.places.iter().filter(|place| is_concerned(place.representation));
        let paths: Vec<_> = places
            .filter_map(|place| {
                let path = &call.targets.get(place.target)?.path;
                Some([full_path(&self.tree, path, represented.indices(place)), rest.to_vec()].concat())
            })
            .collect();
        if paths.is_empty() { common() } else { paths }
    }

    /// What a fetch without an answer leaves empty.
    fn failed_paths(&self, fetch: &Fetch, targets: &Targets) -> Vec<Vec<PathElement>> {
        match (&fetch.call, targets) {
            (Call::Root { at, selection, .. }, Targets::Root(places)) => {
                let places = places.iter().map(|place| full_path(&self.tree, at, place));
                places.flat_map(|place| fields_at(place, selection)).take(MAX_ERRORS).collect()
            }
            (Call::Entities { calls }, Targets::Entities(represented)) => {
                let calls = calls.iter().zip(represented);
                calls.flat_map(|(call, represented)| self.failed_entities(call, represented)).collect()
            }
            (Call::Root { .. }, Targets::Entities(_)) | (Call::Entities { .. }, Targets::Root(_)) => {
                Vec::new()
            }
        }
    }

    /// What a call without an answer leaves empty.
    fn failed_entities(&self, call: &EntityCall, represented: &Represented) -> Vec<Vec<PathElement>> {
        let mut paths = Vec::new();
        for (index, target) in call.targets.iter().enumerate() {
            let mut places = represented.places.iter().filter(|place| place.target == index);
            let full = |place| full_path(&self.tree, &target.path, represented.indices(place));
            let Some(first) = places.next().map(full) else { continue };
            let count = places.clone().count();
            if count == 0 {
                paths.extend(fields_at(first, &call.selection));
            } else {
                paths.push(places.map(full).fold(first, |common, path| common_prefix(common, &path)));
            }
        }
        paths
    }

    fn common_path_of_entities(
        &self,
        fetch: &Fetch,
        calls: &[EntityCall],
        represented: &[Represented],
    ) -> Vec<PathElement> {
        let places = calls.iter().zip(represented).flat_map(|(call, represented)| {
            represented.places.iter().filter_map(|place| {
                let target = call.targets.get(place.target)?;
                Some((&*target.path, represented.indices(place)))
            })
        });
        self.common_path_of(single_field(fetch), places)
    }

    /// The path that all places share, with the field if there is but one place and one field.
    fn common_path_of<'p>(
        &self,
        field: Option<&Arc<str>>,
        mut places: impl Iterator<Item = (&'p [Step], &'p [usize])>,
    ) -> Vec<PathElement> {
        let full = |(path, indices)| full_path(&self.tree, path, indices);
        let Some(first) = places.next().map(full) else { return Vec::new() };
        let (count, mut path) = places
            .map(full)
            .fold((1, first), |(count, common), path| (count + 1, common_prefix(common, &path)));
        if let (1, Some(field)) = (count, field) {
            path.push(PathElement::Key(Arc::clone(field)));
        }
        path
    }
}

fn fields(node: &Node) -> usize {
    node.as_object().map_or(0, |object| object.entries().len())
}
