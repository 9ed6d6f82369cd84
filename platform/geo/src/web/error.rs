//! Why a service for maps cannot be used, or did not answer.

use reqwest::StatusCode;

use super::MAX_BYTES;

/// What is no service for maps.
#[derive(Debug, thiserror::Error)]
pub enum InvalidService {
    #[error("it is no address of a service for maps; write for example http://127.0.0.1:5000")]
    Url,
    #[error(
        "the contact is not to be read by a service for maps; write a mail address or the address of a page"
    )]
    Contact,
    #[error("HTTP cannot be spoken")]
    Client(#[source] reqwest::Error),
}

/// Why a service has no answer. What was asked is an address of somebody, and is never part of it.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    #[error("it did not answer a moment ago")]
    Resting,
    #[error("others ask it")]
    Busy,
    #[error("it did not answer in time")]
    Late,
    #[error("it does not answer")]
    Http(#[source] reqwest::Error),
    #[error("it answers with {0}")]
    Status(StatusCode),
    #[error("it answers with more than {MAX_BYTES} bytes")]
    TooLarge,
    #[error("what it answers is not what was asked for")]
    Unreadable(#[source] serde_json::Error),
    #[error("its answer has too few values, or some that cannot be")]
    Wrong,
}

impl From<reqwest::Error> for NoAnswer {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error.without_url())
    }
}
