//! A mistake in one document, before it is known which subgraph the document is of.

use apollo_compiler::parser::{SourceMap, SourceSpan};

use crate::error::{CompositionError, ErrorCode, Location};

#[derive(Debug)]
pub(super) struct Problem {
    pub code: ErrorCode,
    pub message: String,
    pub location: Option<SourceSpan>,
}

impl Problem {
    pub fn into_error(self, subgraph: &str, sources: &SourceMap) -> CompositionError {
        let at = self.location.and_then(|span| span.line_column(sources)).map(|at| Location {
            subgraph: subgraph.to_owned(),
            line: at.line,
            column: at.column,
        });
        CompositionError::new(self.code, format!("[{subgraph}] {}", self.message)).at(at)
    }
}
