//! The documents sent to subgraphs.

use std::fmt::Write;
use std::sync::Arc;

use apollo_compiler::executable::Operation;
use router_schema::{ExpandedOperation, OperationKind};

use super::draft::{Draft, DraftCall};
use crate::plan::{Call, EntityCall, Selection, SelectionSet};

pub struct Document {
    pub text: String,
    pub name: Option<Arc<str>>,
    pub variables: Vec<Arc<str>>,
    pub call: Call,
}

pub fn write(
    draft: &Draft,
    operation: &ExpandedOperation,
    kind: OperationKind,
    subgraph: &str,
    position: usize,
) -> Document {
    let variables: Vec<Arc<str>> = draft.variables.iter().map(|name| name.as_str().into()).collect();
    let name = operation.name.as_ref().map(|name| operation_name(name, subgraph, position));
    let call = call(draft, &operation.definition);
    let mut parameters: Vec<String> = Vec::new();
    let mut body = String::new();
    match &call {
        Call::Root { selection, .. } => write_set(selection, &mut body),
        Call::Entities { calls } => {
            body.push('{');
            for (index, each) in calls.iter().enumerate() {
                parameters.push(format!("${}: [_Any!]!", each.variable));
                let context = each.context.iter();
                parameters.extend(context.map(|each| format!("${}: {}", each.variable, each.type_name)));
                let separator = if index == 0 { "" } else { " " };
                let alias = if &*each.response_key == "_entities" {
                    String::new()
                } else {
                    format!("{}: ", each.response_key)
                };
                append(
                    &mut body,
                    format_args!("{separator}{alias}_entities(representations: ${})", each.variable),
                );
                write_set(&each.selection, &mut body);
            }
            body.push('}');
        }
    }
    parameters.extend(definitions(&operation.definition, &variables));
    let parameters =
        if parameters.is_empty() { String::new() } else { format!("({})", parameters.join(", ")) };
    let head = match (&name, parameters.is_empty()) {
        (None, true) if kind == OperationKind::Query => String::new(),
        (None, _) => kind.to_string(),
        (Some(name), _) => format!("{kind} {name}"),
    };
    Document { text: format!("{head}{parameters}{body}"), name, variables, call }
}

fn call(draft: &Draft, operation: &Operation) -> Call {
    match &draft.call {
        DraftCall::Root { at, selection } => Call::Root { at: at.clone(), selection: selection.clone() },
        DraftCall::Entities(calls) => {
            let is_only = calls.len() == 1;
            let calls = calls.iter().enumerate().map(|(index, call)| EntityCall {
                response_key: if is_only { "_entities".into() } else { format!("_entities_{index}").into() },
                variable: free_variable(operation, is_only, index),
                targets: call.targets.clone(),
                selection: call.selection.clone(),
                context: call.context.clone(),
            });
            Call::Entities { calls: calls.collect() }
        }
    }
}

/// A variable for representations that the client's operation does not define.
fn free_variable(operation: &Operation, is_only: bool, index: usize) -> Arc<str> {
    let mut name = if is_only { "representations".to_owned() } else { format!("representations_{index}") };
    while operation.variables.iter().any(|variable| variable.name == name.as_str()) {
        name.insert(0, '_');
    }
    name.into()
}

/// Definitions of the client's variables that are used, as the client wrote them.
fn definitions<'a>(operation: &'a Operation, used: &'a [Arc<str>]) -> impl Iterator<Item = String> + 'a {
    let is_used = |name: &str| used.iter().any(|each| &**each == name);
    operation.variables.iter().filter(move |variable| is_used(&variable.name)).map(|variable| {
        let default = variable.default_value.as_ref();
        let default =
            default.map(|value| format!(" = {}", value.serialize().no_indent())).unwrap_or_default();
        format!("${}: {}{default}", variable.name, variable.ty)
    })
}

/// Tells subgraphs, in their traces, whose operation a request belongs to.
fn operation_name(name: &str, subgraph: &str, position: usize) -> Arc<str> {
    let subgraph: String =
        subgraph.chars().map(|each| if each.is_ascii_alphanumeric() { each } else { '_' }).collect();
    format!("{name}__{subgraph}__{position}").into()
}

pub fn write_set(set: &SelectionSet, body: &mut String) {
    body.push('{');
    for (index, selection) in set.selections.iter().enumerate() {
        if index > 0 {
            body.push(' ');
        }
        match selection {
            Selection::Field(field) => {
                if field.internal != field.name {
                    append(body, format_args!("{}: ", field.internal));
                }
                append(body, format_args!("{}{}", field.name, field.arguments));
                if let Some(selection) = &field.selection {
                    write_set(selection, body);
                }
            }
            Selection::InlineFragment { on, selection } => {
                append(body, format_args!("... on {on}"));
                write_set(selection, body);
            }
        }
    }
    body.push('}');
}

fn append(body: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    if body.write_fmt(text).is_err() {
        body.clear();
    }
}
