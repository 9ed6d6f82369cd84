//! Arguments that the selections of a directive give: that the router can write them into a request as they stand.

use apollo_compiler::Node;
use apollo_compiler::ast::{Argument, Value};

use crate::links::FederationDirective as D;
use crate::subgraph::input_value::fits;
use crate::subgraph::model::{FieldDef, SubgraphModel, find_applied};
use crate::values::to_text;

/// What is wrong with the arguments given to a field; `on` is its coordinate.
pub(super) fn faults(
    model: &SubgraphModel,
    on: &str,
    field: &FieldDef,
    given: &[Node<Argument>],
) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, argument) in given.iter().enumerate() {
        let name = &argument.name;
        if given.iter().take(index).any(|earlier| earlier.name == *name) {
            faults.push(format!("field \"{on}\" is given the argument \"{name}\" twice"));
            continue;
        }
        let Some(definition) = field.arguments.get(name) else {
            faults.push(format!("field \"{on}\" has no argument \"{name}\""));
            continue;
        };
        let value = &argument.value;
        if has_variable(value) {
            faults
                .push(format!("the argument \"{name}\" of \"{on}\" is a variable, of which there are none"));
        } else if has_twin_fields(value) || !fits(model, &definition.ty, value) {
            let (text, ty) = (to_text(value), &definition.ty);
            faults.push(format!(
                "the argument \"{name}\" of \"{on}\" is {text}, which is no value of type \"{ty}\""
            ));
        }
    }
    for (name, definition) in &field.arguments {
        let is_given = given.iter().any(|given| given.name == *name);
        let by_context = find_applied(&definition.directives, D::FromContext).is_some();
        if definition.is_required() && !is_given && !by_context {
            faults.push(format!("field \"{on}\" needs the argument \"{name}\""));
        }
    }
    faults
}

fn has_variable(value: &Value) -> bool {
    match value {
        Value::Variable(_) => true,
        Value::List(items) => items.iter().any(|item| has_variable(item)),
        Value::Object(fields) => fields.iter().any(|(_, value)| has_variable(value)),
        _ => false,
    }
}

/// Whether an object in it has a field twice.
fn has_twin_fields(value: &Value) -> bool {
    match value {
        Value::List(items) => items.iter().any(|item| has_twin_fields(item)),
        Value::Object(fields) => fields.iter().enumerate().any(|(index, (name, value))| {
            has_twin_fields(value) || fields.iter().take(index).any(|(earlier, _)| earlier == name)
        }),
        _ => false,
    }
}
