//! A composed supergraph, read into facts by type, field and subgraph.
//!
//! Invariant: every name and field set that the facts mention exists in the schema. What the facts say of one
//! subgraph is what composition knew of its SDL; nothing is asked of the subgraph itself.

mod context;
mod facts;
mod read;

use std::fmt;
use std::sync::Arc;

use apollo_compiler::ast::OperationType;
use apollo_compiler::collections::{HashMap, IndexMap, IndexSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Schema};
use router_links::Names;
use serde::Serialize;

pub use facts::{ContextArgument, FieldFacts, FieldInSubgraph, Key, Override, TypeFacts, TypeInSubgraph};

use crate::authorization::Rules;
use crate::{ApiSchema, ObjectSet, OperationKind, SchemaError};

/// A subgraph of one supergraph, by its position in [`Supergraph::subgraphs`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct SubgraphId(u16);

impl SubgraphId {
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl fmt::Display for SubgraphId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// What the supergraph says of a subgraph as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subgraph {
    pub id: SubgraphId,
    /// The name it was composed under.
    pub name: Arc<str>,
    /// Where it said it can be reached; may be empty.
    pub url: Arc<str>,
}

/// See the module's documentation.
#[derive(Debug)]
pub struct Supergraph {
    schema: Valid<Schema>,
    api: ApiSchema,
    subgraphs: Vec<Subgraph>,
    types: IndexMap<Name, TypeFacts>,
    objects: IndexSet<Name>,
    possible: HashMap<Name, ObjectSet>,
    visible: ObjectSet,
    rules: Rules,
}

impl Supergraph {
    /// Reads a supergraph of join v0.1 to v0.5. Whatever it links may go by any name.
    pub fn parse(sdl: &str) -> Result<Self, SchemaError> {
        let schema = Schema::parse_and_validate(sdl, "supergraph.graphql")
            .map_err(|errors| SchemaError::invalid(&errors))?;
        let names = Names::of(&schema).map_err(|error| SchemaError::Link(error.message))?;
        if let Some(link) = names.unknown_security() {
            return Err(SchemaError::UnknownSecurity { feature: link.url.to_string() });
        }
        let api = ApiSchema::derive(&schema, &names)?;
        let objects: IndexSet<Name> =
            schema.types.values().filter(|ty| ty.is_object()).map(|ty| ty.name().clone()).collect();
        let possible = possible_types(&schema, &objects);
        let visible = objects
            .iter()
            .enumerate()
            .filter(|(_, name)| api.schema().types.contains_key(*name))
            .map(|(index, _)| index)
            .collect();
        let (subgraphs, types) = read::facts(&schema, &names, &objects, &possible)?;
        let rules = Rules::read(&schema, &names);
        Ok(Self { schema, api, subgraphs, types, objects, possible, visible, rules })
    }

    pub fn subgraphs(&self) -> &[Subgraph] {
        &self.subgraphs
    }

    pub fn subgraph(&self, id: SubgraphId) -> Option<&Subgraph> {
        self.subgraphs.get(id.index())
    }

    pub fn subgraph_named(&self, name: &str) -> Option<&Subgraph> {
        self.subgraphs.iter().find(|each| &*each.name == name)
    }

    /// The supergraph as composed, with what clients must not see.
    pub fn schema(&self) -> &Valid<Schema> {
        &self.schema
    }

    /// What clients see.
    pub fn api(&self) -> &ApiSchema {
        &self.api
    }

    /// Facts of an object, interface, union, enum, scalar or input type that subgraphs define.
    pub fn facts(&self, ty: &str) -> Option<&TypeFacts> {
        self.types.get(ty)
    }

    /// Facts of all types, in the order of the supergraph.
    pub fn types(&self) -> impl Iterator<Item = (&Name, &TypeFacts)> {
        self.types.iter()
    }

    /// What types and fields ask of callers.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }

    /// The root type of a kind of operation.
    pub fn root_type(&self, kind: OperationKind) -> Option<&Name> {
        self.schema.root_operation(match kind {
            OperationKind::Query => OperationType::Query,
            OperationKind::Mutation => OperationType::Mutation,
            OperationKind::Subscription => OperationType::Subscription,
        })
    }

    /// Position of an object type in the sets of this supergraph.
    pub fn object_index(&self, name: &str) -> Option<usize> {
        self.objects.get_index_of(name)
    }

    pub fn object_name(&self, index: usize) -> Option<&Name> {
        self.objects.get_index(index)
    }

    /// The object types a value of this type may have, those that clients must not see included. An object type has
    /// itself; a leaf type none.
    pub fn possible_types(&self, ty: &str) -> ObjectSet {
        self.possible.get(ty).cloned().unwrap_or_default()
    }

    /// Object types that clients see.
    pub fn visible_objects(&self) -> &ObjectSet {
        &self.visible
    }

    pub fn is_abstract(&self, ty: &str) -> bool {
        matches!(self.schema.types.get(ty), Some(ExtendedType::Interface(_) | ExtendedType::Union(_)))
    }
}

fn possible_types(schema: &Schema, objects: &IndexSet<Name>) -> HashMap<Name, ObjectSet> {
    let mut possible: HashMap<Name, ObjectSet> = HashMap::default();
    for (index, name) in objects.iter().enumerate() {
        possible.entry(name.clone()).or_default().insert(index);
        if let Some(ExtendedType::Object(object)) = schema.types.get(name) {
            for interface in &object.implements_interfaces {
                possible.entry(interface.name.clone()).or_default().insert(index);
            }
        }
    }
    for ty in schema.types.values() {
        if let ExtendedType::Union(union) = ty {
            let members =
                union.members.iter().filter_map(|member| objects.get_index_of(&member.name)).collect();
            possible.insert(union.name.clone(), members);
        }
    }
    possible
}
