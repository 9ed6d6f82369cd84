//! Variables that a request leaves out. An argument or input field whose variable has no value is as if it were not
//! written, so that its own default holds; async-graphql would give it null instead. Source: the GraphQL specification,
//! 6.4.1 "Coercing Field Arguments" and 3.10 "Input Objects".

use std::collections::HashSet;

use async_graphql::parser::types::{
    Directive, DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::Value as Literal;

/// Takes such arguments and input fields out of the chosen operation and its fragments, with the variables that nothing
/// uses any more.
pub(super) fn leave_out(document: &mut ExecutableDocument, name: Option<&str>, variables: &Variables) {
    let ExecutableDocument { operations, fragments } = document;
    let Some(operation) = chosen(operations, name) else { return };
    let mut omitted = Omitted(HashSet::new());
    operation.variable_definitions.retain(|definition| {
        let definition = &definition.node;
        let has_value = definition.default_value.is_some()
            || !definition.var_type.node.nullable
            || variables.contains_key(&definition.name.node);
        if !has_value {
            omitted.0.insert(definition.name.node.clone());
        }
        has_value
    });
    if omitted.0.is_empty() {
        return;
    }
    omitted.selections(&mut operation.selection_set.node);
    for fragment in fragments.values_mut() {
        omitted.selections(&mut fragment.node.selection_set.node);
    }
}

fn chosen<'d>(
    operations: &'d mut DocumentOperations,
    name: Option<&str>,
) -> Option<&'d mut OperationDefinition> {
    match operations {
        DocumentOperations::Single(only) => Some(&mut only.node),
        DocumentOperations::Multiple(several) => several.get_mut(name?).map(|operation| &mut operation.node),
    }
}

struct Omitted(HashSet<Name>);

impl Omitted {
    fn selections(&self, root: &mut SelectionSet) {
        let mut left = vec![root];
        while let Some(set) = left.pop() {
            for selection in &mut set.items {
                match &mut selection.node {
                    Selection::Field(field) => {
                        self.arguments(&mut field.node.arguments);
                        self.directives(&mut field.node.directives);
                        left.push(&mut field.node.selection_set.node);
                    }
                    Selection::FragmentSpread(spread) => self.directives(&mut spread.node.directives),
                    Selection::InlineFragment(inline) => {
                        self.directives(&mut inline.node.directives);
                        left.push(&mut inline.node.selection_set.node);
                    }
                }
            }
        }
    }

    fn directives(&self, directives: &mut [Positioned<Directive>]) {
        for directive in directives {
            self.arguments(&mut directive.node.arguments);
        }
    }

    fn arguments(&self, arguments: &mut Vec<(Positioned<Name>, Positioned<Literal>)>) {
        arguments.retain_mut(|(_, value)| self.has_value(&mut value.node));
    }

    /// Whether there is a value at all. Within a list, what has none is null.
    fn has_value(&self, value: &mut Literal) -> bool {
        match value {
            Literal::Variable(name) => return !self.0.contains(name),
            Literal::Object(fields) => fields.retain(|_, field| self.has_value(field)),
            Literal::List(items) => {
                for item in items {
                    if !self.has_value(item) {
                        *item = Literal::Null;
                    }
                }
            }
            _ => {}
        }
        true
    }
}
