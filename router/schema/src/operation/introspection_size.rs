//! What introspection answers, counted before it does: of the schema alone, so exactly, but for what is deprecated,
//! which is counted whether it is asked for or not.
//!
//! Invariant: no more is visited than is allowed to be answered, so a query that would answer with the schema times the
//! schema takes no longer to refuse than one that may run to answer.

use apollo_compiler::Schema;
use apollo_compiler::ast::{DirectiveDefinition, FieldDefinition, InputValueDefinition, Type, Value};
use apollo_compiler::executable::{Field, Selection, SelectionSet};
use apollo_compiler::schema::ExtendedType;

use crate::{Flags, Operation, Supergraph, Variables};

/// How much introspection answers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct IntrospectionSize {
    /// Types, fields, arguments and the like.
    pub objects: u64,
    /// All values, those among them.
    pub values: u64,
}

impl Supergraph {
    /// What the operation's `__schema` and `__type` come to; once that is more than `most` values, as far as it was
    /// counted. `variables` are coerced.
    pub fn introspection_size(
        &self,
        operation: &Operation,
        variables: &Variables,
        most: u64,
    ) -> IntrospectionSize {
        let flags = operation.flags(variables);
        let mut counter = Counter {
            supergraph: self,
            operation,
            variables,
            flags,
            most,
            visited: 0,
            size: IntrospectionSize::default(),
        };
        counter.set(&operation.definition().selection_set, Place::Root);
        counter.size
    }
}

