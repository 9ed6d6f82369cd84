//! Where a consumer gets a topic's events from.

use std::error::Error;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use platform_database::StoreError;
use serde::{Deserialize, Serialize};

use crate::event::CloudEvent;
use crate::log::{EventLog, MAX_BATCH, becomes_readable};

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

/// The log of a subgraph in the same process. Its reader is told of what there is to read, and does not look otherwise.
pub struct LocalSource {
    log: EventLog,
    end: Mutex<Option<End>>,
}

/// After this position there was nothing to read, as long as nothing more has become readable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct End {
    position: i64,
    readable: u64,
}

impl LocalSource {
    pub fn new(log: EventLog) -> Self {
        Self { log, end: Mutex::default() }
    }

    /// Reads, and notes whether that was all. `readable` is as it was before.
    async fn read(&self, after: i64, limit: u64, readable: u64) -> Result<EventBatch, SourceError> {
        let events = self.log.read_after(after, limit).await.map_err(|e| self.failed(e))?;
        let is_all = u64::try_from(events.len()).unwrap_or(u64::MAX) < limit.min(MAX_BATCH);
        let position = events.last().map_or(after, |event| event.position);
        *self.end() = is_all.then_some(End { position, readable });
        Ok(EventBatch { events })
    }

    fn end(&self) -> MutexGuard<'_, Option<End>> {
        self.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn failed(&self, source: StoreError) -> SourceError {
        SourceError { topic: self.log.topic().to_owned(), source: Box::new(source) }
    }
}

#[async_trait]
impl EventSource for LocalSource {
    fn topic(&self) -> &str {
        self.log.topic()
    }

    async fn pull(&self, after: i64, limit: u64, wait: Duration) -> Result<EventBatch, SourceError> {
        let mut readable = self.log.readable();
        let now = *readable.borrow_and_update();
        if *self.end() != Some(End { position: after, readable: now }) {
            let read = self.read(after, limit, now).await?;
            if !read.events.is_empty() {
                return Ok(read);
            }
        }
        // What another replica has committed meanwhile is found when nothing is told of for that long.
        becomes_readable(&mut readable, wait).await;
        let now = *readable.borrow_and_update();
        self.read(after, limit, now).await
    }

    async fn head(&self) -> Result<i64, SourceError> {
        self.log.head().await.map_err(|e| self.failed(e))
    }
}
