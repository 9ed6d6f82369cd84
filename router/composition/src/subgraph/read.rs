//! Text to model: parse, find out what is linked, complete and validate as GraphQL, convert.

use std::collections::HashSet;

use apollo_compiler::Name;
use apollo_compiler::ast::{Definition, Document};

use super::convert::Converter;
use super::features::Features;
use super::model::SubgraphModel;
use super::problem::Problem;
use super::schema;
use crate::Subgraph;
use crate::error::CompositionError;

pub(super) fn read(subgraph: &Subgraph, graph: Name) -> Result<SubgraphModel, Vec<CompositionError>> {
    let path = format!("{}.graphql", subgraph.name);
    let document = Document::parse(subgraph.sdl.as_str(), path)
        .map_err(|failed| schema::graphql_errors(&subgraph.name, &failed.errors))?;
    let located = |problems: Vec<Problem>| -> Vec<CompositionError> {
        problems.into_iter().map(|problem| problem.into_error(&subgraph.name, &document.sources)).collect()
    };
    let features = Features::read(&document).map_err(located)?;
    let schema = schema::build(&subgraph.name, &document, &features)?;
    let definitions: HashSet<&Name> = document
        .definitions
        .iter()
        .filter(|definition| !definition.is_extension_definition())
        .filter_map(Definition::name)
        .collect();
    let converter = Converter {
        roles: features.roles(),
        renames: schema::root_renames(&schema).map_err(located)?,
        definitions,
        removed: features.type_names(),
    };
    let mut types = converter.types(&schema);
    types.sort_keys();
    Ok(SubgraphModel {
        name: subgraph.name.clone(),
        url: subgraph.url.clone(),
        graph,
        version: features.version,
        types,
        directive_definitions: schema
            .directive_definitions
            .iter()
            .filter(|(_, definition)| !definition.is_built_in())
            .map(|(name, definition)| (name.clone(), definition.clone()))
            .collect(),
        schema_directives: converter.components(&schema.schema_definition.directives),
        schema_description: schema.schema_definition.description.clone(),
        sources: schema.sources.clone(),
        directive_names: features.directive_names,
        links: features.links.all,
    })
}