/// An object of the answer.
#[derive(Clone, Copy)]
enum Place<'s> {
    /// That of the operation, of which only introspection is looked at.
    Root,
    Schema,
    Type(&'s ExtendedType),
    /// A list of something, or something that is never null.
    Wrapper {
        ty: &'s Type,
        /// A list that is never null is two wrappers: this is the inner one.
        is_unwrapped: bool,
    },
    Field(&'s FieldDefinition),
    Input(&'s InputValueDefinition),
    EnumValue,
    Directive(&'s DirectiveDefinition),
}

struct Counter<'a> {
    supergraph: &'a Supergraph,
    operation: &'a Operation,
    variables: &'a Variables,
    flags: Flags,
    most: u64,
    /// Selections, those too that answer nothing.
    visited: u64,
    size: IntrospectionSize,
}

impl<'a> Counter<'a> {
    fn is_over(&self) -> bool {
        self.visited > self.most || self.size.values > self.most
    }

    /// Recursion is bounded by the depth of the operation.
    fn set(&mut self, set: &'a SelectionSet, place: Place<'a>) {
        for selection in &set.selections {
            if self.is_over() {
                self.size.values = self.size.values.max(self.most.saturating_add(1));
                return;
            }
            if self.operation.is_skipped(selection.directives(), &self.flags) {
                continue;
            }
            match selection {
                Selection::Field(field) => self.field(field, place),
                Selection::InlineFragment(inline) => self.set(&inline.selection_set, place),
                Selection::FragmentSpread(spread) => {
                    self.visited = self.visited.saturating_add(1);
                    if let Some(fragment) = self.operation.document().fragments.get(&spread.fragment_name) {
                        self.set(&fragment.selection_set, place);
                    }
                }
            }
        }
    }

    fn field(&mut self, field: &'a Field, place: Place<'a>) {
        self.visited = self.visited.saturating_add(1);
        if matches!(place, Place::Root) && !matches!(field.name.as_str(), "__schema" | "__type") {
            return;
        }
        self.size.values = self.size.values.saturating_add(1);
        if field.selection_set.is_empty() {
            return;
        }
        let is_list = field.definition.ty.is_list();
        for each in self.below(field, place) {
            self.size.objects = self.size.objects.saturating_add(1);
            self.size.values = self.size.values.saturating_add(u64::from(is_list));
            self.set(&field.selection_set, each);
        }
    }

    fn schema(&self) -> &'a Schema {
        self.supergraph.api().schema()
    }

    fn named(&self, name: &str) -> Option<Place<'a>> {
        self.schema().types.get(name).map(Place::Type)
    }

    fn of_type(&self, ty: &'a Type) -> Option<Place<'a>> {
        match ty {
            Type::Named(name) => self.named(name),
            ty => Some(Place::Wrapper { ty, is_unwrapped: false }),
        }
    }

    /// The objects that a field answers.
    fn below(&self, field: &'a Field, place: Place<'a>) -> Vec<Place<'a>> {
        match (place, field.name.as_str()) {
            (Place::Root, "__schema") => vec![Place::Schema],
            (Place::Root, _) => self.asked_type(field).into_iter().collect(),
            (Place::Schema, "types") => self.schema().types.values().map(Place::Type).collect(),
            (Place::Schema, "directives") => {
                self.schema().directive_definitions.values().map(|each| Place::Directive(each)).collect()
            }
            (Place::Schema, name) => self.root_type(name).into_iter().collect(),
            (Place::Type(ty), name) => self.below_type(ty, name),
            (Place::Wrapper { ty, is_unwrapped }, "ofType") => match ty {
                Type::NonNullList(_) if !is_unwrapped => vec![Place::Wrapper { ty, is_unwrapped: true }],
                Type::List(item) | Type::NonNullList(item) => self.of_type(item).into_iter().collect(),
                Type::Named(name) | Type::NonNullNamed(name) => self.named(name).into_iter().collect(),
            },
            (Place::Field(definition), "args") => {
                definition.arguments.iter().map(|each| Place::Input(each)).collect()
            }
            (Place::Field(definition), "type") => self.of_type(&definition.ty).into_iter().collect(),
            (Place::Input(definition), "type") => self.of_type(&definition.ty).into_iter().collect(),
            (Place::Directive(definition), "args") => {
                definition.arguments.iter().map(|each| Place::Input(each)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn below_type(&self, ty: &'a ExtendedType, name: &str) -> Vec<Place<'a>> {
        let named = |names: &mut dyn Iterator<Item = &str>| -> Vec<Place<'a>> {
            names.filter_map(|name| self.named(name)).collect()
        };
        match (ty, name) {
            (ExtendedType::Object(ty), "fields") => {
                ty.fields.values().map(|each| Place::Field(each)).collect()
            }
            (ExtendedType::Interface(ty), "fields") => {
                ty.fields.values().map(|each| Place::Field(each)).collect()
            }
            (ExtendedType::Object(ty), "interfaces") => {
                named(&mut ty.implements_interfaces.iter().map(|each| each.as_str()))
            }
            (ExtendedType::Interface(ty), "interfaces") => {
                named(&mut ty.implements_interfaces.iter().map(|each| each.as_str()))
            }
            (ExtendedType::Interface(ty), "possibleTypes") => {
                let known = self.supergraph.api().implementers().get(&ty.name);
                named(&mut known.iter().flat_map(|each| &each.objects).map(|name| name.as_str()))
            }
            (ExtendedType::Union(ty), "possibleTypes") => {
                named(&mut ty.members.iter().map(|each| each.as_str()))
            }
            (ExtendedType::Enum(ty), "enumValues") => ty.values.values().map(|_| Place::EnumValue).collect(),
            (ExtendedType::InputObject(ty), "inputFields") => {
                ty.fields.values().map(|each| Place::Input(each)).collect()
            }
            _ => Vec::new(),
        }
    }

    fn root_type(&self, field: &str) -> Option<Place<'a>> {
        let roots = &self.schema().schema_definition;
        let name = match field {
            "queryType" => roots.query.as_ref(),
            "mutationType" => roots.mutation.as_ref(),
            "subscriptionType" => roots.subscription.as_ref(),
            _ => None,
        };
        self.named(name?.as_str())
    }

    /// The type that `__type` names.
    fn asked_type(&self, field: &'a Field) -> Option<Place<'a>> {
        match &**field.specified_argument_by_name("name")? {
            Value::String(name) => self.named(name),
            Value::Variable(name) => self.named(self.variables.find(name)?.as_str()?),
            _ => None,
        }
    }
}
