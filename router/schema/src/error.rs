//! What can be wrong with a supergraph, and what with a request.

use apollo_compiler::diagnostic::{Diagnostic, ToCliReport};
use apollo_compiler::validation::{DiagnosticData, DiagnosticList, WithErrors};
use serde::Serialize;

/// Why a text is no supergraph that can be served.
#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    #[error("the supergraph is not valid GraphQL: {0}")]
    Invalid(String),
    #[error("the supergraph names no subgraphs: it has no enum `join__Graph`")]
    NoSubgraphs,
    #[error("`{place}` refers to the unknown subgraph `{graph}`")]
    UnknownSubgraph { place: String, graph: String },
    #[error("`{place}` has the field set `{text}`, which is not valid: {reason}")]
    FieldSet { place: String, text: String, reason: String },
    #[error("what the supergraph links cannot be read: {0}")]
    Link(String),
    #[error("the supergraph links {feature} for its security, which this router does not know")]
    UnknownSecurity { feature: String },
    #[error("the schema that clients would see is not valid: {0}")]
    Api(String),
}

impl SchemaError {
    pub(crate) fn invalid<T>(errors: &WithErrors<T>) -> Self {
        Self::Invalid(first_message(&errors.errors))
    }
}

/// The first of several diagnostics, and how many more there are.
pub(crate) fn first_message(errors: &DiagnosticList) -> String {
    let first = errors.iter().next().map(|each| each.error.to_string()).unwrap_or_default();
    match errors.len() {
        0 | 1 => first,
        more => format!("{first} (and {} more)", more - 1),
    }
}

/// A place in the client's document, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Location {
    pub line: usize,
    pub column: usize,
}

/// Why a request is refused before anything is run.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RequestError {
    #[error("{message}")]
    Syntax { message: String, locations: Vec<Location> },
    #[error("{message}")]
    Validation { message: String, locations: Vec<Location> },
    #[error("{message}")]
    UnknownOperation { message: String },
    #[error("{message}")]
    Variable { message: String },
    #[error("{message}")]
    Introspection { message: String },
}

impl RequestError {
    /// `extensions.code` of the error.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Syntax { .. } => "GRAPHQL_PARSE_FAILED",
            Self::Validation { .. } | Self::Introspection { .. } => "GRAPHQL_VALIDATION_FAILED",
            Self::UnknownOperation { .. } => "OPERATION_RESOLUTION_FAILURE",
            Self::Variable { .. } => "BAD_USER_INPUT",
        }
    }

    pub fn locations(&self) -> &[Location] {
        match self {
            Self::Syntax { locations, .. } | Self::Validation { locations, .. } => locations,
            Self::UnknownOperation { .. } | Self::Variable { .. } | Self::Introspection { .. } => &[],
        }
    }

    /// One error per diagnostic. `syntax` says whether they come from the parser.
    pub(crate) fn from_diagnostics(errors: &DiagnosticList, syntax: bool) -> Vec<Self> {
        errors.iter().map(|each| Self::from_diagnostic(&each, syntax)).collect()
    }

    pub(crate) fn from_diagnostic(each: &Diagnostic<'_, DiagnosticData>, syntax: bool) -> Self {
        let message = each.error.unstable_compat_message().unwrap_or_else(|| each.error.to_string());
        let locations = each
            .error
            .location()
            .and_then(|span| span.line_column(each.sources))
            .map(|at| Location { line: at.line, column: at.column })
            .into_iter()
            .collect();
        if syntax { Self::Syntax { message, locations } } else { Self::Validation { message, locations } }
    }
}
