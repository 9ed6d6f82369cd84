//! The outbox read as a log.
//!
//! Positions follow the order of commits. On SQLite, whose writers queue, that is the order of `sequence`. On
//! PostgreSQL a sequence number is drawn before the commit, so a reader going by it could pass a transaction that is
//! still open; there a relay gives committed events their positions, one relay at a time (see the relay module).

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use platform_core::id::EventId;
use platform_database::sql::statement;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{ConnectionTrait, DbErr, QueryResult};
use serde_json::value::RawValue;
use tokio::sync::{Notify, watch};

use crate::event::CloudEvent;
use crate::source::{EventBatch, Place, PullRequest};

/// The most events of one read.
pub const MAX_BATCH: u64 = 1_000;
/// How long an event waits for those that follow close on it, so that one read and one transaction serve them all.
pub(crate) const GATHER: Duration = Duration::from_millis(5);
/// The longest a reader may wait for something to read.
const MAX_WAIT: Duration = Duration::from_secs(30);

/// The log of one subgraph's events. Cheap to clone.
#[derive(Clone)]
pub struct EventLog {
    shared: Arc<Shared>,
}

struct Shared {
    database: Database,
    topic: Arc<str>,
    /// Counts the occasions on which events became readable through this process.
    readable: watch::Sender<u64>,
    /// Committed here, and without a position yet.
    unplaced: Notify,
}

impl EventLog {
    pub(crate) fn new(database: Database) -> Self {
        let topic = database.subgraph().into();
        let shared = Shared { database, topic, readable: watch::Sender::new(0), unplaced: Notify::new() };
        Self { shared: Arc::new(shared) }
    }

    /// The subgraph whose events these are.
    pub fn topic(&self) -> &str {
        &self.shared.topic
    }

    pub(crate) fn database(&self) -> &Database {
        &self.shared.database
    }

    pub(crate) fn wake_on_commit(&self, tx: &Transaction) {
        let log = self.clone();
        tx.on_commit(move || {
            if log.database().is_postgres() {
                log.shared.unplaced.notify_one();
            } else {
                log.wake_readers();
            }
        });
    }

    pub(crate) fn wake_readers(&self) {
        self.shared.readable.send_modify(|times| *times = times.wrapping_add(1));
    }

    /// Counts the occasions on which events became readable through this process; changes with each.
    pub(crate) fn readable(&self) -> watch::Receiver<u64> {
        self.shared.readable.subscribe()
    }

    pub(crate) async fn unplaced(&self) {
        self.shared.unplaced.notified().await;
    }

    /// At most `limit` events after the position `after`, oldest first; all committed, none passed over.
    pub async fn read_after(&self, after: i64, limit: u64) -> Result<Vec<CloudEvent>, StoreError> {
        let limit = i64::try_from(limit.min(MAX_BATCH)).unwrap_or(i64::MAX);
        let column = if self.database().is_postgres() { "position" } else { "sequence" };
        let sql = format!(
            "SELECT {column} AS at, id, type, version, key, data, occurred_at FROM outbox \
             WHERE {column} > $1 ORDER BY {column} LIMIT $2"
        );
        let read = self.database().read();
        let rows = read.query_all_raw(statement(read, sql, [after.into(), limit.into()])).await?;
        rows.iter().map(|row| self.event(row)).collect()
    }

    /// Like [`Self::read_after`], and looks whether the log holds what its reader has seen.
    pub(crate) async fn read(&self, after: Place, limit: u64) -> Result<EventBatch, StoreError> {
        let Some(seen) = after.event else {
            return Ok(EventBatch { events: self.read_after(after.position, limit).await?, replaced: false });
        };
        // The last event that was seen is read once more.
        let mut events = self.read_after(after.position - 1, limit.saturating_add(1)).await?;
        let replaced = match events.first() {
            Some(first) if first.position == after.position => events.remove(0).id != seen,
            // It was removed because of its age.
            Some(_) => false,
            None => self.head().await? < after.position,
        };
        if replaced {
            events.clear();
        }
        events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(EventBatch { events, replaced })
    }

    /// The same, but waits up to `wait` for something to read.
    pub async fn pull(&self, after: Place, limit: u64, wait: Duration) -> Result<EventBatch, StoreError> {
        let mut readable = self.readable();
        let batch = self.read(after, limit).await?;
        // What another replica has committed meanwhile is found by the next pull.
        let is_done = batch.replaced || !batch.events.is_empty() || limit == 0;
        if is_done || !becomes_readable(&mut readable, wait).await {
            return Ok(batch);
        }
        self.read(after, limit).await
    }

    /// Whether something that is committed has no position yet, so that no reader sees it. Never so on SQLite.
    pub async fn any_unplaced(&self) -> Result<bool, StoreError> {
        if !self.database().is_postgres() {
            return Ok(false);
        }
        let read = self.database().read();
        let sql = "SELECT 1 AS one FROM outbox WHERE position IS NULL LIMIT 1";
        Ok(read.query_one_raw(statement(read, sql, [])).await?.is_some())
    }

    /// The position of the newest event; 0 when there has never been one.
    pub async fn head(&self) -> Result<i64, StoreError> {
        let read = self.database().read();
        let sql = if self.database().is_postgres() {
            "SELECT position AS head FROM outbox_head WHERE id = 1"
        } else {
            "SELECT seq AS head FROM sqlite_sequence WHERE name = 'outbox'"
        };
        match read.query_one_raw(statement(read, sql, [])).await? {
            Some(row) => Ok(row.try_get("", "head")?),
            None => Ok(0),
        }
    }

    /// Answers a consumer in another process.
    pub async fn answer(&self, request: &PullRequest) -> Result<EventBatch, StoreError> {
        let after = Place { position: request.after, event: request.seen };
        self.pull(after, request.limit, Duration::from_millis(request.wait_ms)).await
    }

    /// Forgets events that happened before `before`, oldest first; returns how many.
    pub(crate) async fn purge(&self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        let (write, mut removed) = (self.database().write(), 0);
        let placed = if self.database().is_postgres() { "position IS NOT NULL AND " } else { "" };
        let sql = format!(
            "DELETE FROM outbox WHERE {placed}occurred_at < $1 AND sequence IN \
             (SELECT sequence FROM outbox ORDER BY sequence LIMIT {MAX_BATCH})"
        );
        loop {
            let done = write.execute_raw(statement(write, sql.as_str(), [before.into()])).await?;
            removed += done.rows_affected();
            if done.rows_affected() < MAX_BATCH {
                return Ok(removed);
            }
        }
    }

    fn event(&self, row: &QueryResult) -> Result<CloudEvent, StoreError> {
        let version: i32 = row.try_get("", "version")?;
        let data: String = row.try_get("", "data")?;
        Ok(CloudEvent {
            id: EventId(row.try_get("", "id")?),
            topic: self.shared.topic.clone(),
            kind: row.try_get("", "type")?,
            version: u16::try_from(version).map_err(|e| DbErr::Type(e.to_string()))?,
            key: row.try_get("", "key")?,
            time: row.try_get("", "occurred_at")?,
            position: row.try_get("", "at")?,
            data: RawValue::from_string(data).map_err(|e| DbErr::Json(e.to_string()))?,
        })
    }
}

/// Waits up to `wait` for something to read, and for what follows close on it. False when nothing came.
pub(crate) async fn becomes_readable(readable: &mut watch::Receiver<u64>, wait: Duration) -> bool {
    let is_woken = tokio::time::timeout(wait.min(MAX_WAIT), readable.changed()).await.is_ok();
    if is_woken {
        tokio::time::sleep(GATHER).await;
    }
    is_woken
}
