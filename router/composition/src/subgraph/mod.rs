//! Reading subgraphs: text to [`SubgraphModel`], Federation 1 lifted to 2, and each validated alone.

mod arguments;
mod bases;
pub(crate) mod context;
mod convert;
mod definitions;
mod facts;
mod features;
pub(crate) mod field_set;
pub(crate) mod input_value;
pub(crate) mod model;
mod names;
mod problem;
mod read;
mod schema;
mod upgrade;
mod validate;

use crate::Subgraph;
use crate::error::CompositionError;
pub(crate) use model::SubgraphModel;

/// The models of the subgraphs, sorted by name.
pub(crate) fn load(subgraphs: &[Subgraph]) -> Result<Vec<SubgraphModel>, Vec<CompositionError>> {
    let named = names::assign(subgraphs)?;
    let mut models = Vec::with_capacity(named.len());
    let mut errors = Vec::new();
    for (subgraph, graph) in named {
        match read::read(subgraph, graph) {
            Ok(model) => models.push(model),
            Err(more) => errors.extend(more),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    for model in &mut models {
        errors.extend(arguments::read(model));
    }
    for model in &mut models {
        facts::derive(model);
    }
    let baseless = bases::check(&models);
    errors.extend(upgrade::upgrade(&mut models));
    for model in &models {
        errors.extend(validate::validate(model));
    }
    if errors.is_empty() {
        errors = baseless;
    }
    if errors.is_empty() { Ok(models) } else { Err(errors) }
}
