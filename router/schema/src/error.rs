//! What can be wrong with a supergraph, and what with a request.

use apollo_compiler::Schema;
use apollo_compiler::diagnostic::{Diagnostic, ToCliReport};
use apollo_compiler::validation::{DiagnosticData, DiagnosticList, WithErrors};
use serde::Serialize;

use crate::hint;

/// Errors told of one document: one is mended at a time anyway.
const MAX_ERRORS: usize = 8;
/// Kinds of errors, as apollo-compiler names them: what is used nowhere, and selections that are not looked into.
const UNUSED: [&str; 2] = ["UnusedVariable", "UnusedFragment"];
const LEFT_OUT: [&str; 5] = [
    "UndefinedField",
    "SubselectionOnScalarType",
    "SubselectionOnEnumType",
    "UndefinedTypeInNamedFragmentTypeCondition",
    "UndefinedTypeInInlineFragmentTypeCondition",
];

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
    Validation {
        message: String,
        locations: Vec<Location>,
        /// What may have been meant: for those who may read the schema.
        hint: Option<String>,
    },
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

    /// What may have been meant, where that can be guessed. It tells of the schema.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Validation { hint, .. } => hint.as_deref(),
            _ => None,
        }
    }

    /// The first errors of the parser.
    pub(crate) fn syntax(errors: &DiagnosticList) -> Vec<Self> {
        let syntax = |each: Diagnostic<'_, DiagnosticData>| {
            let (message, locations) = told(&each);
            Self::Syntax { message, locations }
        };
        errors.iter().take(MAX_ERRORS).map(syntax).collect()
    }

    /// The first errors of validation, in the order of the document: what is missing at the end of what it is missing
    /// from, so that it comes after an argument with the wrong name, and what is not used last.
    pub(crate) fn validation(schema: &Schema, errors: &DiagnosticList) -> Vec<Self> {
        let mut sorted: Vec<_> = errors.iter().collect();
        // What stands in a selection that is left out of account seems to be used nowhere.
        if sorted.iter().any(|each| is_of(each, &LEFT_OUT)) {
            let is_empty = |each: &_| is_of(each, &["MissingSubselection"]) && selects(each);
            sorted.retain(|each| !(is_of(each, &UNUSED) || is_empty(each)));
        }
        sorted.sort_by_key(place);
        sorted.iter().take(MAX_ERRORS).map(|each| Self::invalid(schema, each)).collect()
    }

    pub(crate) fn invalid(schema: &Schema, each: &Diagnostic<'_, DiagnosticData>) -> Self {
        let (message, locations) = told(each);
        let hint = each.error.unstable_error_name().and_then(|kind| hint::of(schema, kind, &message));
        Self::Validation { message, locations, hint }
    }
}

fn is_of(each: &Diagnostic<'_, DiagnosticData>, kinds: &[&str]) -> bool {
    each.error.unstable_error_name().is_some_and(|kind| kinds.contains(&kind))
}

/// Whether the field at fault has a selection in the text, be it one of which everything is left out of account.
fn selects(each: &Diagnostic<'_, DiagnosticData>) -> bool {
    let text = each.error.location().and_then(|span| {
        each.sources.get(&span.file_id())?.source_text().get(span.offset()..span.end_offset())
    });
    text.is_some_and(|field| field.ends_with('}'))
}

/// Where an error comes in the order of the document.
fn place(each: &Diagnostic<'_, DiagnosticData>) -> usize {
    let location = each.error.location();
    match each.error.unstable_error_name() {
        Some(kind) if UNUSED.contains(&kind) => usize::MAX,
        Some("RequiredArgument" | "RequiredField") => location.map_or(0, |span| span.end_offset()),
        _ => location.map_or(0, |span| span.offset()),
    }
}

fn told(each: &Diagnostic<'_, DiagnosticData>) -> (String, Vec<Location>) {
    let message = each.error.unstable_compat_message().unwrap_or_else(|| each.error.to_string());
    let locations = each
        .error
        .location()
        .and_then(|span| span.line_column(each.sources))
        .map(|at| Location { line: at.line, column: at.column })
        .into_iter()
        .collect();
    (advised(each.error.unstable_error_name(), message), locations)
}

/// With what to do, where the message names only what is wrong.
fn advised(kind: Option<&str>, message: String) -> String {
    let advice = match kind {
        Some("UnusedVariable") => "Use it or leave it out.",
        Some("UnusedFragment") => "Spread it or leave it out.",
        Some("UndefinedVariable") => "Declare it beside the operation's name.",
        Some("AmbiguousAnonymousOperation") => "Give each operation a name.",
        _ => return message,
    };
    format!("{message} {advice}")
}
