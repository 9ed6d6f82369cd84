//! One step of a query: which subgraphs can resolve a field of a value that is held somewhere.
//!
//! A value held by a set of nodes can be carried to further subgraphs by their keys, as far as the
//! keys' fields can be had ([`Resolver::closure`]). A field is then resolvable by each node that
//! declares it and whose requirement can be had. Requirements are looked up on demand; one that
//! depends on itself does not hold. All answers are monotone: more nodes never resolve less.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use apollo_compiler::Name;

use super::model::{Node, Nodes, Provisions, World, is_root, normalise};
use crate::links::FederationDirective as D;
use crate::subgraph::context::ContextValue;
use crate::subgraph::field_set::Selection;
use crate::subgraph::model::{FieldDef, Key, TypeKind, find_applied};

/// What is fixed along one path: labels of progressive overrides, and the contexts set above.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Setting {
    pub labels: BTreeMap<String, bool>,
    pub contexts: BTreeSet<String>,
}

impl Setting {
    /// Whether what passes in this setting passes in the other: a label that is open here was tried
    /// both ways, and contexts only add.
    pub fn is_implied_by(&self, other: &Self) -> bool {
        self.labels.iter().all(|(label, value)| other.labels.get(label) == Some(value))
            && self.contexts.is_subset(&other.contexts)
    }
}

type ClosureKey = (Name, Nodes, Setting);
type RequirementKey = (Name, Nodes, usize, Name, Setting);

pub(super) struct Resolver<'a> {
    pub world: World<'a>,
    pub provisions: Provisions,
    closures: HashMap<ClosureKey, Nodes>,
    requirements: HashMap<RequirementKey, bool>,
    round: Round,
}

/// Requirements can depend on each other in circles, so they are decided together: all are taken not
/// to hold, and looked up again, round by round, until no further one turns out to hold. What a round
/// finds is final when the round has changed nothing.
#[derive(Default)]
struct Round {
    /// How deep the search is in requirements of requirements.
    depth: usize,
    changed: bool,
    /// Found to hold in this round or an earlier one.
    holding: HashSet<RequirementKey>,
    requirements: HashMap<RequirementKey, bool>,
    closures: HashMap<ClosureKey, Nodes>,
}

impl<'a> Resolver<'a> {
    pub fn new(world: World<'a>) -> Self {
        Self {
            world,
            provisions: Provisions::default(),
            closures: HashMap::new(),
            requirements: HashMap::new(),
            round: Round::default(),
        }
    }

    /// All nodes at which the object of type `ty` can be held, starting from the given ones.
    pub fn closure(&mut self, ty: &Name, nodes: &Nodes, setting: &Setting) -> Nodes {
        let key = (ty.clone(), nodes.clone(), setting.clone());
        if let Some(known) = self.closures.get(&key).or_else(|| self.round.closures.get(&key)) {
            return known.clone();
        }
        let mut closed = nodes.clone();
        let mut candidates = self.world.holders(ty);
        loop {
            let before = closed.len();
            let mut rest = Vec::new();
            for candidate in std::mem::take(&mut candidates) {
                let held = closed.iter().any(|node| {
                    node.subgraph == candidate.subgraph && node.ty == candidate.ty && node.provided.is_none()
                });
                if held {
                    continue;
                }
                if is_root(ty) || self.enterable(ty, &closed, &candidate, setting) {
                    closed.push(candidate);
                    normalise(&mut closed);
                } else {
                    rest.push(candidate);
                }
            }
            candidates = rest;
            if closed.len() == before {
                break;
            }
        }
        let memory = if self.round.depth == 0 { &mut self.closures } else { &mut self.round.closures };
        memory.insert(key, closed.clone());
        closed
    }

    /// Whether some key of the node can be had from the others.
    fn enterable(&mut self, ty: &Name, from: &Nodes, node: &Node, setting: &Setting) -> bool {
        let Some(held) = self.world.type_of(node.subgraph, &node.ty) else {
            return false;
        };
        let keys: Vec<&Key> = held.resolvable_keys().collect();
        keys.into_iter().any(|key| self.satisfies(ty, from, &key.fields.selections, setting))
    }

    /// Whether every selection can be had of an object of type `ty` held by `nodes`.
    pub fn satisfies(
        &mut self,
        ty: &Name,
        nodes: &Nodes,
        selections: &[Selection],
        setting: &Setting,
    ) -> bool {
        let flat = self.world.flatten(ty, selections);
        flat.iter().all(|selection| {
            let Selection::Field { name, selections, .. } = selection else {
                return true;
            };
            if name == "__typename" {
                return true;
            }
            let next = self.field(ty, nodes, name, setting);
            !next.is_empty() && (selections.is_empty() || self.all_satisfy(&next, selections, setting))
        })
    }

