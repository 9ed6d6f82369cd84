//! The log of a subgraph of the same process as a consumer's source.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use platform_database::StoreError;

use crate::log::{EventLog, MAX_BATCH, becomes_readable};
use crate::source::{EventBatch, EventSource, Place, SourceError};

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
    async fn read(&self, after: Place, limit: u64, readable: u64) -> Result<EventBatch, SourceError> {
        let batch = self.log.read(after, limit).await.map_err(|e| self.failed(e))?;
        let is_all = u64::try_from(batch.events.len()).unwrap_or(u64::MAX) < limit.min(MAX_BATCH - 1);
        let position = batch.events.last().map_or(after.position, |event| event.position);
        *self.end() = (is_all && !batch.replaced).then_some(End { position, readable });
        Ok(batch)
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

    async fn pull(&self, after: Place, limit: u64, wait: Duration) -> Result<EventBatch, SourceError> {
        let mut readable = self.log.readable();
        let now = *readable.borrow_and_update();
        if *self.end() != Some(End { position: after.position, readable: now }) {
            let read = self.read(after, limit, now).await?;
            if read.replaced || !read.events.is_empty() {
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
