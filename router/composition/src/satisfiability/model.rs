//! Where a query can stand: nodes, sets of nodes, and the facts of fields that steps depend on.

use std::collections::HashMap;

use apollo_compiler::Name;

use crate::subgraph::SubgraphModel;
use crate::subgraph::field_set::Selection;
use crate::subgraph::model::{FieldDef, TypeDef, TypeKind};
use crate::supergraph::{Supergraph, TakenOver};

/// Index into [`Provisions`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct ProvisionId(usize);

/// A value held by one subgraph, as the type which that subgraph declares for it. Below a field with
/// `@provides` the node also knows what is provided there.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Node {
    pub subgraph: usize,
    pub ty: Name,
    pub provided: Option<ProvisionId>,
}

/// Alternatives: the same value may be had from any of them. Sorted and without repetition.
pub(super) type Nodes = Vec<Node>;

pub(super) fn normalise(nodes: &mut Nodes) {
    nodes.sort();
    nodes.dedup();
}

/// Every selection under a `@provides` that the search has met.
#[derive(Default)]
pub(super) struct Provisions {
    known: Vec<Vec<Selection>>,
    ids: HashMap<Vec<Selection>, ProvisionId>,
}

impl Provisions {
    pub fn intern(&mut self, selections: Vec<Selection>) -> Option<ProvisionId> {
        if selections.is_empty() {
            return None;
        }
        if let Some(id) = self.ids.get(&selections) {
            return Some(*id);
        }
        let id = ProvisionId(self.known.len());
        self.known.push(selections.clone());
        self.ids.insert(selections, id);
        Some(id)
    }

    pub fn get(&self, id: Option<ProvisionId>) -> &[Selection] {
        id.and_then(|id| self.known.get(id.0)).map_or(&[], Vec::as_slice)
    }
}

/// The input of the search.
pub(super) struct World<'a> {
    pub subgraphs: &'a [SubgraphModel],
    pub supergraph: &'a Supergraph,
}

impl<'a> World<'a> {
    pub fn type_of(&self, subgraph: usize, name: &str) -> Option<&'a TypeDef> {
        self.subgraphs.get(subgraph)?.types.get(name)
    }

    pub fn subgraph_name(&self, subgraph: usize) -> &'a str {
        self.subgraphs.get(subgraph).map_or("", |s| &s.name)
    }

    pub fn is_interface_object(&self, node: &Node) -> bool {
        self.type_of(node.subgraph, &node.ty).is_some_and(|ty| ty.interface_object)
    }

    pub fn taken_over(&self, subgraph: usize, ty: &Name, field: &Name) -> Option<&'a TakenOver> {
        self.supergraph.taken_over.get(&(subgraph, ty.clone(), field.clone()))
    }

    /// Labels of the progressive overrides between the nodes' declarations of the field.
    pub fn labels(&self, nodes: &[Node], field: &Name) -> Vec<String> {
        let mut out = Vec::new();
        for node in nodes {
            let label = self
                .field_of(node, field)
                .and_then(|field| field.override_from.as_ref())
                .and_then(|over| over.label.as_ref())
                .or_else(|| self.taken_over(node.subgraph, &node.ty, field)?.label.as_ref());
            if let Some(label) = label
                && !out.contains(label)
            {
                out.push(label.clone());
            }
        }
        out
    }

    pub fn field_of(&self, node: &Node, field: &str) -> Option<&'a FieldDef> {
        self.type_of(node.subgraph, &node.ty)?.fields.get(field)
    }

    /// Types under which a subgraph can hold an object of type `ty`: itself, and the interface
    /// objects that stand for an interface it implements.
    pub fn holders(&self, ty: &Name) -> Vec<Node> {
        let interfaces = self.supergraph.types.get(ty).map(|merged| &merged.implements);
        let mut out = Vec::new();
        for (subgraph, model) in self.subgraphs.iter().enumerate() {
            let mut push = |name: &Name| {
                out.push(Node { subgraph, ty: name.clone(), provided: None });
            };
            if model.types.get(ty).is_some_and(|held| held.kind == TypeKind::Object) {
                push(ty);
            }
            for interface in interfaces.into_iter().flatten() {
                if model.types.get(interface).is_some_and(|held| held.interface_object) {
                    push(interface);
                }
            }
        }
        out
    }

    /// The object types that the nodes can return at runtime, as the supergraph names them.
    pub fn runtime_types(&self, nodes: &[Node]) -> Vec<Name> {
        let mut out: Vec<Name> = Vec::new();
        for node in nodes {
            let Some(model) = self.subgraphs.get(node.subgraph) else {
                continue;
            };
            if self.is_interface_object(node) {
                out.extend(self.supergraph.possible_types(&node.ty).into_iter().cloned());
            } else {
                out.extend(model.possible_types(&node.ty).into_iter().map(|ty| ty.name.clone()));
            }
        }
        out.sort();
        out.dedup();
        out
    }

    pub fn is_abstract(&self, name: &str) -> bool {
        self.supergraph
            .types
            .get(name)
            .is_some_and(|ty| matches!(ty.kind, TypeKind::Interface | TypeKind::Union))
    }

    /// Whether an object of type `ty` passes the type condition.
    pub fn matches(&self, ty: &Name, condition: &Name) -> bool {
        ty == condition || self.supergraph.possible_types(condition).contains(&ty)
    }

    /// The selections that apply to an object of type `ty`, fragments opened.
    pub fn flatten(&self, ty: &Name, selections: &[Selection]) -> Vec<Selection> {
        let mut out = Vec::new();
        for selection in selections {
            match selection {
                Selection::Field { .. } => out.push(selection.clone()),
                Selection::Fragment { on, selections, .. } => {
                    if on.as_ref().is_none_or(|on| self.matches(ty, on)) {
                        out.extend(self.flatten(ty, selections));
                    }
                }
            }
        }
        out
    }
}

pub(super) fn is_root(name: &str) -> bool {
    matches!(name, "Query" | "Mutation" | "Subscription")
}
