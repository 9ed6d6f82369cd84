//! The supergraph as planning sees it: which subgraph resolves which field of which type, and between which subgraphs
//! one can jump with an entity.
//!
//! Owns what is known before any operation: computed once per supergraph. Deliberately absent: operations and costs.

mod price;
mod supply;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use apollo_compiler::Name;
use apollo_compiler::collections::{HashMap, HashSet};
use router_schema::{
    ContextArgument, FieldInSubgraph, FieldSet, FieldSetSelection, ObjectSet, OperationKind, SubgraphId,
    Supergraph,
};

pub use price::{FETCH, FIELD, Price};

/// Entering a subgraph by `_entities`.
#[derive(Debug, PartialEq, Eq)]
pub struct Jump {
    pub subgraph: SubgraphId,
    /// The type that the representation names: the object's own, or an interface.
    pub as_type: Name,
    pub key: FieldSet,
    /// The subgraph knows the interface as an object type.
    pub is_interface_object: bool,
}

/// Labels of `@override(label:)` that hold for a request.
pub type Labels = BTreeSet<Arc<str>>;

#[derive(Debug)]
pub struct Graph {
    pub supergraph: Arc<Supergraph>,
    jumps: HashMap<Name, Vec<Jump>>,
    /// By type: every selection that some jump's key is made of, once.
    key_parts: HashMap<Name, KeyParts>,
    /// Fields that some key, @requires or context mentions: planning may need them on any type.
    mentioned: BTreeSet<Name>,
    /// What some field takes from a context, each once.
    contexts: Vec<ContextArgument>,
}

/// The selections that the keys of a type's jumps are made of.
#[derive(Debug, Default)]
struct KeyParts {
    all: Vec<FieldSetSelection>,
    /// Those that a subgraph may resolve on objects that it holds as this very type.
    within: HashMap<SubgraphId, Vec<FieldSetSelection>>,
}

/// The subgraphs that know a field, looked up once for the many holders of objects of one type.
pub struct Knowing<'a> {
    supergraph: &'a Supergraph,
    field: &'a str,
    of: Option<(Name, Option<&'a BTreeMap<SubgraphId, FieldInSubgraph>>)>,
}

impl Knowing<'_> {
    /// Whether the subgraph has the field on this type, if only as external.
    pub fn includes(&mut self, ty: &Name, subgraph: SubgraphId) -> bool {
        if self.of.as_ref().is_none_or(|(known, _)| known != ty) {
            let facts = self.supergraph.facts(ty).and_then(|facts| facts.fields.get(self.field));
            self.of = Some((ty.clone(), facts.map(|facts| &facts.subgraphs)));
        }
        matches!(self.of, Some((_, Some(subgraphs))) if subgraphs.contains_key(&subgraph))
    }
}

/// What `@provides` on the way to an object makes resolvable on it.
pub type View<'a> = Vec<&'a FieldSet>;

/// A field that a subgraph resolves.
#[derive(Debug, Clone, Copy)]
pub struct Edge<'a> {
    pub facts: &'a FieldInSubgraph,
    /// What must be sent along beside the key.
    pub inputs: Option<Inputs<'a>>,
}

/// What a field needs beside the key of its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inputs<'a> {
    /// Of the same object, part of the representation; `None` where `@provides` told it already.
    pub requires: Option<&'a FieldSet>,
    /// Of objects above, as variables.
    pub context: &'a [ContextArgument],
}

impl<'a> Inputs<'a> {
    fn some(requires: Option<&'a FieldSet>, context: &'a [ContextArgument]) -> Option<Self> {
        (requires.is_some() || !context.is_empty()).then_some(Self { requires, context })
    }
}

