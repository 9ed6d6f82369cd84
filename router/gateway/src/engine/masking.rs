//! What clients get to read of errors. Errors made here (limits, validation, rights) are written for clients; those
//! of subgraphs may tell about the inside, so they are hidden as configured, and logged once with the trace id.

use std::sync::Arc;

use router_transport::{GraphqlError, Object, Value};

use crate::config::ErrorMasking;

/// Codes of errors whose text is not for clients. That of a call that came to nothing is the executor's own.
const INTERNAL: &[&str] = &["INTERNAL", "INTERNAL_SERVER_ERROR", "INTERNAL_ERROR"];

#[derive(Debug, Clone)]
pub struct Masking {
    level: ErrorMasking,
    /// Names in `extensions` that clients get.
    extensions: Arc<[String]>,
}

impl Masking {
    pub fn new(level: ErrorMasking, extensions: &[String]) -> Self {
        Self { level, extensions: extensions.into() }
    }

    /// Hides what is to be hidden and gives every error the trace id.
    pub fn apply(&self, errors: &mut [GraphqlError], trace_id: &str) {
        for error in errors {
            let code = error.extensions.get("code").and_then(Value::as_str).map(str::to_owned);
            if self.hides(code.as_deref()) {
                tracing::error!(
                    trace_id,
                    code,
                    message = error.message,
                    path = ?error.path,
                    "an error of a subgraph, hidden from the client"
                );
                "internal error".clone_into(&mut error.message);
                error.extensions = Object::new();
                error.extensions.insert("code".to_owned(), Value::from("INTERNAL"));
            } else if self.level != ErrorMasking::Off {
                error
                    .extensions
                    .retain(|name, _| name == "code" || self.extensions.iter().any(|own| own == name));
            }
            error.extensions.insert("traceId".to_owned(), Value::from(trace_id));
        }
    }

    fn hides(&self, code: Option<&str>) -> bool {
        match (self.level, code) {
            (ErrorMasking::Off, _) => false,
            (ErrorMasking::Internal | ErrorMasking::Uncoded, Some(code)) => INTERNAL.contains(&code),
            (ErrorMasking::Internal, None) => false,
            (ErrorMasking::Uncoded, None) => true,
        }
    }
}
