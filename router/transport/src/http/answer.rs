//! What the bytes of an answer mean.

use ::http::StatusCode;

use crate::{Response, TransportError};

/// Reads an answer. A GraphQL response counts whatever the status is: servers send errors with 4xx and 5xx.
pub fn read(subgraph: &str, status: StatusCode, body: &[u8]) -> Result<Response, TransportError> {
    let subgraph = || subgraph.to_owned();
    match serde_json::from_slice::<Response>(body) {
        Ok(response) if !response.data.is_null() || !response.errors.is_empty() => Ok(response),
        _ if !status.is_success() => {
            Err(TransportError::Status { subgraph: subgraph(), status: status.as_u16() })
        }
        Ok(_) => Err(TransportError::Malformed {
            subgraph: subgraph(),
            reason: "neither data nor errors".to_owned(),
        }),
        // serde_json names the place, and repeats nothing of the text.
        Err(error) => Err(TransportError::Malformed { subgraph: subgraph(), reason: error.to_string() }),
    }
}