    /// The same for a value that may be of several types.
    fn all_satisfy(&mut self, nodes: &Nodes, selections: &[Selection], setting: &Setting) -> bool {
        self.world.runtime_types(nodes).iter().all(|ty| {
            let held = self.downcast(nodes, ty, setting);
            let closed = self.closure(ty, &held, setting);
            self.satisfies(ty, &closed, selections, setting)
        })
    }

    /// The nodes that hold the value if it is an object of type `ty`. Those of an interface object
    /// hold any type, provided that another subgraph can tell which it is.
    pub fn downcast(&mut self, nodes: &Nodes, ty: &Name, setting: &Setting) -> Nodes {
        let mut out = Nodes::new();
        let mut undecided = Vec::new();
        for node in nodes {
            if self.world.is_interface_object(node) && node.ty != *ty {
                if self.world.matches(ty, &node.ty) {
                    undecided.push(node.clone());
                }
                continue;
            }
            let possible = self
                .world
                .subgraphs
                .get(node.subgraph)
                .is_some_and(|model| model.possible_types(&node.ty).iter().any(|p| p.name == *ty));
            if possible {
                let flat = self.world.flatten(ty, self.provisions.get(node.provided));
                out.push(Node {
                    subgraph: node.subgraph,
                    ty: ty.clone(),
                    provided: self.provisions.intern(flat),
                });
            }
        }
        for node in undecided {
            let told = self.tellers(nodes, &node.ty, ty, setting);
            if !told.is_empty() {
                out.push(node);
                out.extend(told);
            }
        }
        normalise(&mut out);
        out
    }

    /// Subgraphs with the real interface that can be entered from the nodes of its interface object.
    fn tellers(&mut self, nodes: &Nodes, interface: &Name, ty: &Name, setting: &Setting) -> Nodes {
        let mut out = Nodes::new();
        let closed = self.interface_closure(interface, nodes, setting);
        for subgraph in 0..self.world.subgraphs.len() {
            let Some(held) = self.world.type_of(subgraph, interface) else {
                continue;
            };
            if held.kind != TypeKind::Interface {
                continue;
            }
            let keys: Vec<&Key> = held.resolvable_keys().collect();
            let enterable = keys
                .into_iter()
                .any(|key| self.satisfies_interface(interface, &closed, &key.fields.selections, setting));
            let knows =
                self.world.type_of(subgraph, ty).is_some_and(|known| known.implements.contains(interface));
            if enterable && knows {
                out.push(Node { subgraph, ty: ty.clone(), provided: None });
            }
        }
        out
    }

    /// The interface objects among the nodes, and those that can be entered from them by key.
    fn interface_closure(&mut self, interface: &Name, nodes: &Nodes, setting: &Setting) -> Nodes {
        let mut closed: Nodes = nodes
            .iter()
            .filter(|node| node.ty == *interface && self.world.is_interface_object(node))
            .cloned()
            .collect();
        loop {
            let before = closed.len();
            for subgraph in 0..self.world.subgraphs.len() {
                let node = Node { subgraph, ty: interface.clone(), provided: None };
                if closed.contains(&node) || !self.world.is_interface_object(&node) {
                    continue;
                }
                let keys: Vec<&Key> = self
                    .world
                    .type_of(subgraph, interface)
                    .into_iter()
                    .flat_map(|ty| ty.resolvable_keys())
                    .collect();
                if keys
                    .into_iter()
                    .any(|key| self.satisfies_interface(interface, &closed, &key.fields.selections, setting))
                {
                    closed.push(node);
                    normalise(&mut closed);
                }
            }
            if closed.len() == before {
                return closed;
            }
        }
    }

    fn satisfies_interface(
        &mut self,
        interface: &Name,
        nodes: &Nodes,
        selections: &[Selection],
        setting: &Setting,
    ) -> bool {
        selections.iter().all(|selection| {
            let Selection::Field { name, selections, .. } = selection else {
                return false;
            };
            if name == "__typename" {
                return true;
            }
            let next = self.field(interface, nodes, name, setting);
            !next.is_empty() && (selections.is_empty() || self.all_satisfy(&next, selections, setting))
        })
    }

