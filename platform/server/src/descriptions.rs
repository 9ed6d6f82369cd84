//! What the SDL says of what all schemas have alike: the roots, moments of time, and lists in pages.
//!
//! async-graphql makes these types and says nothing of them, or what helps whoever programs it. Pages are of one kind,
//! so their words are too, and an argument `input` is what its type is. All else is described where it is defined.

use apollo_compiler::ast::{Definition, Document, FieldDefinition, InputValueDefinition};
use apollo_compiler::{Name, Node};

/// Types that async-graphql makes or that every subgraph adds to.
const TYPES: &[(&str, &str)] = &[
    ("Query", "Everything that can be read."),
    (
        "Mutation",
        "Everything that can be changed. Several changes of one request are made one after the other.",
    ),
    ("Subscription", "Everything that can be followed: each change is sent as it happens."),
    ("DateTime", "A moment as RFC 3339 writes it, such as `2026-03-01T09:30:00Z`; answers are in UTC."),
    ("PageInfo", "Where a page stands in its list."),
];

const PAGE_INFO: &[(&str, &str)] = &[
    ("hasPreviousPage", "Whether the page begins behind the start of the list, because `after` was given."),
    ("hasNextPage", "Whether the list goes on behind this page."),
    ("startCursor", "Cursor of the first entry; null for an empty page."),
    ("endCursor", "Cursor of the last entry, which the next page is asked for with; null for an empty page."),
];

const CONNECTION: &str = "A page of a list.";
const CONNECTION_FIELDS: &[(&str, &str)] = &[
    ("edges", "The entries of the page in their order, each with its cursor."),
    ("nodes", "The entries of the page in their order."),
    ("pageInfo", "Whether the list goes on, and from where."),
];

const EDGE: &str = "An entry of a page with its cursor.";
const EDGE_FIELDS: &[(&str, &str)] = &[
    ("node", "The entry."),
    ("cursor", "Where the entry stands in the list: as `after` it gives the page behind it."),
];

/// Arguments of fields that return a connection.
const PAGE_ARGUMENTS: &[(&str, &str)] = &[
    ("first", "How many entries the page has at most: 1 to 100, 20 unless given."),
    ("after", "The cursor behind which the page begins; the start of the list unless given."),
];

/// The argument of a mutation.
const INPUT: &str = "input";

/// Describes what all schemas have alike.
pub(crate) fn describe(document: &mut Document) {
    let inputs: Vec<(Name, Node<str>)> = document.definitions.iter().filter_map(input).collect();
    for definition in &mut document.definitions {
        match definition {
            Definition::ScalarTypeDefinition(ty) => {
                if let Some(words) = words(TYPES, &ty.name) {
                    ty.make_mut().description = Some(words);
                }
            }
            Definition::ObjectTypeDefinition(ty) => {
                let ty = ty.make_mut();
                if let Some(words) = words(TYPES, &ty.name) {
                    ty.description = Some(words);
                }
                let alike: &[(&str, &str)] = match ty.name.as_str() {
                    "PageInfo" => PAGE_INFO,
                    name if name.ends_with("Connection") => {
                        ty.description.get_or_insert_with(|| CONNECTION.into());
                        CONNECTION_FIELDS
                    }
                    name if name.ends_with("Edge") => {
                        ty.description = Some(EDGE.into());
                        EDGE_FIELDS
                    }
                    _ => &[],
                };
                for field in &mut ty.fields {
                    let field = field.make_mut();
                    field.description = words(alike, &field.name).or_else(|| field.description.take());
                    describe_arguments(field, &inputs);
                }
            }
            _ => {}
        }
    }
}

fn describe_arguments(field: &mut FieldDefinition, inputs: &[(Name, Node<str>)]) {
    let is_paged = field.ty.inner_named_type().ends_with("Connection");
    for argument in field.arguments.iter_mut().filter(|argument| argument.description.is_none()) {
        let of_page = words(PAGE_ARGUMENTS, &argument.name).filter(|_| is_paged);
        if let Some(words) = of_page.or_else(|| of_input(argument, inputs)) {
            argument.make_mut().description = Some(words);
        }
    }
}

/// The words of an argument `input`: the first sentence of its type's.
fn of_input(argument: &InputValueDefinition, inputs: &[(Name, Node<str>)]) -> Option<Node<str>> {
    let ty = argument.ty.inner_named_type();
    let (_, words) = inputs.iter().find(|(name, _)| argument.name == INPUT && name == ty)?;
    let end = [". ", ".\n"].into_iter().filter_map(|end| words.find(end)).min();
    let sentence = end.and_then(|end| words.get(..=end)).map(Into::into);
    Some(sentence.unwrap_or_else(|| words.clone()))
}

fn input(definition: &Definition) -> Option<(Name, Node<str>)> {
    let Definition::InputObjectTypeDefinition(ty) = definition else { return None };
    Some((ty.name.clone(), ty.description.clone()?))
}

fn words(table: &[(&str, &str)], name: &Name) -> Option<Node<str>> {
    table.iter().find(|(known, _)| name.as_str() == *known).map(|(_, words)| (*words).into())
}
