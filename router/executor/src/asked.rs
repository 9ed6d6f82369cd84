//! The fields that a fetch asks for: which of them an answer lacks, and where they stand.

use std::sync::Arc;

use router_planner::plan::{Call, Fetch, Selection, SelectionSet};
use router_transport::{GraphqlError, PathElement};

use crate::tree::Node;

/// Whether an entity has no value at `path`. List indices that the path leaves out are looked for in all elements.
pub fn lacks(node: &Node, path: &[PathElement]) -> bool {
    match (node, path.split_first()) {
        (Node::Null, _) => true,
        (_, None) => false,
        (Node::List(items), Some((PathElement::Index(index), rest))) => {
            items.get(*index).is_none_or(|item| lacks(item, rest))
        }
        (Node::List(items), Some((PathElement::Key(_), _))) => items.iter().any(|item| lacks(item, path)),
        (Node::Object(object), Some((PathElement::Key(key), rest))) => lacks(object.get(key), rest),
        (_, Some(_)) => false,
    }
}

/// Whether an error tells why a field of the answer is `null`.
pub fn is_about(error: &GraphqlError, field: &str) -> bool {
    match error.path.first() {
        Some(PathElement::Key(key)) => **key == *field,
        Some(PathElement::Index(_)) | None => true,
    }
}

/// The fields that an answer leaves out though no error of its tells why. Data that is `null` beside an error is what a
/// non-null field comes to.
pub fn missing_fields<'p>(
    mut asked: Vec<&'p Arc<str>>,
    data: &Node,
    errors: &[GraphqlError],
) -> Vec<&'p Arc<str>> {
    if data.is_null() && !errors.is_empty() {
        return Vec::new();
    }
    let is_there = |field: &str| data.as_object().is_some_and(|object| object.find(field).is_some());
    asked.retain(|field| !is_there(field) && !errors.iter().any(|error| is_about(error, field)));
    asked
}

/// The fields that are selected of an object at `place`, each with its path; the place itself where there is none.
pub fn fields_at(place: Vec<PathElement>, selection: &SelectionSet) -> Vec<Vec<PathElement>> {
    let fields = fields_of(selection);
    if fields.is_empty() { vec![place] } else { at_place(&place, &fields) }
}

pub fn at_place(place: &[PathElement], fields: &[&Arc<str>]) -> Vec<Vec<PathElement>> {
    let at = |field: &&Arc<str>| [place, &[PathElement::Key(Arc::clone(field))]].concat();
    fields.iter().map(at).collect()
}

pub fn fields_of(selection: &SelectionSet) -> Vec<&Arc<str>> {
    let mut names = Vec::new();
    collect_fields(selection, &mut names);
    names
}

fn collect_fields<'p>(set: &'p SelectionSet, names: &mut Vec<&'p Arc<str>>) {
    for selection in &set.selections {
        match selection {
            Selection::Field(field) if &*field.internal == "__typename" => {}
            Selection::Field(field) if names.contains(&&field.internal) => {}
            Selection::Field(field) => names.push(&field.internal),
            Selection::InlineFragment { selection, .. } => collect_fields(selection, names),
        }
    }
}

/// The only field that a fetch selects, `__typename` aside.
pub fn single_field(fetch: &Fetch) -> Option<&Arc<str>> {
    let selection = match &fetch.call {
        Call::Root { selection, .. } => selection,
        Call::Entities { calls } => match &**calls {
            [call] => &call.selection,
            _ => return None,
        },
    };
    let mut found = None;
    only_field(selection, &mut found).then_some(found).flatten()
}

/// False as soon as a second field is met.
fn only_field<'p>(set: &'p SelectionSet, found: &mut Option<&'p Arc<str>>) -> bool {
    set.selections.iter().all(|selection| match selection {
        Selection::Field(field) if &*field.internal == "__typename" => true,
        Selection::Field(field) => match found {
            Some(known) => **known == field.internal,
            None => {
                *found = Some(&field.internal);
                true
            }
        },
        Selection::InlineFragment { selection, .. } => only_field(selection, found),
    })
}
