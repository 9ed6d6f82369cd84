//! Types that are extended everywhere and defined nowhere.

use apollo_compiler::Name;
use indexmap::IndexMap;

use super::model::{SubgraphModel, TypeDef};
use crate::error::{CompositionError, ErrorCode};

const ROOTS: [&str; 3] = ["Query", "Mutation", "Subscription"];

/// Runs before Federation 1 is upgraded, since the upgrade turns its extensions into definitions.
pub(super) fn check(models: &[SubgraphModel]) -> Vec<CompositionError> {
    let mut declared: IndexMap<&Name, Vec<(&SubgraphModel, &TypeDef)>> = IndexMap::new();
    for model in models {
        for ty in model.types.values() {
            declared.entry(&ty.name).or_default().push((model, ty));
        }
    }
    let mut errors = Vec::new();
    for (name, declarations) in declared {
        let extends = |(model, ty): &(&SubgraphModel, &TypeDef)| {
            !ty.has_definition || (model.version.is_none() && ty.is_federation_extension())
        };
        if ROOTS.contains(&name.as_str()) || !declarations.iter().all(extends) {
            continue;
        }
        let at = declarations.iter().filter_map(|(model, ty)| model.locate(ty.location));
        errors.push(
            CompositionError::new(
                ErrorCode::ExtensionWithNoBase,
                format!("Type \"{name}\" is only extended: no subgraph defines it"),
            )
            .at(at),
        );
    }
    errors
}
