//! Reads the directives of join into facts.

use std::collections::BTreeMap;
use std::sync::Arc;

use apollo_compiler::ast::{Directive, FieldDefinition, Type, Value};
use apollo_compiler::collections::{HashMap, IndexMap, IndexSet};
use apollo_compiler::schema::{Component, DirectiveList, ExtendedType};
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Schema};
use router_links::{FederationDirective, Names};

use super::context::Contexts;
use super::facts::{FieldFacts, FieldInSubgraph, Key, Override, TypeFacts, TypeInSubgraph};
use super::{Subgraph, SubgraphId};
use crate::{FieldSet, ObjectSet, SchemaError};

type Facts = (Vec<Subgraph>, IndexMap<Name, TypeFacts>);

pub(super) fn facts(
    schema: &Valid<Schema>,
    features: &Names,
    objects: &IndexSet<Name>,
    possible: &HashMap<Name, ObjectSet>,
) -> Result<Facts, SchemaError> {
    let (subgraphs, graphs) = subgraphs(schema, features)?;
    let sets = features.of_directive(FederationDirective::Context);
    let contexts = Contexts { schema, objects, possible, sets };
    let reader = Reader { schema, objects, graphs, contexts, join: Join::of(features) };
    let mut types = IndexMap::default();
    for ty in schema.types.values() {
        if !ty.is_built_in() && !features.owns_type(ty.name()) {
            types.insert(ty.name().clone(), reader.type_facts(ty)?);
        }
    }
    reader.possible_types(&mut types)?;
    Ok((subgraphs, types))
}

fn subgraphs(
    schema: &Schema,
    features: &Names,
) -> Result<(Vec<Subgraph>, HashMap<Name, SubgraphId>), SchemaError> {
    let graphs = schema.get_enum(&features.join_type("Graph")).ok_or(SchemaError::NoSubgraphs)?;
    let of_graph = features.join_directive("graph");
    let mut subgraphs = Vec::new();
    let mut ids = HashMap::default();
    for (id, (value, definition)) in (0..).zip(&graphs.values) {
        let id = SubgraphId(id);
        let graph = definition.directives.get(&of_graph);
        let text = |name: &str| graph.and_then(|graph| string(graph, name));
        subgraphs.push(Subgraph {
            id,
            name: text("name").unwrap_or(value).into(),
            url: text("url").unwrap_or_default().into(),
        });
        ids.insert(value.clone(), id);
    }
    Ok((subgraphs, ids))
}

/// What the supergraph calls the directives that tell of its subgraphs.
struct Join {
    of_type: String,
    owner: String,
    field: String,
    implements: String,
    union_member: String,
}

impl Join {
    fn of(features: &Names) -> Self {
        Self {
            of_type: features.join_directive("type"),
            owner: features.join_directive("owner"),
            field: features.join_directive("field"),
            implements: features.join_directive("implements"),
            union_member: features.join_directive("unionMember"),
        }
    }
}

struct Reader<'a> {
    schema: &'a Valid<Schema>,
    objects: &'a IndexSet<Name>,
    graphs: HashMap<Name, SubgraphId>,
    contexts: Contexts<'a>,
    join: Join,
}

