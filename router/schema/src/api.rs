//! The API schema: what clients see of a supergraph.
//!
//! Invariant: it has no federation machinery and nothing @inaccessible, and it is valid on its own.

use std::collections::BTreeSet;

use apollo_compiler::ast::{Directive, DirectiveLocation};
use apollo_compiler::collections::HashMap;
use apollo_compiler::schema::{Component, ExtendedType, FieldDefinition, Implementers, InputValueDefinition};
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Node, Schema};
use router_links::{FederationDirective, Names};

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

    pub(crate) fn derive(supergraph: &Schema, features: &Names) -> Result<Self, SchemaError> {
        let mut schema = supergraph.clone();
        let hiding = Hiding(features.of_directive(FederationDirective::Inaccessible));
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
                features.owns_type(name) || hiding.is_any(ty.directives().iter().map(|each| &***each))
            })
            .map(|(name, _)| name.clone())
            .collect();
        schema.types.retain(|name, _| !hidden.contains(name));
        schema.schema_definition.make_mut().directives.0.clear();
        for ty in schema.types.values_mut() {
            if !ty.is_built_in() {
                strip(ty, &hidden, &hiding);
            }
        }
        let schema = schema.validate().map_err(|errors| SchemaError::Api(first_message(&errors.errors)))?;
        let implementers = schema.implementers_map();
        Ok(Self { schema, implementers })
    }
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

/// The names of the directive that hides.
struct Hiding(Vec<String>);

impl Hiding {
    fn is_any<'a>(&self, mut directives: impl Iterator<Item = &'a Directive>) -> bool {
        directives.any(|each| self.0.iter().any(|name| each.name == name.as_str()))
    }
}

/// Directives that introspection shows; all others concern the router alone.
fn is_public(directive: &Directive) -> bool {
    matches!(directive.name.as_str(), "deprecated" | "specifiedBy" | "oneOf")
}

fn strip(ty: &mut ExtendedType, hidden: &BTreeSet<Name>, hiding: &Hiding) {
    match ty {
        ExtendedType::Scalar(ty) => ty.make_mut().directives.0.retain(|each| is_public(each)),
        ExtendedType::Object(ty) => {
            let ty = ty.make_mut();
            ty.directives.0.retain(|each| is_public(each));
            ty.implements_interfaces.retain(|each| !hidden.contains(&each.name));
            strip_fields(&mut ty.fields, hiding);
        }
        ExtendedType::Interface(ty) => {
            let ty = ty.make_mut();
            ty.directives.0.retain(|each| is_public(each));
            ty.implements_interfaces.retain(|each| !hidden.contains(&each.name));
            strip_fields(&mut ty.fields, hiding);
        }
        ExtendedType::Union(ty) => {
            let ty = ty.make_mut();
            ty.directives.0.retain(|each| is_public(each));
            ty.members.retain(|each| !hidden.contains(&each.name));
        }
        ExtendedType::Enum(ty) => {
            let ty = ty.make_mut();
            ty.directives.0.retain(|each| is_public(each));
            ty.values.retain(|_, value| !hiding.is_any(value.directives.iter().map(|each| &**each)));
            for value in ty.values.values_mut() {
                value.make_mut().directives.0.retain(|each| is_public(each));
            }
        }
        ExtendedType::InputObject(ty) => {
            let ty = ty.make_mut();
            ty.directives.0.retain(|each| is_public(each));
            ty.fields.retain(|_, field| !hiding.is_any(field.directives.iter().map(|each| &**each)));
            for field in ty.fields.values_mut() {
                strip_input(field);
            }
        }
    }
}

fn strip_fields(
    fields: &mut apollo_compiler::collections::IndexMap<Name, Component<FieldDefinition>>,
    hiding: &Hiding,
) {
    fields.retain(|_, field| !hiding.is_any(field.directives.iter().map(|each| &**each)));
    for field in fields.values_mut() {
        let field = field.make_mut();
        field.directives.0.retain(|each| is_public(each));
        field.arguments.retain(|argument| !hiding.is_any(argument.directives.iter().map(|each| &**each)));
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