    /// The nodes that hold the value of `field` of an object of type `ty` held by `nodes`. Empty if
    /// none of the nodes can resolve it, or none could if an undecided label fell the other way. For a
    /// leaf the nodes only tell who resolves it.
    pub fn field(&mut self, ty: &Name, nodes: &Nodes, field: &Name, setting: &Setting) -> Nodes {
        let labels = self.world.labels(nodes, field);
        let open: Vec<String> =
            labels.into_iter().filter(|label| !setting.labels.contains_key(label)).collect();
        let mut out = self.steps(ty, nodes, field, setting);
        for label in open {
            for value in [true, false] {
                let mut decided = setting.clone();
                decided.labels.insert(label.clone(), value);
                if self.steps(ty, nodes, field, &decided).is_empty() {
                    return Nodes::new();
                }
            }
        }
        normalise(&mut out);
        out
    }

    fn steps(&mut self, ty: &Name, nodes: &Nodes, field: &Name, setting: &Setting) -> Nodes {
        nodes.iter().filter_map(|node| self.step(ty, nodes, node, field, setting)).collect()
    }

    /// The step along `field` from one of the nodes.
    pub fn step(
        &mut self,
        ty: &Name,
        nodes: &Nodes,
        node: &Node,
        field: &Name,
        setting: &Setting,
    ) -> Option<Node> {
        let definition = self.world.field_of(node, field)?;
        let provided = self.provided(ty, node, field);
        if provided.is_none() {
            if definition.external {
                return None;
            }
            if !self.is_current(node, definition, setting) {
                return None;
            }
        }
        if !self.has_contexts(node, definition, setting) {
            return None;
        }
        if let Some(requires) = &definition.requires {
            let selections = requires.selections.clone();
            if !self.requirement(ty, nodes, node, definition, &selections, setting) {
                return None;
            }
        }
        let mut below = provided.unwrap_or_default();
        if let Some(provides) = &definition.provides {
            below.extend(provides.selections.iter().cloned());
        }
        Some(Node {
            subgraph: node.subgraph,
            ty: definition.ty.inner_named_type().clone(),
            provided: self.provisions.intern(below),
        })
    }

    /// What a `@provides` above gives below the field, if it gives the field.
    fn provided(&self, ty: &Name, node: &Node, field: &Name) -> Option<Vec<Selection>> {
        node.provided?;
        let flat = self.world.flatten(ty, self.provisions.get(node.provided));
        flat.into_iter().find_map(|selection| match selection {
            Selection::Field { name, selections, .. } if name == *field => Some(selections),
            _ => None,
        })
    }

    /// Whether the subgraph is the one that resolves the field, as overrides decide.
    fn is_current(&self, node: &Node, field: &FieldDef, setting: &Setting) -> bool {
        if let Some(taken) = self.world.taken_over(node.subgraph, &node.ty, &field.name) {
            return match &taken.label {
                None => false,
                Some(label) => !setting.labels.get(label).copied().unwrap_or(false),
            };
        }
        match field.override_from.as_ref().and_then(|over| over.label.as_ref()) {
            Some(label) => setting.labels.get(label).copied().unwrap_or(true),
            None => true,
        }
    }

    fn has_contexts(&self, node: &Node, field: &FieldDef, setting: &Setting) -> bool {
        field.arguments.values().all(|argument| {
            let Some(applied) = find_applied(&argument.directives, D::FromContext) else {
                return true;
            };
            applied
                .argument("field")
                .and_then(|value| value.as_str())
                .and_then(ContextValue::parse)
                .is_none_or(|value| {
                    let subgraph = self.world.subgraph_name(node.subgraph);
                    setting.contexts.contains(&format!("{subgraph}__{}", value.name))
                })
        })
    }

    /// Whether what the field requires can be had, and the subgraph be entered with it.
    fn requirement(
        &mut self,
        ty: &Name,
        nodes: &Nodes,
        node: &Node,
        field: &FieldDef,
        selections: &[Selection],
        setting: &Setting,
    ) -> bool {
        let key = (ty.clone(), nodes.clone(), node.subgraph, field.name.clone(), setting.clone());
        if let Some(known) = self.requirements.get(&key) {
            return *known;
        }
        if let Some(known) = self.round.requirements.get(&key) {
            return *known;
        }
        loop {
            let so_far = self.round.holding.contains(&key);
            self.round.requirements.insert(key.clone(), so_far);
            self.round.depth += 1;
            let holds = self.satisfies(ty, nodes, selections, setting)
                && (is_root(ty) || self.enterable(ty, nodes, node, setting));
            self.round.depth -= 1;
            if holds && self.round.holding.insert(key.clone()) {
                self.round.changed = true;
            }
            self.round.requirements.insert(key.clone(), holds);
            if self.round.depth > 0 {
                return holds;
            }
            let round = std::mem::take(&mut self.round);
            if !round.changed {
                self.requirements.extend(round.requirements);
                self.closures.extend(round.closures);
                return holds;
            }
            self.round.holding = round.holding;
        }
    }
}
