//! No text holds U+0000. PostgreSQL stores none and SQLite ends a text there, so it is refused where a request enters,
//! on every database alike, whichever resolver would have got it.

use async_graphql::parser::types::{
    Directive, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, ServerError, Value, Variables};
use async_graphql_value::Value as Literal;
use platform_core::ErrorCode;

use crate::errors::with_code;

/// Refuses variables with a text that holds U+0000; the error names the field.
pub(super) fn check_variables(variables: &Variables) -> Result<(), ServerError> {
    variables.iter().try_for_each(|(name, value)| check_value(name, value))
}

/// Refuses a document with such a text among its literals. `text` is what `document` was parsed from.
pub(super) fn check_literals(text: &str, document: &ExecutableDocument) -> Result<(), ServerError> {
    // Nearly every document has neither the character nor an escape that could stand for it.
    if !text.contains('\0') && !text.contains("\\u") {
        return Ok(());
    }
    for (_, operation) in document.operations.iter() {
        check_operation(&operation.node)?;
    }
    for fragment in document.fragments.values() {
        check_directives(&fragment.node.directives)?;
        check_selections(&fragment.node.selection_set.node)?;
    }
    Ok(())
}

fn check_operation(operation: &OperationDefinition) -> Result<(), ServerError> {
    for variable in &operation.variable_definitions {
        check_directives(&variable.node.directives)?;
        if let Some(default) = &variable.node.default_value {
            check_value(&variable.node.name.node, &default.node)?;
        }
    }
    check_directives(&operation.directives)?;
    check_selections(&operation.selection_set.node)
}

fn check_selections(root: &SelectionSet) -> Result<(), ServerError> {
    let mut left = vec![root];
    while let Some(set) = left.pop() {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    check_directives(&field.node.directives)?;
                    check_arguments(&field.node.arguments)?;
                    left.push(&field.node.selection_set.node);
                }
                Selection::FragmentSpread(spread) => check_directives(&spread.node.directives)?,
                Selection::InlineFragment(inline) => {
                    check_directives(&inline.node.directives)?;
                    left.push(&inline.node.selection_set.node);
                }
            }
        }
    }
    Ok(())
}

fn check_directives(directives: &[Positioned<Directive>]) -> Result<(), ServerError> {
    directives.iter().try_for_each(|directive| check_arguments(&directive.node.arguments))
}

fn check_arguments(arguments: &[(Positioned<Name>, Positioned<Literal>)]) -> Result<(), ServerError> {
    for (name, literal) in arguments {
        // A variable's value is among the variables.
        let constant: Result<Value, ServerError> = literal.node.clone().into_const_with(|_| Ok(Value::Null));
        check_value(&name.node, &constant?)?;
    }
    Ok(())
}

fn check_value(name: &Name, value: &Value) -> Result<(), ServerError> {
    let mut left = vec![(name, value)];
    while let Some((name, value)) = left.pop() {
        match value {
            Value::String(text) if text.contains('\0') => return Err(refusal(name)),
            Value::List(items) => left.extend(items.iter().map(|item| (name, item))),
            Value::Object(fields) => {
                if fields.keys().any(|key| key.contains('\0')) {
                    return Err(refusal(name));
                }
                left.extend(fields);
            }
            _ => {}
        }
    }
    Ok(())
}

fn refusal(name: &Name) -> ServerError {
    let message = format!("`{name}` contains the character U+0000, which no text may contain");
    let mut error = with_code(ServerError::new(message, None), ErrorCode::BadUserInput.as_str());
    error.extensions.get_or_insert_default().set("field", name.as_str());
    error
}
