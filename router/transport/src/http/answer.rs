//! What the bytes of an answer mean.

use ::http::StatusCode;
use serde::de::DeserializeOwned;

use crate::{Answer, Response, TransportError};

/// Either form of an answer.
pub trait Readable: DeserializeOwned + Send {
    /// Neither data nor errors: no GraphQL response.
    fn is_empty(&self) -> bool;
}

impl Readable for Response {
    fn is_empty(&self) -> bool {
        self.data.is_null() && self.errors.is_empty()
    }
}

impl Readable for Answer {
    fn is_empty(&self) -> bool {
        self.data.is_null() && self.errors.is_empty()
    }
}

/// Reads an answer. A GraphQL response counts whatever the status is: servers send errors with 4xx and 5xx.
pub fn read<A: Readable>(subgraph: &str, status: StatusCode, body: &[u8]) -> Result<A, TransportError> {
    let subgraph = || subgraph.to_owned();
    match serde_json::from_slice::<A>(body) {
        Ok(answer) if !answer.is_empty() => Ok(answer),
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
