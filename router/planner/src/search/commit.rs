//! Carrying out what the layers proposed: opening nodes, selecting fields, and the requests these need.

use std::collections::BTreeSet;

use router_schema::{FieldSet, FieldSetSelection};

use super::Search;
use super::layer::{Candidate, How};
use super::node::{Entry, NodeId, RequestId};
use super::place::{FieldId, PlaceId};
use crate::PlanError;
use crate::graph::{Inputs, Jump};

impl<'a> Search<'a> {
    /// Sees to it that a leaf is selected somewhere, at the least price; tells where.
    pub fn satisfy(&mut self, place: PlaceId, field: FieldId) -> Result<NodeId, PlanError> {
        if let Some(node) = self.attempt.provided.get(&(place, field)) {
            return Ok(*node);
        }
        self.work += 1;
        self.check_budget()?;
        if let Some(node) = self.open_source(place, field) {
            self.select(node, place, field);
            return Ok(node);
        }
        let sources = self.sources(place, field);
        let best =
            sources.into_iter().min_by_key(|source| (source.price, source.stage, source.candidate.subgraph));
        let source = best.ok_or_else(|| self.unreachable(place, field))?;
        let node = match source.inputs {
            None => self.open(place, &source.candidate)?,
            Some(inputs) => self.open_with_inputs(place, &source.candidate, field, inputs)?,
        };
        self.select(node, place, field);
        Ok(node)
    }

    fn select(&mut self, node: NodeId, place: PlaceId, field: FieldId) {
        self.attempt.node_mut(node).fields.entry(field).or_insert(None);
        self.attempt.provided.insert((place, field), node);
    }

    /// What is held already and resolves the field as it is: a selection wholly local to one subgraph needs no search.
    fn open_source(&self, place: PlaceId, field: FieldId) -> Option<NodeId> {
        let name = &self.places.field(field).name;
        let open = self.attempt.at.get(&place)?;
        let mut knowing = self.graph.knowing(name);
        let resolves = |id: &&NodeId| {
            let node = self.attempt.node(**id);
            if !knowing.includes(&node.as_type, node.subgraph) {
                return false;
            }
            let edge = self.edge_of(&node.as_type, node.subgraph, name, &node.view);
            edge.is_some_and(|edge| edge.inputs.is_none_or(|inputs| self.has_inputs(**id, inputs)))
        };
        open.iter()
            .filter(resolves)
            .min_by_key(|id| self.attempt.request(self.attempt.node(**id).request).stage)
            .copied()
    }

    /// Sees to it that `__typename` is selected at a place by a subgraph that knows it.
    pub fn satisfy_typename(&mut self, place: PlaceId) -> Result<NodeId, PlanError> {
        let open = self.attempt.at.get(&place).map(Vec::as_slice).unwrap_or_default();
        if let Some(node) = open.iter().find(|node| self.attempt.node(**node).typename) {
            return Ok(*node);
        }
        let layer = self.layer(place);
        let knowing =
            layer.iter().filter(|each| !self.graph.is_interface_object(&each.as_type, each.subgraph));
        let best = knowing.min_by_key(|each| (each.price, each.stage, each.subgraph));
        let Some(candidate) = best else {
            return Err(PlanError::Unreachable {
                coordinate: format!("{}.__typename", self.places.get(place).ty),
            });
        };
        let node = self.open(place, candidate)?;
        self.attempt.node_mut(node).typename = true;
        Ok(node)
    }

    /// Opens a candidate and everything it rests on.
    pub fn open(&mut self, place: PlaceId, candidate: &Candidate<'a>) -> Result<NodeId, PlanError> {
        if let How::Open(node) = candidate.how {
            return Ok(node);
        }
        let key = (place, candidate.subgraph, candidate.as_type.clone());
        if let Some(node) = self.attempt.open.get(&key) {
            return Ok(*node);
        }
        match &candidate.how {
            How::Open(node) => Ok(*node),
            How::Root => {
                if self.single_root {
                    self.attempt.root_of.insert(place, candidate.subgraph);
                }
                Ok(self.attempt.add_request(key, Entry::Root, BTreeSet::new()))
            }
            How::Query { from } => {
                let from = self.open(place, from)?;
                self.attempt.node_mut(from).typename = true;
                let after = BTreeSet::from([self.attempt.node(from).request]);
                Ok(self.attempt.add_request(key, Entry::Query, after))
            }
            How::Field { parent, inputs } => {
                let Some((above, field)) = self.above(place) else { return Err(self.lost(place)) };
                let parent = match inputs {
                    None => self.open(above, parent)?,
                    Some(inputs) => self.open_with_inputs(above, parent, field, *inputs)?,
                };
                let request = self.attempt.node(parent).request;
                let view = candidate.view.clone();
                let node = self.attempt.add_node(key, view, request, false);
                self.attempt.node_mut(parent).fields.insert(field, Some(node));
                Ok(node)
            }
            How::Narrow { of } => {
                let general = self.places.general(place);
                let of = self.open(general, of)?;
                let request = self.attempt.node(of).request;
                let view = candidate.view.clone();
                let node = self.attempt.add_node(key, view, request, false);
                let above = self.attempt.node_mut(of);
                above.variants.push(node);
                above.typename = true;
                Ok(node)
            }
            How::Jump(jump) => {
                self.banned.push((place, jump.subgraph));
                let after = self.inputs(place, jump, None);
                self.banned.pop();
                let entry = Entry::Entity { jump, inputs: Vec::new() };
                Ok(self.attempt.add_request(key, entry, after?))
            }
        }
    }