impl Graph {
    pub fn new(supergraph: Arc<Supergraph>) -> Self {
        let mut jumps: HashMap<Name, Vec<Jump>> = HashMap::default();
        let mut mentioned = BTreeSet::new();
        let mut contexts: Vec<ContextArgument> = Vec::new();
        for (name, facts) in supergraph.types() {
            for (subgraph, in_subgraph) in &facts.subgraphs {
                for key in &in_subgraph.keys {
                    mention(&key.fields, &mut mentioned);
                    if !key.resolvable {
                        continue;
                    }
                    let jump = |as_type: &Name| Jump {
                        subgraph: *subgraph,
                        as_type: as_type.clone(),
                        key: key.fields.clone(),
                        is_interface_object: in_subgraph.is_interface_object,
                    };
                    jumps.entry(name.clone()).or_default().push(jump(name));
                    if in_subgraph.is_interface_object {
                        for object in supergraph.possible_types(name).iter() {
                            if let Some(object) = supergraph.object_name(object) {
                                jumps.entry(object.clone()).or_default().push(jump(name));
                            }
                        }
                    }
                }
            }
            for field in facts.fields.values().flat_map(|field| field.subgraphs.values()) {
                if let Some(requires) = &field.requires {
                    mention(requires, &mut mentioned);
                }
                for argument in &field.context {
                    argument.values.iter().for_each(|(_, set)| mention(set, &mut mentioned));
                    if !contexts.contains(argument) {
                        contexts.push(argument.clone());
                    }
                }
            }
        }
        let key_parts =
            jumps.iter().map(|(ty, jumps)| (ty.clone(), KeyParts::of(jumps, ty, &supergraph))).collect();
        Self { supergraph, jumps, key_parts, mentioned, contexts }
    }

    /// Jumps that an object of this type, or one known as this interface, can take.
    pub fn jumps(&self, ty: &str) -> &[Jump] {
        self.jumps.get(ty).map(Vec::as_slice).unwrap_or_default()
    }

    /// Selections that the keys of a type's jumps are made of, but for those that a subgraph which holds the objects as
    /// `as_type` cannot resolve by itself.
    pub fn key_parts(&self, ty: &Name, as_type: &Name, subgraph: SubgraphId) -> &[FieldSetSelection] {
        let Some(parts) = self.key_parts.get(ty) else { return &[] };
        match parts.within.get(&subgraph) {
            Some(within) if ty == as_type => within,
            None if ty == as_type => &[],
            _ => &parts.all,
        }
    }

    /// Which subgraphs know a field.
    pub fn knowing<'a>(&'a self, field: &'a str) -> Knowing<'a> {
        Knowing { supergraph: &self.supergraph, field, of: None }
    }

    pub fn is_mentioned(&self, field: &str) -> bool {
        self.mentioned.contains(field)
    }

    /// What some field takes from a context, each once.
    pub fn contexts(&self) -> &[ContextArgument] {
        &self.contexts
    }

    pub fn is_query(&self, ty: &str) -> bool {
        self.supergraph.root_type(OperationKind::Query).is_some_and(|query| query == ty)
    }

    pub fn is_interface_object(&self, ty: &str, subgraph: SubgraphId) -> bool {
        self.in_subgraph(ty, subgraph).is_some_and(|facts| facts.is_interface_object)
    }

    /// Object types that a value of this type may have in this subgraph; none for an interface object.
    pub fn possible(&self, ty: &str, subgraph: SubgraphId) -> ObjectSet {
        self.in_subgraph(ty, subgraph).map(|facts| facts.possible.clone()).unwrap_or_default()
    }

    fn in_subgraph(&self, ty: &str, subgraph: SubgraphId) -> Option<&router_schema::TypeInSubgraph> {
        self.supergraph.facts(ty)?.subgraphs.get(&subgraph)
    }

