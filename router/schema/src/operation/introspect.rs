//! `__schema` and `__type`, answered from the API schema.

use apollo_compiler::introspection;
use apollo_compiler::validation::Valid;

use crate::{JsonObject, Operation, RequestError, Supergraph, Variables};

impl Supergraph {
    /// The introspection fields at the operation's root, by response key; other fields are left out. `variables` are
    /// coerced. Refuses introspection that nests lists deeper than any tool asks for.
    pub fn introspect(
        &self,
        operation: &Operation,
        variables: &Variables,
    ) -> Result<JsonObject, RequestError> {
        let refused = |error: apollo_compiler::request::RequestError| RequestError::Introspection {
            message: error.message().to_string(),
        };
        introspection::check_max_depth(operation.document(), operation.definition()).map_err(refused)?;
        let variables = variables
            .entries()
            .iter()
            .map(|(name, value)| Ok(((&**name).into(), serde_json::from_value(value.to_json())?)))
            .collect::<Result<_, serde_json::Error>>()
            .map_err(unrepresentable)?;
        let response = introspection::partial_execute(
            self.api().schema(),
            self.api().implementers(),
            operation.document(),
            operation.definition(),
            &Valid::assume_valid(variables),
        )
        .map_err(refused)?;
        let data = response.data.unwrap_or_default();
        data.into_iter()
            .map(|(key, value)| Ok((key.as_str().to_owned(), serde_json::to_value(value)?)))
            .collect::<Result<_, serde_json::Error>>()
            .map_err(unrepresentable)
    }
}

/// Both sides are JSON, so this cannot be seen; it is told rather than hidden.
fn unrepresentable(error: serde_json::Error) -> RequestError {
    RequestError::Introspection { message: error.to_string() }
}
