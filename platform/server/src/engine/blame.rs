//! Which input field a value stands in that its type refused: async-graphql says what is wrong with the value, and not
//! where it stood.
//!
//! Looked for only when such an error has come about, among the arguments of the field that it is about. The value is
//! known by what the message quotes of it, or as the one that is no date. Nothing found, the error stays without a field.

use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, PathSegment, Positioned, ServerError, Value, Variables};
use chrono::DateTime;

use crate::errors::is_about_input;

/// Variables with a longer list are not kept for this: they are no person's input.
const MAX_LIST: usize = 50;
/// Of a text that a message quotes, some quote no more.
const QUOTED: usize = 16;

/// What is needed to find the field.
pub(super) struct Blame<'d> {
    document: &'d ExecutableDocument,
    variables: Option<Variables>,
}

impl<'d> Blame<'d> {
    pub(super) fn new(document: &'d ExecutableDocument, variables: &Variables) -> Self {
        let is_long = |value: &Value| matches!(value, Value::List(items) if items.len() > MAX_LIST);
        let is_small = !variables.values().any(is_long);
        Self { document, variables: is_small.then(|| variables.clone()) }
    }

    /// Gives errors about an input the name of its field.
    pub(super) fn name_fields(&self, errors: &mut [ServerError]) {
        for error in errors.iter_mut().filter(|error| is_about_input(&error.message)) {
            if let Some(name) = self.find(error) {
                error.extensions.get_or_insert_default().set("field", name.as_str());
            }
        }
    }

    fn find(&self, error: &ServerError) -> Option<Name> {
        let variables = self.variables.as_ref()?;
        let key = error.path.iter().rev().find_map(|segment| match segment {
            PathSegment::Field(key) => Some(key.as_str()),
            PathSegment::Index(_) => None,
        })?;
        let wrong = Wrong::of(&error.message)?;
        fields(self.document).into_iter().filter(|field| field.response_key().node == key).find_map(|field| {
            field.arguments.iter().find_map(|(name, literal)| {
                let given = |variable| variables.get(&variable).cloned().ok_or(());
                let value = literal.node.clone().into_const_with(given).ok()?;
                wrong.find_in(&name.node, &value)
            })
        })
    }
}

/// What is known of the value.
enum Wrong<'m> {
    Quoted(&'m str),
    Date,
}

impl<'m> Wrong<'m> {
    fn of(message: &'m str) -> Option<Self> {
        if message.starts_with("Failed to parse \"DateTime\"") {
            return Some(Self::Date);
        }
        if let Some((_, quoted)) = message.split_once('`') {
            return quoted.split_once('`').map(|(quoted, _)| Self::Quoted(quoted));
        }
        let (_, found) = message.split_once(", found ")?;
        Some(Self::Quoted(found.split(". (occurred").next().unwrap_or(found).trim_end_matches('.')))
    }

    fn is(&self, name: &Name, value: &Value) -> bool {
        match (self, value) {
            // Points in time are named so, as `expiresAt`.
            (Self::Date, Value::String(text)) => {
                name.ends_with("At") && DateTime::parse_from_rfc3339(text).is_err()
            }
            (Self::Quoted(quoted), Value::Enum(word)) => word.as_str() == *quoted,
            (Self::Quoted(quoted), Value::String(text)) => {
                text == quoted || (quoted.chars().count() >= QUOTED && text.starts_with(quoted))
            }
            (Self::Quoted(quoted), Value::Number(_) | Value::Boolean(_)) => value.to_string() == *quoted,
            _ => false,
        }
    }

    /// The name under which the value stands in `value`, which stands under `name`.
    fn find_in(&self, name: &Name, value: &Value) -> Option<Name> {
        let mut left = vec![(name, value)];
        while let Some((name, value)) = left.pop() {
            match value {
                Value::List(items) => left.extend(items.iter().rev().map(|item| (name, item))),
                Value::Object(fields) => left.extend(fields.iter().rev()),
                value if self.is(name, value) => return Some(name.clone()),
                _ => {}
            }
        }
        None
    }
}

/// Every field of a document.
fn fields(document: &ExecutableDocument) -> Vec<&Field> {
    let operations = document.operations.iter().map(|(_, operation)| &operation.node.selection_set);
    let fragments = document.fragments.values().map(|fragment| &fragment.node.selection_set);
    let mut left: Vec<&Positioned<SelectionSet>> = operations.chain(fragments).collect();
    let mut fields = Vec::new();
    while let Some(set) = left.pop() {
        for selection in &set.node.items {
            match &selection.node {
                Selection::Field(field) => {
                    fields.push(&field.node);
                    left.push(&field.node.selection_set);
                }
                Selection::InlineFragment(inline) => left.push(&inline.node.selection_set),
                Selection::FragmentSpread(_) => {}
            }
        }
    }
    fields
}
