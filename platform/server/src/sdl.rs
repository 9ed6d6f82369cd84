//! The SDL of a subgraph as it is composed, committed and served.
//!
//! async-graphql defines the access directives in the subgraph's own name and links a federation version that does
//! not know them, and it repeats definitions that belong to the specification. Here the document is parsed, those
//! definitions are dropped, connections get their sizes, what all schemas have alike its descriptions, and the
//! federation link is written anew with exactly the directives in use.

use std::collections::BTreeSet;

use apollo_compiler::Node;
use apollo_compiler::ast::{Definition, Directive, DirectiveList, Document, FieldDefinition, Value};

use crate::cost::connections;
use crate::descriptions;

const FEDERATION_URL: &str = "https://specs.apollo.dev/federation/v2.9";

/// Directives of the federation specification that async-graphql can write, in the order of the link's import.
const FEDERATION: &[&str] = &[
    "key",
    "tag",
    "shareable",
    "inaccessible",
    "override",
    "external",
    "provides",
    "requires",
    "composeDirective",
    "interfaceObject",
    "authenticated",
    "requiresScopes",
    "policy",
    "cost",
    "listSize",
];

/// Directives that every implementation of GraphQL has.
const BUILT_IN: &[&str] = &["skip", "include", "deprecated", "specifiedBy", "oneOf"];

#[derive(Debug, Clone, thiserror::Error)]
#[error("the schema's SDL cannot be read: {0}")]
pub struct SdlError(String);

/// An SDL, as text and parsed.
pub(crate) struct Sdl {
    pub(crate) text: String,
    pub(crate) document: Document,
}

impl Sdl {
    /// The composed schema's SDL, out of async-graphql's federation export.
    pub(crate) fn composed(export: &str) -> Result<Self, SdlError> {
        let mut document = parse(export)?;
        drop_definitions(&mut document, |name| BUILT_IN.contains(&name) || FEDERATION.contains(&name));
        connections::size(&mut document);
        descriptions::describe(&mut document);
        let used = used_directives(&document);
        let import = FEDERATION.iter().filter(|name| used.contains(**name)).map(|name| format!("@{name}"));
        relink(&mut document, import.collect());
        Ok(Self { text: print(&document), document })
    }

    /// The internal schema's SDL.
    pub(crate) fn internal(export: &str) -> Result<Self, SdlError> {
        let mut document = parse(export)?;
        drop_definitions(&mut document, |name| BUILT_IN.contains(&name));
        descriptions::describe(&mut document);
        Ok(Self { text: print(&document), document })
    }
}

fn parse(text: &str) -> Result<Document, SdlError> {
    Document::parse(text, "schema.graphql").map_err(|failed| SdlError(failed.errors.to_string()))
}

fn print(document: &Document) -> String {
    let mut text = document.to_string();
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn drop_definitions(document: &mut Document, is_known: impl Fn(&str) -> bool) {
    document
        .definitions
        .retain(|definition| !matches!(definition, Definition::DirectiveDefinition(d) if is_known(&d.name)));
}

/// Replaces the arguments of the federation link.
fn relink(document: &mut Document, import: Vec<String>) {
    for definition in &mut document.definitions {
        let Definition::SchemaExtension(extension) = definition else { continue };
        for directive in extension.make_mut().directives.iter_mut() {
            if !links_federation(directive) {
                continue;
            }
            for argument in &mut directive.make_mut().arguments {
                let value = match argument.name.as_str() {
                    "url" => Value::String(FEDERATION_URL.to_owned()),
                    "import" => {
                        Value::List(import.iter().cloned().map(Value::String).map(Node::new).collect())
                    }
                    _ => continue,
                };
                argument.make_mut().value = Node::new(value);
            }
        }
    }
}

fn links_federation(directive: &Directive) -> bool {
    directive.name == "link"
        && directive
            .specified_argument_by_name("url")
            .and_then(|url| url.as_str())
            .is_some_and(|url| url.contains("/federation/"))
}

fn used_directives(document: &Document) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    let mut note = |list: &DirectiveList| used.extend(list.iter().map(|d| d.name.to_string()));
    let note_fields = |fields: &[Node<FieldDefinition>], note: &mut dyn FnMut(&DirectiveList)| {
        for field in fields {
            note(&field.directives);
            field.arguments.iter().for_each(|argument| note(&argument.directives));
        }
    };
    for definition in &document.definitions {
        match definition {
            Definition::ObjectTypeDefinition(d) => {
                note(&d.directives);
                note_fields(&d.fields, &mut note);
            }
            Definition::ObjectTypeExtension(d) => {
                note(&d.directives);
                note_fields(&d.fields, &mut note);
            }
            Definition::InterfaceTypeDefinition(d) => {
                note(&d.directives);
                note_fields(&d.fields, &mut note);
            }
            Definition::InterfaceTypeExtension(d) => {
                note(&d.directives);
                note_fields(&d.fields, &mut note);
            }
            Definition::UnionTypeDefinition(d) => note(&d.directives),
            Definition::ScalarTypeDefinition(d) => note(&d.directives),
            Definition::EnumTypeDefinition(d) => {
                note(&d.directives);
                d.values.iter().for_each(|value| note(&value.directives));
            }
            Definition::InputObjectTypeDefinition(d) => {
                note(&d.directives);
                d.fields.iter().for_each(|field| note(&field.directives));
            }
            Definition::SchemaExtension(d) => note(&d.directives),
            _ => {}
        }
    }
    used
}
