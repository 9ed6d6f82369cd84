//! Subgraphs as the supergraph describes them, answering documents from the world.
//!
//! A document must be valid for the subgraph's own schema. What a subgraph cannot know, it answers by nonsense: fields
//! that are external where nothing provides them, and fields that were asked for without the inputs they require.

use std::fmt::Write;
use std::sync::Arc;

use apollo_compiler::executable::{Field, SelectionSet};
use apollo_compiler::schema::ExtendedType;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Node, Schema};
use router_schema::{FieldSet, FieldSetSelection, JsonObject, SubgraphId, Supergraph};
use serde_json::{Value, json};

use super::world::{Found, Reader, World, arguments};

pub struct Subgraphs {
    pub supergraph: Arc<Supergraph>,
    schemas: Vec<Valid<Schema>>,
}

impl Subgraphs {
    pub fn extract(supergraph: Arc<Supergraph>) -> Self {
        let sdl = |id| extract(&supergraph, id);
        let parse = |sdl: String| Valid::assume_valid(Schema::parse(sdl, "subgraph.graphql").unwrap());
        let schemas = supergraph.subgraphs().iter().map(|each| parse(sdl(each.id))).collect();
        Self { supergraph, schemas }
    }

    pub fn answer(&self, subgraph: SubgraphId, document: &str, variables: &JsonObject) -> JsonObject {
        let schema = &self.schemas[subgraph.index()];
        let parsed = match ExecutableDocument::parse_and_validate(schema, document, "request.graphql") {
            Ok(parsed) => parsed,
            Err(errors) => panic!("{document}\nis not valid: {}", errors.errors),
        };
        let operation = parsed.operations.iter().next().unwrap();
        let here = Here {
            world: World::new(&self.supergraph),
            schema,
            subgraph,
            reader: Reader { document: &parsed, variables },
        };
        let way = format!("{}:", operation.selection_set.ty);
        let ty = operation.selection_set.ty.as_str();
        here.object(&Object { way: &way, ty, inputs: None, provided: &[] }, &[&operation.selection_set])
    }
}

/// An object as a subgraph holds it.
struct Object<'a> {
    way: &'a str,
    /// The type by which the subgraph knows it.
    ty: &'a str,
    /// The representation it was asked for by.
    inputs: Option<&'a JsonObject>,
    provided: &'a [&'a FieldSet],
}

struct Here<'a> {
    world: World<'a>,
    schema: &'a Valid<Schema>,
    subgraph: SubgraphId,
    reader: Reader<'a>,
}

