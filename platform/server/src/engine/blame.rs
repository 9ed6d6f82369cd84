//! Which input an error of async-graphql's is about. It tells the type that a value did not fit and where the argument
//! stands, not which of the argument's fields it was.

use std::collections::HashMap;
use std::sync::Arc;

use apollo_compiler::ast::{Definition, Document, InputValueDefinition};
use async_graphql::parser::types::{Field, OperationDefinition, Selection, SelectionSet};
use async_graphql::{Name, Pos, ServerError, Value, Variables};
use chrono::{DateTime, Utc};
use platform_core::ErrorCode;
use platform_core::id::UserId;

use super::documents::Prepared;
use crate::errors;

/// Fields of inputs within inputs that are looked at.
const MAX_DEPTH: usize = 16;
/// The type of `_entities(representations:)`, whose values no resolver parses.
const ANY: &str = "_Any";

/// The named types of arguments and of the fields of inputs.
pub(crate) struct InputTypes {
    /// By the names of the field and of its argument.
    arguments: HashMap<(String, String), String>,
    /// By the name of the input type; its fields in their order, in which they are parsed.
    inputs: HashMap<String, Vec<(String, String)>>,
}

impl InputTypes {
    pub(crate) fn read(document: &Document) -> Self {
        let mut types = Self { arguments: HashMap::new(), inputs: HashMap::new() };
        let named =
            |value: &InputValueDefinition| (value.name.to_string(), value.ty.inner_named_type().to_string());
        for definition in &document.definitions {
            let fields = match definition {
                Definition::ObjectTypeDefinition(object) => &object.fields,
                Definition::ObjectTypeExtension(object) => &object.fields,
                Definition::InterfaceTypeDefinition(interface) => &interface.fields,
                Definition::InputObjectTypeDefinition(input) => {
                    let fields = input.fields.iter().map(|field| named(field)).collect();
                    types.inputs.insert(input.name.to_string(), fields);
                    continue;
                }
                _ => continue,
            };
            for field in fields {
                for argument in &field.arguments {
                    let (name, ty) = named(argument);
                    types.arguments.insert((field.name.to_string(), name), ty);
                }
            }
        }
        types
    }
}

/// What an operation was given, kept until it is known whether anything was wrong with it.
pub(super) struct Given {
    prepared: Arc<Prepared>,
    variables: Variables,
}

impl Given {
    pub(super) fn new(prepared: &Arc<Prepared>, operation: Option<&str>, variables: &Variables) -> Self {
        let mut kept = Variables::default();
        for variable in operations(prepared, operation).flat_map(|operation| &operation.variable_definitions)
        {
            let (name, ty) = (&variable.node.name.node, variable.node.var_type.node.to_string());
            // Many, and never at fault.
            if ty.trim_matches(['[', ']', '!']) != ANY
                && let Some(value) = variables.get(name)
            {
                kept.insert(name.clone(), value.clone());
            }
        }
        Self { prepared: prepared.clone(), variables: kept }
    }

    /// Gives each refusal of an input that names no field the name of its field, as far as it can be told.
    pub(super) fn name_fields(&self, types: &InputTypes, errors: &mut [ServerError]) {
        for error in errors {
            let is_named = error.extensions.as_ref().is_some_and(|values| values.get("field").is_some());
            if errors::code(error) == Some(ErrorCode::BadUserInput.as_str())
                && !is_named
                && let Some(field) = self.field(types, error)
            {
                error.extensions.get_or_insert_default().set("field", field);
            }
        }
    }

    fn field(&self, types: &InputTypes, error: &ServerError) -> Option<String> {
        // The first name in quotes is the type that a value does not fit.
        let wanted = error.message.split('"').nth(1)?;
        let at = error.locations.first()?;
        let document = &self.prepared.document;
        let sets = document.operations.iter().map(|(_, operation)| &operation.node.selection_set.node);
        let mut sets: Vec<&SelectionSet> = sets.collect();
        sets.extend(document.fragments.values().map(|fragment| &fragment.node.selection_set.node));
        let (field, name, value) = argument_at(sets, *at)?;
        let value = value
            .into_const_with(|name| Ok::<_, ()>(self.variables.get(&name).cloned().unwrap_or_default()))
            .ok()?;
        let ty = types.arguments.get(&(field.name.node.to_string(), name.to_string()))?;
        let mut suspects = Vec::new();
        collect(types, wanted, (name, ty, &value), MAX_DEPTH, &mut suspects);
        let odd = suspects.iter().find(|(_, value)| is_odd(wanted, value));
        Some(odd.or(suspects.first()).map_or(name.as_str(), |(name, _)| *name).to_owned())
    }
}

fn operations<'p>(
    prepared: &'p Prepared,
    name: Option<&str>,
) -> impl Iterator<Item = &'p OperationDefinition> {
    let is_chosen = move |own: Option<&Name>| name.is_none_or(|name| own.is_some_and(|own| own == name));
    prepared
        .document
        .operations
        .iter()
        .filter(move |(own, _)| is_chosen(*own))
        .map(|(_, operation)| &operation.node)
}

/// The argument whose value begins at `at`.
fn argument_at(mut sets: Vec<&SelectionSet>, at: Pos) -> Option<(&Field, &Name, async_graphql_value::Value)> {
    while let Some(set) = sets.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    if let Some((name, value)) = field.arguments.iter().find(|(_, value)| value.pos == at) {
                        return Some((field, &name.node, value.node.clone()));
                    }
                    sets.push(&field.selection_set.node);
                }
                Selection::InlineFragment(inline) => sets.push(&inline.node.selection_set.node),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    None
}

/// The values of the type `wanted` in a value of the type `ty`, each with the name of its field.
fn collect<'v>(
    types: &'v InputTypes,
    wanted: &str,
    (name, ty, value): (&'v str, &str, &'v Value),
    depth: usize,
    suspects: &mut Vec<(&'v str, &'v Value)>,
) {
    let Some(depth) = depth.checked_sub(1) else { return };
    match value {
        Value::Null => {}
        Value::List(items) => {
            for item in items {
                collect(types, wanted, (name, ty, item), depth, suspects);
            }
        }
        Value::Object(fields) if ty != wanted => {
            for (name, ty) in types.inputs.get(ty).into_iter().flatten() {
                if let Some(value) = fields.get(name.as_str()) {
                    collect(types, wanted, (name, ty, value), depth, suspects);
                }
            }
        }
        value if ty == wanted => suspects.push((name, value)),
        _ => {}
    }
}

/// Whether a value of that type is one that resolvers refuse; of types that are not known here, any may be.
fn is_odd(ty: &str, value: &Value) -> bool {
    match (ty, value) {
        ("ID", Value::String(text)) => text.parse::<UserId>().is_err(),
        ("DateTime", Value::String(text)) => text.parse::<DateTime<Utc>>().is_err(),
        ("Int", Value::Number(number)) => number.as_u64().is_none_or(|number| u32::try_from(number).is_err()),
        _ => false,
    }
}
