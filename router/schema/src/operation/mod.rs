//! A client's operation, parsed and validated against the API schema.

pub mod expand;
pub mod flags;
mod introspect;
pub mod introspection_size;
mod lists;
mod variables;

use std::fmt;
use std::sync::Arc;

use apollo_compiler::executable;
use apollo_compiler::parser::Parser;
use apollo_compiler::validation::Valid;
use apollo_compiler::{ExecutableDocument, Name, Node};
use serde::Serialize;

use crate::{RequestError, Supergraph};

/// Operations named in one message.
const MAX_NAMES: usize = 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum OperationKind {
    Query,
    Mutation,
    Subscription,
}

impl fmt::Display for OperationKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        })
    }
}

impl From<executable::OperationType> for OperationKind {
    fn from(kind: executable::OperationType) -> Self {
        match kind {
            executable::OperationType::Query => Self::Query,
            executable::OperationType::Mutation => Self::Mutation,
            executable::OperationType::Subscription => Self::Subscription,
        }
    }
}

/// One operation of a valid document. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Operation {
    document: Arc<Valid<ExecutableDocument>>,
    definition: Node<executable::Operation>,
    conditions: Arc<[Name]>,
}

impl Operation {
    /// Parses and validates the whole document and picks the operation to run. For texts that are trusted.
    pub fn parse(supergraph: &Supergraph, text: &str, name: Option<&str>) -> Result<Self, Vec<RequestError>> {
        Self::parse_within(supergraph, text, name, usize::MAX)
    }

    /// The same of a text that was measured at `tokens`, commas and comments counted. Of a text that is no document the
    /// parser may see more of them than whoever measured it; it ends there.
    pub fn parse_within(
        supergraph: &Supergraph,
        text: &str,
        name: Option<&str>,
        tokens: usize,
    ) -> Result<Self, Vec<RequestError>> {
        // To the parser, the white space around each is a token too, and so is the end.
        let parsed = tokens.saturating_add(1).saturating_mul(2);
        let ast = Parser::new()
            .token_limit(parsed)
            .parse_ast(text, "operation.graphql")
            .map_err(|errors| RequestError::syntax(&errors.errors))?;
        let document = ast
            .to_executable_validate(supergraph.api().schema())
            .map_err(|errors| RequestError::validation(supergraph.api().schema(), &errors.errors))?;
        let conflicts = lists::conflicts(supergraph.api().schema(), &ast);
        if !conflicts.is_empty() {
            return Err(conflicts);
        }
        let definition = document
            .operations
            .get(name)
            .map_err(|_| {
                vec![RequestError::UnknownOperation { message: unknown_operation(&document, name) }]
            })?
            .clone();
        let conditions = flags::condition_variables(&document, &definition).into();
        Ok(Self { document: Arc::new(document), definition, conditions })
    }

    pub fn kind(&self) -> OperationKind {
        self.definition.operation_type.into()
    }

    pub fn name(&self) -> Option<&str> {
        self.definition.name.as_deref()
    }

    pub fn document(&self) -> &Valid<ExecutableDocument> {
        &self.document
    }

    pub fn definition(&self) -> &Node<executable::Operation> {
        &self.definition
    }

    /// The variables that `@skip` and `@include` depend on, in the order of [`Flags`](crate::Flags).
    pub fn conditions(&self) -> &[Name] {
        &self.conditions
    }
}

fn unknown_operation(document: &ExecutableDocument, name: Option<&str>) -> String {
    let named: Vec<String> =
        document.operations.named.keys().take(MAX_NAMES).map(|name| format!("\"{name}\"")).collect();
    let named = named.join(", ");
    match name {
        Some(name) if named.is_empty() => {
            format!(
                "Unknown operation named \"{name}\". The document's operation has no name: send no `operationName`."
            )
        }
        Some(name) => format!("Unknown operation named \"{name}\". The document has {named}."),
        None if named.is_empty() => "The document has no operation.".to_owned(),
        None => format!("Must provide `operationName`, for the document has several operations: {named}."),
    }
}
