//! The outcome of an operation's `@skip` and `@include` conditions.
//!
//! Plans and expanded operations are made for one outcome, so that nothing about conditions remains to be decided at
//! run time, and what is skipped costs nothing. Flags are therefore part of a plan's cache key.

use std::collections::BTreeSet;

use apollo_compiler::ast::Value;
use apollo_compiler::executable::{DirectiveList, Operation as Definition, Selection, SelectionSet};
use apollo_compiler::{ExecutableDocument, Name};

use crate::{Operation, Variables};

/// Values of the variables in [`Operation::conditions`], in that order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Flags(Box<[bool]>);

impl Operation {
    /// `variables` are coerced.
    pub fn flags(&self, variables: &Variables) -> Flags {
        let value = |name: &Name| variables.get(name).as_bool();
        Flags(self.conditions().iter().map(|name| value(name).unwrap_or_default()).collect())
    }

    /// Whether a selection with these directives is left out.
    pub(crate) fn is_skipped(&self, directives: &DirectiveList, flags: &Flags) -> bool {
        let holds = |directive: &str| {
            let value = directives.get(directive)?.specified_argument_by_name("if")?;
            match &**value {
                Value::Boolean(value) => Some(*value),
                Value::Variable(name) => {
                    let position = self.conditions().iter().position(|each| each == name)?;
                    flags.0.get(position).copied()
                }
                _ => None,
            }
        };
        holds("skip") == Some(true) || holds("include") == Some(false)
    }
}

/// Visits each fragment once, so the cost is linear in the document.
pub(super) fn condition_variables(document: &ExecutableDocument, definition: &Definition) -> Vec<Name> {
    let mut found = BTreeSet::new();
    let mut seen = BTreeSet::new();
    let mut open: Vec<&SelectionSet> = vec![&definition.selection_set];
    while let Some(set) = open.pop() {
        for selection in &set.selections {
            for directive in selection.directives().iter() {
                if matches!(directive.name.as_str(), "skip" | "include")
                    && let Some(name) =
                        directive.specified_argument_by_name("if").and_then(|value| value.as_variable())
                {
                    found.insert(name.clone());
                }
            }
            match selection {
                Selection::Field(field) => open.push(&field.selection_set),
                Selection::InlineFragment(fragment) => open.push(&fragment.selection_set),
                Selection::FragmentSpread(spread) => {
                    if seen.insert(&spread.fragment_name)
                        && let Some(fragment) = document.fragments.get(&spread.fragment_name)
                    {
                        open.push(&fragment.selection_set);
                    }
                }
            }
        }
    }
    found.into_iter().collect()
}
