//! Where a consumer gets a topic's events from.

use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::event::CloudEvent;

/// A topic's log does not answer.
#[derive(Debug, thiserror::Error)]
#[error("the events of `{topic}` cannot be read")]
pub struct SourceError {
    pub topic: String,
    #[source]
    pub source: Box<dyn Error + Send + Sync>,
}

/// A consumer's request to a log in another process: the body of `POST /internal/events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PullRequest {
    /// The last position the consumer has seen; 0 for none.
    pub after: i64,
    /// The most events to return; the log has its own limit too.
    pub limit: u64,
    /// How long to wait when there is nothing to return, in milliseconds.
    #[serde(default)]
    pub wait_ms: u64,
}

/// Events of a topic, in order: the answer to a [`PullRequest`].
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct EventBatch {
    pub events: Vec<CloudEvent>,
}

/// A topic's events by position.
#[async_trait]
pub trait EventSource: Send + Sync + 'static {
    fn topic(&self) -> &str;

    /// At most `limit` events after `after`, oldest first; waits up to `wait` when there are none.
    async fn pull(&self, after: i64, limit: u64, wait: Duration) -> Result<EventBatch, SourceError>;

    /// The position of the newest event; 0 when there has never been one.
    async fn head(&self) -> Result<i64, SourceError>;
}