impl Here<'_> {
    fn object(&self, object: &Object<'_>, sets: &[&SelectionSet]) -> JsonObject {
        let applies =
            |condition: &str| condition == object.ty || self.schema.is_subtype(condition, object.ty);
        let mut answer = JsonObject::new();
        for (key, fields) in self.reader.collect(sets, &applies) {
            let value = match fields[0].name.as_str() {
                "__typename" => json!(object.ty),
                "_entities" => self.entities(&fields),
                _ => self.field(object, &fields),
            };
            answer.insert(key.to_owned(), value);
        }
        answer
    }

    fn field(&self, object: &Object<'_>, fields: &[&Node<Field>]) -> Value {
        let field = fields[0];
        let supergraph = self.world.supergraph;
        let facts = supergraph.facts(object.ty).unwrap();
        let of_field = facts.field(&field.name, self.subgraph).unwrap();
        let in_key =
            || facts.subgraphs[&self.subgraph].keys.iter().any(|key| key.fields.mentions(&field.name));
        let mut provided: Vec<&FieldSet> = of_field.provides.iter().collect();
        let mut is_provided = false;
        for set in object.provided {
            below(
                set,
                &field.name,
                &|on| self.schema.is_subtype(on, object.ty) || on == object.ty,
                &mut |set| {
                    is_provided = true;
                    provided.push(set);
                },
            );
        }
        if (of_field.external || (of_field.used_overridden && !in_key())) && !is_provided {
            return json!(format!("nobody provides {}.{}", object.ty, field.name));
        }
        if let Some(requires) = &of_field.requires
            && !is_provided
        {
            match object.inputs {
                Some(inputs) => self.check_inputs(requires, object.way, inputs),
                None => return json!(format!("no inputs for {}.{}", object.ty, field.name)),
            }
        }
        let written = arguments(&field.arguments, self.reader.variables);
        let found = self.world.value(object.way, &field.name, &written);
        self.complete(&found, of_field.ty.inner_named_type(), &provided, fields)
    }

    fn complete(
        &self,
        found: &Found,
        declared: &str,
        provided: &[&FieldSet],
        fields: &[&Node<Field>],
    ) -> Value {
        match found {
            Found::Leaf(value) => value.clone(),
            Found::List(items) => {
                items.iter().map(|item| self.complete(item, declared, provided, fields)).collect()
            }
            Found::Object(way) => {
                let ty = if self.is_interface_object(declared) { declared } else { World::type_of(way) };
                let sets: Vec<&SelectionSet> = fields.iter().map(|field| &field.selection_set).collect();
                Value::Object(self.object(&Object { way, ty, inputs: None, provided }, &sets))
            }
        }
    }

    fn is_interface_object(&self, ty: &str) -> bool {
        self.world
            .supergraph
            .facts(ty)
            .is_some_and(|facts| facts.subgraphs[&self.subgraph].is_interface_object)
    }

    fn entities(&self, fields: &[&Node<Field>]) -> Value {
        let variable = fields[0].arguments[0].value.as_variable().unwrap();
        let representations = self.reader.variables[variable.as_str()].as_array().unwrap();
        let sets: Vec<&SelectionSet> = fields.iter().map(|field| &field.selection_set).collect();
        let entity = |representation: &Value| {
            let inputs = representation.as_object().unwrap();
            let ty = inputs["__typename"].as_str().unwrap();
            let way =
                way_of(inputs).unwrap_or_else(|| panic!("nothing in {representation} tells the object"));
            let runtime = World::type_of(&way);
            let schema = self.world.supergraph.schema();
            assert!(ty == runtime || schema.is_subtype(ty, runtime), "{way} is described as {ty}");
            let keys = &self.world.supergraph.facts(ty).unwrap().subgraphs[&self.subgraph].keys;
            let is_key = |set: &FieldSet| set.selections.iter().all(|each| is_had(each, inputs));
            assert!(
                keys.iter().any(|key| key.resolvable && is_key(&key.fields)),
                "no key in {representation}"
            );
            let held = if self.is_interface_object(ty) { ty } else { runtime };
            Value::Object(
                self.object(&Object { way: &way, ty: held, inputs: Some(inputs), provided: &[] }, &sets),
            )
        };
        representations.iter().map(entity).collect()
    }

    /// Fails unless the representation has what a field requires, with the right arguments and of the right object.
    fn check_inputs(&self, requires: &FieldSet, way: &str, inputs: &JsonObject) {
        for selection in &requires.selections {
            match selection {
                FieldSetSelection::Fragment { on, selection } => {
                    let runtime = World::type_of(way);
                    if on == runtime || self.world.supergraph.schema().is_subtype(on, runtime) {
                        self.check_inputs(selection, way, inputs);
                    }
                }
                FieldSetSelection::Field { name, .. } if name == "__typename" => {
                    assert_eq!(inputs["__typename"], World::type_of(way));
                }
                FieldSetSelection::Field { name, arguments: of_field, selection } => {
                    let wanted = self.world.value(way, name, &arguments(of_field, &JsonObject::new()));
                    let got = inputs
                        .get(name.as_str())
                        .unwrap_or_else(|| panic!("{name} is missing in {inputs:?}"));
                    self.check_input(selection, &wanted, got);
                }
            }
        }
    }

    fn check_input(&self, selection: &FieldSet, wanted: &Found, got: &Value) {
        match wanted {
            Found::Leaf(wanted) => assert_eq!(wanted, got, "an input"),
            Found::List(items) => {
                let got = got.as_array().unwrap();
                assert_eq!(items.len(), got.len());
                items.iter().zip(got).for_each(|(item, got)| self.check_input(selection, item, got));
            }
            Found::Object(way) => self.check_inputs(selection, way, got.as_object().unwrap()),
        }
    }
}

/// Whether a representation has a part of a key.
fn is_had(selection: &FieldSetSelection, inputs: &JsonObject) -> bool {
    match selection {
        FieldSetSelection::Fragment { .. } => true,
        FieldSetSelection::Field { name, .. } => {
            inputs.get(name.as_str()).is_some_and(|value| !value.is_null())
        }
    }
}