impl Reader<'_> {
    fn type_facts(&self, ty: &ExtendedType) -> Result<TypeFacts, SchemaError> {
        let mut facts = TypeFacts::default();
        for applied in ty.directives().get_all(&self.join.of_type) {
            let Some(graph) = self.graph(applied, ty.name())? else { continue };
            let entry = facts.subgraphs.entry(graph).or_default();
            entry.is_interface_object |= boolean(applied, "isInterfaceObject").unwrap_or_default();
            if let Some(text) = string(applied, "key") {
                let fields = self.field_set(ty.name(), text, ty.name())?;
                entry.keys.push(Key { fields, resolvable: boolean(applied, "resolvable").unwrap_or(true) });
            }
        }
        // join v0.1 does not say which subgraphs know a value type or a root type: any may.
        if facts.subgraphs.is_empty() {
            facts.subgraphs = self.graphs.values().map(|id| (*id, TypeInSubgraph::default())).collect();
        }
        self.implementations(ty, &mut facts)?;
        let owner = match ty.directives().get(&self.join.owner) {
            Some(owner) => self.graph(owner, ty.name())?,
            None => None,
        };
        let fields = match ty {
            ExtendedType::Object(object) => &object.fields,
            ExtendedType::Interface(interface) => &interface.fields,
            _ => return Ok(facts),
        };
        for (name, field) in fields {
            let read = self.field_facts(ty.name(), field, &facts.subgraphs, owner)?;
            facts.fields.insert(name.clone(), read);
        }
        if owner.is_some() {
            add_key_fields(&mut facts);
        }
        Ok(facts)
    }

    fn field_facts(
        &self,
        parent: &Name,
        field: &Component<FieldDefinition>,
        of_type: &BTreeMap<SubgraphId, TypeInSubgraph>,
        owner: Option<SubgraphId>,
    ) -> Result<FieldFacts, SchemaError> {
        let mut facts = FieldFacts::default();
        let plain = || FieldInSubgraph {
            ty: field.ty.clone(),
            external: false,
            requires: None,
            provides: None,
            overrides: None,
            context: Vec::new(),
            used_overridden: false,
        };
        let mut joined = field.directives.get_all(&self.join.field).peekable();
        if joined.peek().is_none() {
            let everywhere = of_type.keys().copied().filter(|id| owner.is_none_or(|owner| owner == *id));
            facts.subgraphs = everywhere.map(|id| (id, plain())).collect();
        }
        for applied in joined {
            let place = format!("{parent}.{}", field.name);
            // Without a graph the field only stands for one that an interface object adds.
            let Some(graph) = self.graph(applied, &place)? else { continue };
            let set = |name: &str, on: &Name| {
                string(applied, name).map(|text| self.field_set(on, text, &place)).transpose()
            };
            let ty = string(applied, "type").and_then(|text| Type::parse(text, "type").ok());
            facts.subgraphs.insert(
                graph,
                FieldInSubgraph {
                    ty: ty.unwrap_or_else(|| field.ty.clone()),
                    external: boolean(applied, "external").unwrap_or_default(),
                    requires: set("requires", parent)?,
                    provides: set("provides", field.ty.inner_named_type())?,
                    overrides: string(applied, "override").map(|from| Override {
                        from: from.into(),
                        label: string(applied, "overrideLabel").map(Arc::from),
                    }),
                    context: self.contexts.arguments(applied, &place)?,
                    used_overridden: boolean(applied, "usedOverridden").unwrap_or_default(),
                },
            );
        }
        Ok(facts)
    }

    fn implementations(&self, ty: &ExtendedType, facts: &mut TypeFacts) -> Result<(), SchemaError> {
        let declared = match ty {
            ExtendedType::Object(object) => &object.implements_interfaces,
            ExtendedType::Interface(interface) => &interface.implements_interfaces,
            _ => return Ok(()),
        };
        let mut joined = ty.directives().get_all(&self.join.implements).peekable();
        if joined.peek().is_none() {
            for in_subgraph in facts.subgraphs.values_mut() {
                in_subgraph.implements = declared.iter().map(|each| each.name.clone()).collect();
            }
        }
        for applied in joined {
            let Some(graph) = self.graph(applied, ty.name())? else { continue };
            if let (Some(in_subgraph), Some(interface)) =
                (facts.subgraphs.get_mut(&graph), string(applied, "interface"))
                && let Some(interface) = declared.iter().find(|each| each.name == interface)
            {
                in_subgraph.implements.push(interface.name.clone());
            }
        }
        Ok(())
    }

    /// Which object types a type stands for, subgraph by subgraph.
    fn possible_types(&self, types: &mut IndexMap<Name, TypeFacts>) -> Result<(), SchemaError> {
        let mut found: Vec<(Name, SubgraphId, usize)> = Vec::new();
        for (index, name) in self.objects.iter().enumerate() {
            let Some(facts) = types.get(name) else { continue };
            for (graph, in_subgraph) in &facts.subgraphs {
                found.push((name.clone(), *graph, index));
                found.extend(
                    in_subgraph.implements.iter().map(|interface| (interface.clone(), *graph, index)),
                );
            }
        }
        for ty in self.schema.types.values() {
            let ExtendedType::Union(union) = ty else { continue };
            let members = self.members(&union.name, &union.directives)?;
            for member in &union.members {
                let Some(index) = self.objects.get_index_of(&member.name) else { continue };
                let knowing =
                    types.get(&member.name).into_iter().flat_map(|facts| facts.subgraphs.keys().copied());
                let graphs: Vec<SubgraphId> = match &members {
                    Some(members) => members.get(&member.name).cloned().unwrap_or_default(),
                    None => knowing.collect(),
                };
                found.extend(graphs.into_iter().map(|graph| (union.name.clone(), graph, index)));
            }
        }
        for (name, graph, index) in found {
            if let Some(in_subgraph) = types.get_mut(&name).and_then(|facts| facts.subgraphs.get_mut(&graph))
                && !in_subgraph.is_interface_object
            {
                in_subgraph.possible.insert(index);
            }
        }
        Ok(())
    }

    /// Members of a union by subgraph; `None` when the supergraph does not tell (join before v0.3).
    fn members(
        &self,
        union: &Name,
        directives: &DirectiveList,
    ) -> Result<Option<HashMap<Name, Vec<SubgraphId>>>, SchemaError> {
        let mut members: Option<HashMap<Name, Vec<SubgraphId>>> = None;
        for applied in directives.get_all(&self.join.union_member) {
            let members = members.get_or_insert_default();
            if let (Some(graph), Some(Ok(member))) =
                (self.graph(applied, union)?, string(applied, "member").map(Name::new))
            {
                members.entry(member).or_default().push(graph);
            }
        }
        Ok(members)
    }

    fn graph(&self, applied: &Directive, place: &str) -> Result<Option<SubgraphId>, SchemaError> {
        match applied.specified_argument_by_name("graph").map(|value| &**value) {
            Some(Value::Enum(name)) => match self.graphs.get(name) {
                Some(id) => Ok(Some(*id)),
                None => {
                    Err(SchemaError::UnknownSubgraph { place: place.to_owned(), graph: name.to_string() })
                }
            },
            _ => Ok(None),
        }
    }

    fn field_set(&self, on: &Name, text: &str, place: &str) -> Result<FieldSet, SchemaError> {
        FieldSet::parse(self.schema, on, text).map_err(|reason| SchemaError::FieldSet {
            place: place.to_owned(),
            text: text.to_owned(),
            reason,
        })
    }
}

/// join v0.1 lists a field for its owner only; every subgraph has the fields of its keys nevertheless.
fn add_key_fields(facts: &mut TypeFacts) {
    for (graph, in_subgraph) in &facts.subgraphs {
        for (name, field) in &mut facts.fields {
            let Some(of_owner) = field.subgraphs.values().next().cloned() else { continue };
            if in_subgraph.keys.iter().any(|key| key.fields.mentions(name)) {
                let stub = FieldInSubgraph { requires: None, provides: None, ..of_owner };
                field.subgraphs.entry(*graph).or_insert(stub);
            }
        }
    }
}

fn string<'a>(applied: &'a Directive, name: &str) -> Option<&'a str> {
    applied.specified_argument_by_name(name)?.as_str()
}

fn boolean(applied: &Directive, name: &str) -> Option<bool> {
    applied.specified_argument_by_name(name)?.to_bool()
}
