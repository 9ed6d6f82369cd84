//! Fields that share a response key but not the lists among their arguments.
//!
//! apollo-compiler compares two list literals only as far as the shorter one goes (as of 1.33), so `f(ids: [])` and
//! `f(ids: [1])` would be merged into one of them. Here every list becomes one text, and the compiler compares again.
//! Documents with fewer than two different lists are not looked at twice.

use std::collections::BTreeSet;

use apollo_compiler::Schema;
use apollo_compiler::ast::{Definition, Document, Selection, Value};
use apollo_compiler::validation::Valid;

use crate::RequestError;

/// What the compiler calls such a conflict.
const CONFLICT: &str = "ConflictingFieldArgument";

/// The conflicts of a document that is valid otherwise.
pub fn conflicts(schema: &Valid<Schema>, document: &Document) -> Vec<RequestError> {
    let mut lists = BTreeSet::new();
    for definition in &document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => collect(&operation.selection_set, &mut lists),
            Definition::FragmentDefinition(fragment) => collect(&fragment.selection_set, &mut lists),
            _ => {}
        }
    }
    if lists.len() < 2 {
        return Vec::new();
    }
    let mut document = document.clone();
    for definition in &mut document.definitions {
        match definition {
            Definition::OperationDefinition(operation) => replace(&mut operation.make_mut().selection_set),
            Definition::FragmentDefinition(fragment) => replace(&mut fragment.make_mut().selection_set),
            _ => {}
        }
    }
    // Texts in the place of lists are errors too, which mean nothing.
    let Err(errors) = document.to_executable_validate(schema) else { return Vec::new() };
    let conflicts = errors.errors.iter().filter(|each| each.error.unstable_error_name() == Some(CONFLICT));
    conflicts.map(|each| RequestError::invalid(schema, &each)).collect()
}

fn collect(selections: &[Selection], lists: &mut BTreeSet<String>) {
    for selection in selections {
        match selection {
            Selection::Field(field) => {
                field.arguments.iter().for_each(|each| collect_values(&each.value, lists));
                collect(&field.selection_set, lists);
            }
            Selection::InlineFragment(fragment) => collect(&fragment.selection_set, lists),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn collect_values(value: &Value, lists: &mut BTreeSet<String>) {
    match value {
        Value::List(_) => drop(lists.insert(text(value))),
        Value::Object(fields) => fields.iter().for_each(|(_, value)| collect_values(value, lists)),
        _ => {}
    }
}

fn replace(selections: &mut [Selection]) {
    for selection in selections {
        match selection {
            Selection::Field(field) => {
                let field = field.make_mut();
                for argument in &mut field.arguments {
                    replace_value(argument.make_mut().value.make_mut());
                }
                replace(&mut field.selection_set);
            }
            Selection::InlineFragment(fragment) => replace(&mut fragment.make_mut().selection_set),
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn replace_value(value: &mut Value) {
    match value {
        Value::List(_) => *value = Value::String(text(value)),
        Value::Object(fields) => fields.iter_mut().for_each(|(_, value)| replace_value(value.make_mut())),
        _ => {}
    }
}

/// Equal texts for equal values: the order of an object's fields says nothing.
fn text(value: &Value) -> String {
    match value {
        Value::List(items) => {
            let items: Vec<String> = items.iter().map(|item| text(item)).collect();
            format!("[{}]", items.join(","))
        }
        Value::Object(fields) => {
            let mut fields: Vec<String> =
                fields.iter().map(|(name, value)| format!("{name}:{}", text(value))).collect();
            fields.sort_unstable();
            format!("{{{}}}", fields.join(","))
        }
        value => value.to_string(),
    }
}
