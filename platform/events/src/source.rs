//! Where a consumer gets a topic's events from.

use std::error::Error;
use std::time::Duration;

use async_trait::async_trait;
use platform_core::id::EventId;
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

/// How far a reader has come in a log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Place {
    /// Of the last event it has seen; 0 for none.
    pub position: i64,
    /// Which event that was, where the reader knows.
    pub event: Option<EventId>,
}

/// A consumer's request to a log in another process: the body of `POST /internal/events`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PullRequest {
    /// The last position the consumer has seen; 0 for none.
    pub after: i64,
    /// Which event it has seen there, where it knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<EventId>,
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
    /// The log does not hold what the reader has seen in it: its database has lost its last commits, as a failover to a
    /// replica that was behind does. There are no events then; what follows the loss may stand at places that the reader
    /// has passed.
    #[serde(default)]
    pub replaced: bool,
}

/// A topic's events by position.
#[async_trait]
pub trait EventSource: Send + Sync + 'static {
    fn topic(&self) -> &str;

    /// At most `limit` events after `after`, oldest first; waits up to `wait` when there are none.
    async fn pull(&self, after: Place, limit: u64, wait: Duration) -> Result<EventBatch, SourceError>;

    /// The position of the newest event; 0 when there has never been one.
    async fn head(&self) -> Result<i64, SourceError>;
}
