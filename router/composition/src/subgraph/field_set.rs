//! Field sets: the selections that keys, requirements and provisions name.

use apollo_compiler::ast::{self, Argument, Definition, Document};
use apollo_compiler::{Name, Node};

use crate::values;

/// A selection of a field set.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Selection {
    Field {
        name: Name,
        aliased: bool,
        arguments: Vec<Node<Argument>>,
        has_directives: bool,
        selections: Vec<Selection>,
    },
    Fragment {
        on: Option<Name>,
        has_directives: bool,
        selections: Vec<Selection>,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct FieldSet {
    /// As its author wrote it; this is what the supergraph carries.
    pub text: String,
    pub selections: Vec<Selection>,
}

impl Selection {
    pub fn selections(&self) -> &[Selection] {
        match self {
            Self::Field { selections, .. } | Self::Fragment { selections, .. } => selections,
        }
    }

    /// The same selection with other subselections.
    pub fn with_selections(&self, inner: Vec<Selection>) -> Self {
        let mut out = self.clone();
        match &mut out {
            Self::Field { selections, .. } | Self::Fragment { selections, .. } => {
                *selections = inner;
            }
        }
        out
    }
}

/// The selections as text, without the outer braces.
pub(crate) fn to_text(selections: &[Selection]) -> String {
    let parts: Vec<String> = selections
        .iter()
        .map(|selection| {
            let inner = match selection.selections() {
                [] => String::new(),
                inner => format!(" {{ {} }}", to_text(inner)),
            };
            match selection {
                Selection::Field { name, arguments, .. } => {
                    let arguments: Vec<String> = arguments
                        .iter()
                        .map(|a| format!("{}: {}", a.name, values::to_text(&a.value)))
                        .collect();
                    let arguments = match arguments.as_slice() {
                        [] => String::new(),
                        some => format!("({})", some.join(", ")),
                    };
                    format!("{name}{arguments}{inner}")
                }
                Selection::Fragment { on: Some(on), .. } => format!("... on {on}{inner}"),
                Selection::Fragment { on: None, .. } => format!("...{inner}"),
            }
        })
        .collect();
    parts.join(" ")
}

impl FieldSet {
    /// Parses the value of a `fields` argument.
    pub fn parse(text: &str) -> Result<Self, String> {
        let braced =
            if text.trim_start().starts_with('{') { text.to_owned() } else { format!("{{ {text} }}") };
        let document = Document::parse(braced, "fields").map_err(|failed| {
            failed.errors.iter().next().map_or_else(String::new, |error| error.to_json().message)
        })?;
        let [Definition::OperationDefinition(operation)] = document.definitions.as_slice() else {
            return Err("it is not a selection of fields".to_owned());
        };
        Ok(Self { text: text.to_owned(), selections: convert(&operation.selection_set)? })
    }
}

fn convert(selections: &[ast::Selection]) -> Result<Vec<Selection>, String> {
    selections
        .iter()
        .map(|selection| match selection {
            ast::Selection::Field(field) => Ok(Selection::Field {
                name: field.name.clone(),
                aliased: field.alias.is_some(),
                arguments: field.arguments.clone(),
                has_directives: !field.directives.is_empty(),
                selections: convert(&field.selection_set)?,
            }),
            ast::Selection::InlineFragment(fragment) => Ok(Selection::Fragment {
                on: fragment.type_condition.clone(),
                has_directives: !fragment.directives.is_empty(),
                selections: convert(&fragment.selection_set)?,
            }),
            ast::Selection::FragmentSpread(spread) => Err(format!(
                "it spreads the named fragment {}, which a field set cannot define",
                spread.fragment_name
            )),
        })
        .collect()
}
