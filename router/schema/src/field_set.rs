//! Field sets: the selections in `@key`, `@requires` and `@provides`.

use std::fmt;

use apollo_compiler::ast::Argument;
use apollo_compiler::executable::{self, Selection, SelectionSet};
use apollo_compiler::validation::Valid;
use apollo_compiler::{Name, Node, Schema};

use crate::error::first_message;

/// A parsed selection without braces, aliases or variables.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct FieldSet {
    pub selections: Vec<FieldSetSelection>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum FieldSetSelection {
    Field { name: Name, arguments: Vec<Node<Argument>>, selection: FieldSet },
    Fragment { on: Name, selection: FieldSet },
}

impl FieldSet {
    /// Parses `text` as a selection on `parent`.
    pub(crate) fn parse(schema: &Valid<Schema>, parent: &Name, text: &str) -> Result<Self, String> {
        executable::FieldSet::parse_and_validate(schema, parent.clone(), text, "field set")
            .map(|parsed| Self::of(&parsed.selection_set))
            .map_err(|errors| first_message(&errors.errors))
    }

    /// What `text` selects of `parent`; fields that the type does not have are left out.
    pub(crate) fn known_part(schema: &Valid<Schema>, parent: &Name, text: &str) -> Self {
        match executable::FieldSet::parse(schema, parent.clone(), text, "field set") {
            Ok(parsed) => Self::of(&parsed.selection_set),
            Err(failed) => Self::of(&failed.partial.selection_set),
        }
    }

    fn of(set: &SelectionSet) -> Self {
        let selections = set
            .selections
            .iter()
            .filter_map(|selection| match selection {
                Selection::Field(field) => Some(FieldSetSelection::Field {
                    name: field.name.clone(),
                    arguments: field.arguments.clone(),
                    selection: Self::of(&field.selection_set),
                }),
                Selection::InlineFragment(fragment) => Some(FieldSetSelection::Fragment {
                    on: fragment.selection_set.ty.clone(),
                    selection: Self::of(&fragment.selection_set),
                }),
                // A field set has no fragment definitions.
                Selection::FragmentSpread(_) => None,
            })
            .collect();
        Self { selections }
    }

    pub fn is_empty(&self) -> bool {
        self.selections.is_empty()
    }

    /// Whether the field is selected at the top, on whichever type.
    pub fn mentions(&self, field: &str) -> bool {
        self.selections.iter().any(|each| match each {
            FieldSetSelection::Field { name, .. } => name == field,
            FieldSetSelection::Fragment { selection, .. } => selection.mentions(field),
        })
    }
}

impl fmt::Display for FieldSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, selection) in self.selections.iter().enumerate() {
            if position > 0 {
                f.write_str(" ")?;
            }
            match selection {
                FieldSetSelection::Field { name, arguments, selection } => {
                    f.write_str(name)?;
                    for (position, argument) in arguments.iter().enumerate() {
                        f.write_str(if position == 0 { "(" } else { ", " })?;
                        write!(f, "{}: {}", argument.name, argument.value.serialize().no_indent())?;
                    }
                    if !arguments.is_empty() {
                        f.write_str(")")?;
                    }
                    if !selection.is_empty() {
                        write!(f, " {{ {selection} }}")?;
                    }
                }
                FieldSetSelection::Fragment { on, selection } => write!(f, "... on {on} {{ {selection} }}")?,
            }
        }
        Ok(())
    }
}
