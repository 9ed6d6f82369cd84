//! The GraphQL schema of a document: with the definitions that Federation leaves implicit, validated.

use std::collections::{HashMap, HashSet};

use apollo_compiler::Name;
use apollo_compiler::ast::{Definition, Document};
use apollo_compiler::schema::Schema;
use apollo_compiler::validation::DiagnosticList;

use super::definitions;
use super::features::Features;
use super::problem::Problem;
use crate::error::{CompositionError, ErrorCode, Location};
use crate::links;

pub(super) fn graphql_errors(subgraph: &str, list: &DiagnosticList) -> Vec<CompositionError> {
    list.iter()
        .map(|diagnostic| {
            let at = diagnostic.line_column_range().map(|range| Location {
                subgraph: subgraph.to_owned(),
                line: range.start.line,
                column: range.start.column,
            });
            let message = format!("[{subgraph}] {}", diagnostic.to_json().message);
            CompositionError::new(ErrorCode::InvalidGraphql, message).at(at)
        })
        .collect()
}

pub(super) fn build(
    subgraph: &str,
    document: &Document,
    features: &Features,
) -> Result<Schema, Vec<CompositionError>> {
    let specified = links::definitions(features.federation(), &features.directive_names);
    let contradictions = definitions::check(document, &specified);
    if !contradictions.is_empty() {
        return Err(contradictions
            .into_iter()
            .map(|problem| problem.into_error(subgraph, &document.sources))
            .collect());
    }
    let text = implicit_definitions(document, &features.links.directive, specified);
    let mut builder = Schema::builder().adopt_orphan_extensions().add_ast(document);
    // A text without definitions is no document; what servers tell by `_service` often defines everything itself.
    if !text.is_empty() {
        builder = builder.parse(text, "federation.graphql");
    }
    let schema = builder.build().map_err(|failed| graphql_errors(subgraph, &failed.errors))?;
    let schema = schema.validate().map_err(|failed| graphql_errors(subgraph, &failed.errors))?;
    Ok(schema.into_inner())
}

/// Definitions of what the document uses and does not define.
fn implicit_definitions(document: &Document, link: &str, specified: Vec<(String, String)>) -> String {
    let mut present: HashSet<String> = HashSet::new();
    for definition in &document.definitions {
        let Some(name) = definition.name() else {
            continue;
        };
        present.insert(match definition {
            Definition::DirectiveDefinition(_) => format!("@{name}"),
            _ => name.to_string(),
        });
    }
    let machinery = [
        (
            format!("@{link}"),
            format!(
                "directive @{link}(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA"
            ),
        ),
        ("link__Purpose".to_owned(), "enum link__Purpose { SECURITY EXECUTION }".to_owned()),
        ("link__Import".to_owned(), "scalar link__Import".to_owned()),
        ("_Service".to_owned(), "type _Service { sdl: String }".to_owned()),
    ];
    let mut text = String::new();
    for (name, definition) in machinery.into_iter().chain(specified) {
        if !present.contains(&name) {
            text.push_str(&definition);
            text.push('\n');
        }
    }
    // Every subgraph answers `_service`, so that Query is never missing and never empty.
    let query = query_name(document);
    if !has_field(document, &query, "_service") {
        let keyword = if present.contains(&query) { "extend type" } else { "type" };
        text.push_str(&format!("{keyword} {query} {{ _service: _Service! }}\n"));
    }
    text
}

fn has_field(document: &Document, ty: &str, field: &str) -> bool {
    document.definitions.iter().any(|definition| {
        let (name, fields) = match definition {
            Definition::ObjectTypeDefinition(ty) => (&ty.name, &ty.fields),
            Definition::ObjectTypeExtension(ty) => (&ty.name, &ty.fields),
            _ => return false,
        };
        *name == ty && fields.iter().any(|known| known.name == field)
    })
}

fn query_name(document: &Document) -> String {
    let roots = document.definitions.iter().flat_map(|definition| match definition {
        Definition::SchemaDefinition(schema) => schema.root_operations.as_slice(),
        Definition::SchemaExtension(schema) => schema.root_operations.as_slice(),
        _ => &[],
    });
    for root in roots {
        if root.0.is_query() {
            return root.1.to_string();
        }
    }
    "Query".to_owned()
}

/// From the names of the root types in the document to Query, Mutation and Subscription.
pub(super) fn root_renames(schema: &Schema) -> Result<HashMap<Name, Name>, Vec<Problem>> {
    let roots = &schema.schema_definition;
    let mut renames = HashMap::new();
    let mut errors = Vec::new();
    for (root, default, code) in [
        (&roots.query, "Query", ErrorCode::RootQueryUsed),
        (&roots.mutation, "Mutation", ErrorCode::RootMutationUsed),
        (&roots.subscription, "Subscription", ErrorCode::RootSubscriptionUsed),
    ] {
        let Some(root) = root else { continue };
        if root.name == default {
            continue;
        }
        if schema.types.contains_key(default) {
            errors.push(Problem {
                code,
                message: format!(
                    "the root type is \"{}\", and another type is called \"{default}\": in the supergraph both would be",
                    root.name
                ),
                location: schema.types.get(default).and_then(|ty| ty.location()),
            });
        } else {
            renames.insert(root.name.clone(), Name::new_unchecked(default));
        }
    }
    if errors.is_empty() { Ok(renames) } else { Err(errors) }
}