/// The object that a representation describes: any scalar below names its own object, some steps down.
fn way_of(inputs: &JsonObject) -> Option<String> {
    inputs.values().find_map(|value| match value {
        Value::String(text) => Some(text.split_once('#')?.1.to_owned()),
        Value::Object(below) => Some(way_of(below)?.rsplit_once('/')?.0.to_owned()),
        Value::Array(items) => Some(way_of(items.first()?.as_object()?)?.rsplit_once('/')?.0.to_owned()),
        _ => None,
    })
}

/// Calls `found` with the selections under a field.
fn below<'a>(
    set: &'a FieldSet,
    field: &str,
    applies: &dyn Fn(&str) -> bool,
    found: &mut dyn FnMut(&'a FieldSet),
) {
    for selection in &set.selections {
        match selection {
            FieldSetSelection::Field { name, selection, .. } if name == field => found(selection),
            FieldSetSelection::Fragment { on, selection } if applies(on) => {
                below(selection, field, applies, found)
            }
            _ => {}
        }
    }
}

/// A subgraph's schema, by the facts.
fn extract(supergraph: &Supergraph, subgraph: SubgraphId) -> String {
    let mut sdl = String::from("scalar _Any\n");
    let mut entities = Vec::new();
    let mut has_query = false;
    for (name, facts) in supergraph.types() {
        let Some(here) = facts.subgraphs.get(&subgraph) else { continue };
        let implements = |names: &[apollo_compiler::Name]| {
            let names: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
            if names.is_empty() { String::new() } else { format!(" implements {}", names.join(" & ")) }
        };
        let definition = supergraph.schema().types.get(name).unwrap();
        match definition {
            ExtendedType::Object(_) | ExtendedType::Interface(_) => {
                let is_object = definition.is_object() || here.is_interface_object;
                if is_object && !here.keys.is_empty() {
                    entities.push(name.as_str());
                }
                let is_query = name == "Query";
                has_query |= is_query;
                let kind = if is_object { "type" } else { "interface" };
                write!(sdl, "{kind} {name}{} {{ ", implements(&here.implements)).unwrap();
                if is_query {
                    sdl.push_str("_entities(representations: [_Any!]!): [_Entity]! ");
                }
                for (field, of_field) in &facts.fields {
                    let Some(of_field) = of_field.subgraphs.get(&subgraph) else { continue };
                    let definition = supergraph.schema().type_field(name, field).unwrap();
                    let mut arguments: Vec<String> = Vec::new();
                    for argument in &definition.arguments {
                        let default = argument.default_value.as_ref().map(|value| format!(" = {value}"));
                        arguments.push(format!(
                            "{}: {}{}",
                            argument.name,
                            argument.ty,
                            default.unwrap_or_default()
                        ));
                    }
                    let list = if arguments.is_empty() {
                        String::new()
                    } else {
                        format!("({})", arguments.join(", "))
                    };
                    write!(sdl, "{field}{list}: {} ", of_field.ty).unwrap();
                }
                sdl.push_str("}\n");
            }
            ExtendedType::Union(_) => {
                let members: Vec<&str> = here
                    .possible
                    .iter()
                    .map(|index| supergraph.object_name(index).unwrap().as_str())
                    .collect();
                writeln!(sdl, "union {name} = {}", members.join(" | ")).unwrap();
            }
            ExtendedType::Scalar(_) => writeln!(sdl, "scalar {name}").unwrap(),
            ExtendedType::Enum(definition) => {
                let values: Vec<&str> = definition.values.keys().map(|name| name.as_str()).collect();
                writeln!(sdl, "enum {name} {{ {} }}", values.join(" ")).unwrap();
            }
            ExtendedType::InputObject(definition) => {
                let field = |each: &apollo_compiler::schema::InputValueDefinition| {
                    format!("{}: {}", each.name, each.ty)
                };
                let fields: Vec<String> = definition.fields.values().map(|each| field(each)).collect();
                writeln!(sdl, "input {name} {{ {} }}", fields.join(" ")).unwrap();
            }
        }
    }
    if !has_query {
        sdl.push_str("type Query { _entities(representations: [_Any!]!): [_Entity]! }\n");
    }
    if entities.is_empty() {
        sdl.push_str("type _None { none: Int } union _Entity = _None\n");
    } else {
        writeln!(sdl, "union _Entity = {}", entities.join(" | ")).unwrap();
    }
    sdl
}
