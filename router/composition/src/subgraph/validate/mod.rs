//! What a subgraph has to satisfy alone, beyond being valid GraphQL.

mod context;
mod cost;
mod defaults;
mod field_sets;
mod given;
mod interfaces;
mod placement;

use super::model::SubgraphModel;
use crate::error::{CompositionError, ErrorCode};
use apollo_compiler::parser::SourceSpan;

pub(super) fn validate(model: &SubgraphModel) -> Vec<CompositionError> {
    let mut checks = Checks { model, errors: Vec::new() };
    checks.field_sets();
    checks.placement();
    checks.interfaces();
    checks.contexts();
    checks.costs();
    checks.defaults();
    checks.errors
}

struct Checks<'a> {
    model: &'a SubgraphModel,
    errors: Vec<CompositionError>,
}

impl Checks<'_> {
    fn fail(&mut self, code: ErrorCode, message: impl AsRef<str>, at: Option<SourceSpan>) {
        let message = format!("[{}] {}", self.model.name, message.as_ref());
        self.errors.push(CompositionError::new(code, message).at(self.model.locate(at)));
    }
}