    /// The requests that bring a jump's key, the type where it must be known, and what a field needs beside.
    fn inputs(
        &mut self,
        place: PlaceId,
        jump: &'a Jump,
        inputs: Option<Inputs<'a>>,
    ) -> Result<BTreeSet<RequestId>, PlanError> {
        let mut nodes = Vec::new();
        self.require(place, &jump.key, &mut nodes)?;
        if let Some(inputs) = inputs {
            if let Some(requires) = inputs.requires {
                self.require(place, requires, &mut nodes)?;
            }
            self.require_context(place, inputs.context, &mut nodes)?;
        }
        let general = self.places.general(place);
        if general != place {
            nodes.push(self.satisfy_typename(general)?);
        }
        Ok(nodes.into_iter().map(|node| self.attempt.node(node).request).collect())
    }

    /// Sees to it that a field set is selected at a place; adds where to `nodes`.
    pub(super) fn require(
        &mut self,
        place: PlaceId,
        set: &'a FieldSet,
        nodes: &mut Vec<NodeId>,
    ) -> Result<(), PlanError> {
        for selection in &set.selections {
            match selection {
                FieldSetSelection::Fragment { on, selection } => {
                    let is_abstract = self.places.get(place).is_abstract;
                    let variants = self.variants_on(place, on);
                    if is_abstract {
                        nodes.push(self.satisfy_typename(place)?);
                    }
                    for variant in variants {
                        if !self.is_vacuous(variant) {
                            self.require(variant, selection, nodes)?;
                        }
                    }
                }
                FieldSetSelection::Field { name, .. } if name == "__typename" => {
                    nodes.push(self.satisfy_typename(place)?);
                }
                FieldSetSelection::Field { name, arguments, selection } => {
                    let field = self.intern(name, arguments);
                    for at in self.selectable(place, field) {
                        if selection.is_empty() {
                            nodes.push(self.satisfy(at, field)?);
                        } else if let Some(child) = self.places.child(at, field) {
                            self.require(child, selection, nodes)?;
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Enters a subgraph with the inputs of a field, joining an earlier request with inputs where nothing forbids.
    fn open_with_inputs(
        &mut self,
        place: PlaceId,
        candidate: &Candidate<'a>,
        field: FieldId,
        inputs: Inputs<'a>,
    ) -> Result<NodeId, PlanError> {
        let key = (place, candidate.subgraph, candidate.as_type.clone());
        let earlier = self.attempt.with_inputs.get(&key).cloned().unwrap_or_default();
        if let Some(node) = earlier.iter().find(|node| self.has_inputs(**node, inputs)) {
            return Ok(*node);
        }
        self.asking.push((place, candidate.subgraph, field));
        let opened = self.entry_key(place, candidate.subgraph, &candidate.as_type).map(|jump| {
            let after = self.inputs(place, jump, Some(inputs))?;
            Ok((jump, after))
        });
        self.asking.pop();
        let (jump, after) = match opened {
            Some(opened) => opened?,
            None => return Err(self.lost(place)),
        };
        let joinable = earlier.into_iter().find(|node| self.can_join(*node, inputs, &after));
        if let Some(node) = joinable {
            let request = self.attempt.node(node).request;
            if let Entry::Entity { inputs: known, .. } = &mut self.attempt.request_mut(request).entry {
                known.push(inputs);
            }
            self.attempt.wait_for(request, &after);
            return Ok(node);
        }
        let entry = Entry::Entity { jump, inputs: vec![inputs] };
        Ok(self.attempt.add_request(key, entry, after))
    }

    /// Whether a node is where a request with these inputs begins; below, the inputs are of another object.
    pub fn has_inputs(&self, node: NodeId, wanted: Inputs<'a>) -> bool {
        let request = self.attempt.request(self.attempt.node(node).request);
        match &request.entry {
            Entry::Entity { inputs, .. } => request.node == node && inputs.contains(&wanted),
            Entry::Root | Entry::Query => false,
        }
    }

    /// Whether inputs may be added to a request: they must not wait for it, nor give one name two values.
    fn can_join(&self, node: NodeId, wanted: Inputs<'a>, after: &BTreeSet<RequestId>) -> bool {
        let request = self.attempt.node(node).request;
        let Entry::Entity { inputs, .. } = &self.attempt.request(request).entry else { return false };
        let agrees = |known: &Inputs<'a>| match (known.requires, wanted.requires) {
            (Some(known), Some(wanted)) => agree(known, wanted),
            _ => true,
        };
        !after.iter().any(|each| self.attempt.depends(*each, request)) && inputs.iter().all(agrees)
    }

    /// The error for a place whose way in turned out to be none.
    fn lost(&self, place: PlaceId) -> PlanError {
        PlanError::Unreachable { coordinate: self.places.get(place).ty.to_string() }
    }

    pub(super) fn unreachable(&self, place: PlaceId, field: FieldId) -> PlanError {
        let coordinate = format!("{}.{}", self.places.get(place).ty, self.places.field(field).name);
        PlanError::Unreachable { coordinate }
    }
}

/// Whether two field sets can stand in one representation: no field with two lists of arguments.
pub fn agree(one: &FieldSet, other: &FieldSet) -> bool {
    one.selections.iter().all(|mine| {
        other.selections.iter().all(|theirs| match (mine, theirs) {
            (
                FieldSetSelection::Field { name, arguments, selection },
                FieldSetSelection::Field {
                    name: their_name,
                    arguments: their_arguments,
                    selection: their_selection,
                },
            ) => name != their_name || (arguments == their_arguments && agree(selection, their_selection)),
            (FieldSetSelection::Fragment { selection, .. }, theirs) => {
                agree(selection, &FieldSet { selections: vec![theirs.clone()] })
            }
            (mine, FieldSetSelection::Fragment { selection, .. }) => {
                agree(&FieldSet { selections: vec![mine.clone()] }, selection)
            }
        })
    })
}
