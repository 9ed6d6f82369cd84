//! What each subgraph contributes to a type and to a field.

use std::collections::BTreeMap;
use std::sync::Arc;

use apollo_compiler::Name;
use apollo_compiler::ast::Type;
use apollo_compiler::collections::IndexMap;

use super::SubgraphId;
use crate::{FieldSet, ObjectSet};

#[derive(Debug, Clone, Default)]
pub struct TypeFacts {
    /// The subgraphs that define the type.
    pub subgraphs: BTreeMap<SubgraphId, TypeInSubgraph>,
    /// Fields of objects and interfaces.
    pub fields: IndexMap<Name, FieldFacts>,
}

#[derive(Debug, Clone, Default)]
pub struct TypeInSubgraph {
    pub keys: Vec<Key>,
    /// The subgraph has an object type where the supergraph has an interface: it knows neither the implementations
    /// nor which of them an object is.
    pub is_interface_object: bool,
    /// The object types that a value of this type may have in this subgraph.
    pub possible: ObjectSet,
    /// Interfaces that the type implements in this subgraph.
    pub implements: Vec<Name>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub fields: FieldSet,
    /// Whether the subgraph finds entities by this key.
    pub resolvable: bool,
}

#[derive(Debug, Clone, Default)]
pub struct FieldFacts {
    pub subgraphs: BTreeMap<SubgraphId, FieldInSubgraph>,
}

/// A field as one subgraph defines it.
#[derive(Debug, Clone)]
pub struct FieldInSubgraph {
    /// The field's type there; nullability and abstractness may differ from the supergraph's.
    pub ty: Type,
    /// Declared, but resolved elsewhere (unless a key or a @provides brings it).
    pub external: bool,
    pub requires: Option<FieldSet>,
    pub provides: Option<FieldSet>,
    /// The field is taken over from another subgraph.
    pub overrides: Option<Override>,
    /// Arguments that take their values from objects above (@fromContext), which a request has to bring.
    pub context: Vec<ContextArgument>,
    /// Another subgraph took the field over; what remains here is for keys, @requires and interfaces.
    pub used_overridden: bool,
}

/// An argument that clients do not see: its value comes from the nearest object above that sets a context.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContextArgument {
    pub name: Name,
    /// The argument's type in the subgraph.
    pub ty: Type,
    /// The object types that set the context, each with the one value to take from there; the sets are disjoint.
    /// Where a type is given no value, the selection has none for it.
    pub values: Vec<(ObjectSet, FieldSet)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    pub from: Arc<str>,
    /// With a label, the field is taken over only for requests for which the label is active.
    pub label: Option<Arc<str>>,
}

impl TypeFacts {
    pub fn field(&self, field: &str, subgraph: SubgraphId) -> Option<&FieldInSubgraph> {
        self.fields.get(field)?.subgraphs.get(&subgraph)
    }
}
