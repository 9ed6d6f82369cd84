//! What the bytes of an answer mean.

use ::http::StatusCode;

use crate::{Answer, Response, TransportError};

/// Either form of an answer.
pub trait Readable: From<Response> + Send + 'static {
    /// Of the text of a GraphQL response; else what is wrong with it, which repeats nothing of the text.
    fn read(text: &str) -> Result<Self, String>;

    /// Neither data nor errors: no GraphQL response.
    fn is_empty(&self) -> bool;
}

impl Readable for Response {
    fn read(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    fn is_empty(&self) -> bool {
        self.data.is_null() && self.errors.is_empty()
    }
}

impl Readable for Answer {
    fn read(text: &str) -> Result<Self, String> {
        Self::read(text).map_err(|error| error.to_string())
    }

    fn is_empty(&self) -> bool {
        self.data.is_null() && self.errors.is_empty()
    }
}

/// Reads an answer. A GraphQL response counts whatever the status is: servers send errors with 4xx and 5xx.
pub fn read<A: Readable>(subgraph: &str, status: StatusCode, body: &[u8]) -> Result<A, TransportError> {
    let subgraph = || subgraph.to_owned();
    let read = std::str::from_utf8(body).map_err(|error| error.to_string()).and_then(A::read);
    match read {
        Ok(answer) if !answer.is_empty() => Ok(answer),
        _ if !status.is_success() => {
            Err(TransportError::Status { subgraph: subgraph(), status: status.as_u16() })
        }
        Ok(_) => Err(TransportError::Malformed {
            subgraph: subgraph(),
            reason: "neither data nor errors".to_owned(),
        }),
        Err(reason) => Err(TransportError::Malformed { subgraph: subgraph(), reason }),
    }
}
