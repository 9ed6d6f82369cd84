//! The API schema: what clients see of a supergraph.
//!
//! Invariant: it has no federation machinery and nothing @inaccessible, and it is valid on its own.

use std::collections::BTreeSet;

use apollo_compiler::ast::{Directive, DirectiveLocation, Value};
use apollo_compiler::collections::HashMap;
use apollo_compiler::schema::{Component, ExtendedType, FieldDefinition, Implementers, InputValueDefinition};
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Node, Schema};

use crate::SchemaError;
use crate::error::first_message;

/// The schema that operations are validated against and that introspection shows.
#[derive(Debug)]
pub struct ApiSchema {
    schema: Valid<Schema>,
    implementers: HashMap<Name, Implementers>,
}

impl ApiSchema {
    pub fn schema(&self) -> &Valid<Schema> {
        &self.schema
    }

    pub fn implementers(&self) -> &HashMap<Name, Implementers> {
        &self.implementers
    }

    pub(crate) fn derive(supergraph: &Schema) -> Result<Self, SchemaError> {
        let mut schema = supergraph.clone();
        let features = Features::read(supergraph);
        schema.directive_definitions.retain(|name, definition| {
            !features.owns_directive(name)
                && (definition.is_built_in()
                    || name == "oneOf"
                    || definition.locations.iter().any(is_executable))
        });
        let hidden: BTreeSet<Name> = schema
            .types
            .iter()
            .filter(|(name, ty)| {
                features.owns_type(name) || ty.directives().iter().any(|each| is_hiding(each))
            })
            .map(|(name, _)| name.clone())
            .collect();
        schema.types.retain(|name, _| !hidden.contains(name));
        schema.schema_definition.make_mut().directives.0.clear();
        for ty in schema.types.values_mut() {
            if !ty.is_built_in() {
                strip(ty, &hidden);
            }
        }
        let schema = schema.validate().map_err(|errors| SchemaError::Api(first_message(&errors.errors)))?;
        let implementers = schema.implementers_map();
        Ok(Self { schema, implementers })
    }
}

/// Names that belong to the specifications a supergraph links.
struct Features {
    prefixes: Vec<String>,
    imports: BTreeSet<String>,
}

impl Features {
    fn read(schema: &Schema) -> Self {
        let mut features = Self {
            prefixes: vec!["link".into(), "core".into(), "join".into(), "inaccessible".into(), "tag".into()],
            imports: BTreeSet::new(),
        };
        let applied = schema.schema_definition.directives.iter();
        for link in applied.filter(|each| matches!(each.name.as_str(), "link" | "core")) {
            let text = |name: &str| link.specified_argument_by_name(name).and_then(|value| value.as_str());
            let url = text("url").or_else(|| text("feature")).unwrap_or_default();
            let mut segments = url.trim_end_matches('/').rsplit('/');
            let last = segments.next().unwrap_or_default();
            let is_version =
                last.strip_prefix('v').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
            let name = if is_version { segments.next().unwrap_or_default() } else { last };
            features.prefixes.push(text("as").unwrap_or(name).to_owned());
            let imports = link
                .specified_argument_by_name("import")
                .and_then(|value| value.as_list())
                .unwrap_or_default();
            features.imports.extend(imports.iter().filter_map(|import| imported_name(import)));
        }
        features
    }

    fn owns_directive(&self, name: &str) -> bool {
        self.imports.contains(&format!("@{name}"))
            || self.prefixes.iter().any(|prefix| prefix == name)
            || self.has_prefix(name)
    }

    fn owns_type(&self, name: &str) -> bool {
        self.imports.contains(name) || self.has_prefix(name)
    }

    fn has_prefix(&self, name: &str) -> bool {
        self.prefixes
            .iter()
            .any(|prefix| name.strip_prefix(prefix.as_str()).is_some_and(|rest| rest.starts_with("__")))
    }
}

/// `"@key"`, `"FieldSet"` or `{ name: "@key", as: "@primary" }`: the name in this schema.
fn imported_name(import: &Value) -> Option<String> {
    let text = match import {
        Value::String(text) => text.as_str(),
        Value::Object(fields) => {
            let find =
                |key: &str| fields.iter().find(|(name, _)| name == key).and_then(|(_, value)| value.as_str());
            find("as").or_else(|| find("name"))?
        }
        _ => return None,
    };
    Some(text.to_owned())
}

fn is_executable(location: &DirectiveLocation) -> bool {
    use DirectiveLocation as At;
    matches!(
        location,
        At::Query
            | At::Mutation
            | At::Subscription
            | At::Field
            | At::FragmentDefinition
            | At::FragmentSpread
            | At::InlineFragment
            | At::VariableDefinition
    )
}

fn is_hiding(directive: &Directive) -> bool {
    directive.name == "inaccessible"
}

/// Directives that introspection shows; all others concern the router alone.
fn is_public(directive: &Directive) -> bool {
    matches!(directive.name.as_str(), "deprecated" | "specifiedBy" | "oneOf")
}

fn strip(ty: &mut ExtendedType, hidden: &BTreeSet<Name>) {
    match ty {
        ExtendedType::Scalar(ty) => ty.make_mut().directives.0.retain(|each| is_public(each)),
        ExtendedType::Object(ty) => {
            let ty = ty.make_mut();
            ty.directives.0.retain(|each| is_public(each));
            ty.implements_interfaces.retain(|each| !hidden.contains(&each.name));
            strip_fields(&mut ty.fields);
        }
        ExtendedType::Interface(ty) => {
            let ty = ty.make_mut();
            ty.directives.0.retain(|each| is_public(each));
            ty.implements_interfaces.retain(|each| !hidden.contains(&each.name));
            strip_fields(&mut ty.fields);
        }
        ExtendedType::Union(ty) => {
            let ty = ty.make_mut();
            ty.directives.0.retain(|each| is_public(each));
            ty.members.retain(|each| !hidden.contains(&each.name));
        }
        ExtendedType::Enum(ty) => {
            let ty = ty.make_mut();
            ty.directives.0.retain(|each| is_public(each));
            ty.values.retain(|_, value| !value.directives.iter().any(|each| is_hiding(each)));
            for value in ty.values.values_mut() {
                value.make_mut().directives.0.retain(|each| is_public(each));
            }
        }
        ExtendedType::InputObject(ty) => {
            let ty = ty.make_mut();
            ty.directives.0.retain(|each| is_public(each));
            ty.fields.retain(|_, field| !field.directives.iter().any(|each| is_hiding(each)));
            for field in ty.fields.values_mut() {
                strip_input(field);
            }
        }
    }
}

fn strip_fields(fields: &mut apollo_compiler::collections::IndexMap<Name, Component<FieldDefinition>>) {
    fields.retain(|_, field| !field.directives.iter().any(|each| is_hiding(each)));
    for field in fields.values_mut() {
        let field = field.make_mut();
        field.directives.0.retain(|each| is_public(each));
        field.arguments.retain(|argument| !argument.directives.iter().any(|each| is_hiding(each)));
        for argument in &mut field.arguments {
            strip_argument(argument);
        }
    }
}

fn strip_input(input: &mut Component<InputValueDefinition>) {
    input.make_mut().directives.0.retain(|each| is_public(each));
}

fn strip_argument(argument: &mut Node<InputValueDefinition>) {
    argument.make_mut().directives.0.retain(|each| is_public(each));
}
