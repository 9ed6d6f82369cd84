//! Errors on their way to the client.
//!
//! Until the tree is complete they carry paths of internal names; [`crate::rebase`] turns these into the client's.

use std::error::Error;
use std::sync::Arc;

use router_schema::{JsonObject, RequestError};
use router_transport::{GraphqlError, Location, PathElement, TransportError, Value};

use crate::request::{ExecutorOptions, SubgraphErrors};

/// Errors beyond these are dropped: a subgraph can send any number, and one can belong to any number of places.
pub const MAX_ERRORS: usize = 1000;

/// The error that a client sees for a request that is not executed.
pub fn request_error(error: &RequestError) -> GraphqlError {
    let locations = error.locations().iter();
    GraphqlError {
        message: error.to_string(),
        locations: locations.map(|at| Location { line: at.line, column: at.column }).collect(),
        path: Vec::new(),
        extensions: code(error.code()),
    }
}

/// An error of the router's own.
pub fn own_error(message: String, path: Vec<PathElement>, error_code: &str) -> GraphqlError {
    GraphqlError { message, locations: Vec::new(), path, extensions: code(error_code) }
}

fn code(code: &str) -> JsonObject {
    JsonObject::from_iter([("code".to_owned(), Value::from(code))])
}

/// What subgraphs' errors become, in the order in which they arrived. Paths are of internal names.
#[derive(Debug, Default)]
pub struct Collected {
    errors: Vec<GraphqlError>,
}

impl Collected {
    pub fn into_errors(self) -> Vec<GraphqlError> {
        self.errors
    }

    /// Whether another error would be dropped.
    pub fn is_full(&self) -> bool {
        self.errors.len() >= MAX_ERRORS
    }

    fn push(&mut self, error: GraphqlError) {
        if !self.is_full() {
            self.errors.push(error);
        }
    }

    /// Takes an error of a subgraph's answer to each of `paths`. It loses its locations, which are those of a document
    /// that the client never saw.
    pub fn take_answered(
        &mut self,
        options: &ExecutorOptions,
        subgraph: &Arc<str>,
        error: GraphqlError,
        paths: impl Iterator<Item = Vec<PathElement>>,
    ) {
        let mut error = GraphqlError { locations: Vec::new(), path: Vec::new(), ..error };
        if let SubgraphErrors::Redact { message } = &options.subgraph_errors {
            tracing::warn!(%subgraph, message = error.message, "a subgraph answered with an error");
            error.message.clone_from(message);
            error.extensions.retain(|key, _| key == "code");
        }
        name_subgraph(options, subgraph, &mut error);
        for path in paths {
            if self.is_full() {
                return;
            }
            self.push(GraphqlError { path, ..error.clone() });
        }
    }

    /// Takes the error for a fetch that brought no answer to each of `paths`.
    pub fn take_failure(
        &mut self,
        options: &ExecutorOptions,
        subgraph: &Arc<str>,
        error: &TransportError,
        paths: impl IntoIterator<Item = Vec<PathElement>>,
    ) {
        tracing::warn!(%subgraph, error = %error, source = source_of(error), "a subgraph gave no answer");
        let service =
            if options.expose_subgraph_names { format!("`{subgraph}`") } else { "a service".to_owned() };
        let message = match error {
            TransportError::Timeout { .. } => format!("{service} did not answer in time"),
            TransportError::Unreachable { .. }
            | TransportError::CircuitOpen { .. }
            | TransportError::Unbelieved { .. } => {
                format!("{service} is not available")
            }
            TransportError::Status { .. }
            | TransportError::Malformed { .. }
            | TransportError::TooLarge { .. } => format!("{service} gave an answer that cannot be used"),
            TransportError::SubscriptionsUnsupported { .. } => {
                format!("{service} cannot be subscribed to")
            }
        };
        let mut error = own_error(message, Vec::new(), error.code());
        name_subgraph(options, subgraph, &mut error);
        for path in paths {
            self.push(GraphqlError { path, ..error.clone() });
        }
    }
}

fn name_subgraph(options: &ExecutorOptions, subgraph: &Arc<str>, error: &mut GraphqlError) {
    if options.expose_subgraph_names {
        error.extensions.insert("service".to_owned(), Value::from(&**subgraph));
    }
}

/// The chain of sources in one line; `Display` of an error does not repeat its source.
fn source_of(error: &dyn Error) -> String {
    let mut text = String::new();
    let mut source = error.source();
    while let Some(error) = source {
        if !text.is_empty() {
            text.push_str(": ");
        }
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// What two paths have in common from the root.
pub fn common_prefix(a: Vec<PathElement>, b: &[PathElement]) -> Vec<PathElement> {
    let shared = a.iter().zip(b).take_while(|(a, b)| a == b).count();
    let mut prefix = a;
    prefix.truncate(shared);
    prefix
}