    /// The field, if this subgraph resolves it on an object that it holds as `ty`.
    pub fn edge<'a>(
        &'a self,
        ty: &str,
        subgraph: SubgraphId,
        field: &str,
        view: &View<'a>,
        labels: &Labels,
    ) -> Option<Edge<'a>> {
        let type_facts = self.supergraph.facts(ty)?;
        let facts = type_facts.field(field, subgraph)?;
        let provided = view.iter().any(|set| self.provides(set, ty, field));
        let in_key = || {
            let in_subgraph = type_facts.subgraphs.get(&subgraph);
            in_subgraph.is_some_and(|each| each.keys.iter().any(|key| key.fields.mentions(field)))
        };
        if provided || (facts.used_overridden && in_key()) {
            return Some(Edge { facts, inputs: Inputs::some(None, &facts.context) });
        }
        let label_off = facts
            .overrides
            .as_ref()
            .and_then(|overrides| overrides.label.as_ref())
            .is_some_and(|label| !labels.contains(label));
        if facts.external || label_off {
            return None;
        }
        // A used overridden field is still resolved where its new owner's label is not active.
        if self.is_taken_over(type_facts, field, subgraph, labels).unwrap_or(facts.used_overridden) {
            return None;
        }
        Some(Edge { facts, inputs: Inputs::some(facts.requires.as_ref(), &facts.context) })
    }

    /// Whether another subgraph overrides the field for this request; `None` when none ever does.
    fn is_taken_over(
        &self,
        facts: &router_schema::TypeFacts,
        field: &str,
        subgraph: SubgraphId,
        labels: &Labels,
    ) -> Option<bool> {
        let name = &self.supergraph.subgraph(subgraph)?.name;
        let mut overrides =
            facts.fields.get(field)?.subgraphs.values().filter_map(|each| each.overrides.as_ref());
        let taking = overrides.find(|each| each.from == *name)?;
        Some(taking.label.as_ref().is_none_or(|label| labels.contains(label)))
    }

    fn provides(&self, set: &FieldSet, ty: &str, field: &str) -> bool {
        set.selections.iter().any(|selection| match selection {
            FieldSetSelection::Field { name, .. } => name == field,
            FieldSetSelection::Fragment { on, selection } => {
                self.applies(on, ty) && self.provides(selection, ty, field)
            }
        })
    }

    /// What a view says of the objects under a field.
    pub fn view_below<'a>(&'a self, view: &View<'a>, ty: &str, field: &str, edge: &Edge<'a>) -> View<'a> {
        let mut below: View<'a> = edge.facts.provides.iter().collect();
        view.iter().for_each(|set| self.collect_below(set, ty, field, &mut below));
        below
    }

    fn collect_below<'a>(&'a self, set: &'a FieldSet, ty: &str, field: &str, below: &mut View<'a>) {
        for selection in &set.selections {
            match selection {
                FieldSetSelection::Field { name, selection, .. } if name == field => below.push(selection),
                FieldSetSelection::Fragment { on, selection } if self.applies(on, ty) => {
                    self.collect_below(selection, ty, field, below);
                }
                _ => {}
            }
        }
    }

    /// Whether a fragment on `condition` applies to every object of type `ty`.
    pub fn applies(&self, condition: &str, ty: &str) -> bool {
        condition == ty
            || self.supergraph.possible_types(ty).is_subset(&self.supergraph.possible_types(condition))
    }
}

impl KeyParts {
    fn of(jumps: &[Jump], ty: &Name, supergraph: &Supergraph) -> Self {
        let mut parts = Self::default();
        let mut seen: HashSet<&FieldSetSelection> = HashSet::default();
        let selections = jumps.iter().flat_map(|jump| &jump.key.selections);
        let is_abstract = supergraph.is_abstract(ty);
        let facts = supergraph.facts(ty);
        for part in selections.filter(|part| seen.insert(part)) {
            parts.all.push(part.clone());
            let known_in = match part {
                // Anything else may be resolved without the type having a field of the name.
                FieldSetSelection::Field { name, .. } if !is_abstract && name != "__typename" => {
                    facts.and_then(|facts| facts.fields.get(name)).map(|field| field.subgraphs.keys())
                }
                _ => None,
            };
            let everywhere = || facts.into_iter().flat_map(|facts| facts.subgraphs.keys());
            let subgraphs: Vec<SubgraphId> =
                known_in.map_or_else(|| everywhere().copied().collect(), |known| known.copied().collect());
            for subgraph in subgraphs {
                parts.within.entry(subgraph).or_default().push(part.clone());
            }
        }
        parts
    }
}

fn mention(set: &FieldSet, mentioned: &mut BTreeSet<Name>) {
    for selection in &set.selections {
        match selection {
            FieldSetSelection::Field { name, selection, .. } => {
                mentioned.insert(name.clone());
                mention(selection, mentioned);
            }
            FieldSetSelection::Fragment { selection, .. } => mention(selection, mentioned),
        }
    }
}
