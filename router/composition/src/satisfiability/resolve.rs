//! One step of a query: which subgraphs can resolve a field of a value that is held somewhere.
//!
//! A value held by a set of nodes can be carried to further subgraphs by their keys, as far as the
//! keys' fields can be had ([`Resolver::closure`]). A field is then resolvable by each node that
//! declares it and whose requirement can be had. Both are looked up on demand, and each may lead to
//! the other; what rests on itself alone does not hold.

use std::collections::{BTreeMap, BTreeSet};

use apollo_compiler::Name;

use super::fixpoint::Fixpoint;
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

/// What is looked up once for each position that asks it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Question {
    Closure {
        ty: Name,
        nodes: Nodes,
        setting: Setting,
    },
    /// Whether the node's field can be had; its answer is the node or nothing.
    Requirement {
        ty: Name,
        nodes: Nodes,
        node: Node,
        field: Name,
        setting: Setting,
    },
}

pub(super) struct Resolver<'a> {
    pub world: World<'a>,
    pub provisions: Provisions,
    answers: Fixpoint<Question>,
}

impl<'a> Resolver<'a> {
    pub fn new(world: World<'a>) -> Self {
        Self { world, provisions: Provisions::default(), answers: Fixpoint::new() }
    }

    fn ask(
        &mut self,
        question: &Question,
        least: &Nodes,
        answer: impl Fn(&mut Self, Nodes) -> Nodes,
    ) -> Nodes {
        if let Some(known) = self.answers.known(question) {
            return known;
        }
        loop {
            let so_far = self.answers.begin(question, least);
            let found = answer(self, so_far.clone());
            if self.answers.end(question, &so_far, &found) {
                return found;
            }
        }
    }

    /// All nodes at which the object of type `ty` can be held, starting from the given ones.
    pub fn closure(&mut self, ty: &Name, nodes: &Nodes, setting: &Setting) -> Nodes {
        let question = Question::Closure { ty: ty.clone(), nodes: nodes.clone(), setting: setting.clone() };
        self.ask(&question, nodes, |this, so_far| this.close(ty, so_far, setting))
    }

    fn close(&mut self, ty: &Name, mut closed: Nodes, setting: &Setting) -> Nodes {
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
                return closed;
            }
        }
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
        let question = Question::Requirement {
            ty: ty.clone(),
            nodes: nodes.clone(),
            node: node.clone(),
            field: field.name.clone(),
            setting: setting.clone(),
        };
        let answer = self.ask(&question, &Nodes::new(), |this, _| {
            let holds = this.satisfies(ty, nodes, selections, setting)
                && (is_root(ty) || this.enterable(ty, nodes, node, setting));
            if holds { vec![node.clone()] } else { Nodes::new() }
        });
        !answer.is_empty()
    }
}
