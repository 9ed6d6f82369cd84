//! Events that could not be handled: those that wait for redelivery, and those behind them.
//!
//! A held event's key stands still for its consumer: later events of the key are held too, and go on in order once it
//! is handled or given up. Retrying a dead letter delivers it after events that overtook it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use platform_config::EventsConfig;
use platform_core::Clock;
use platform_core::error::describe;
use platform_database::sql::{placeholders, statement};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{ConnectionTrait, DbErr, Value};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::consumer::{Consumer, EventContext, HandlerError, handle};
use crate::event::CloudEvent;

/// Held events looked at in one round.
const ROUND: u64 = 50;
/// The most characters of an error that are kept.
const ERROR_LENGTH: usize = 2_000;

/// How often and after which pauses a failing event is delivered again.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RetryPolicy {
    max_attempts: u32,
    base: Duration,
    max: Duration,
}

impl RetryPolicy {
    pub(crate) fn new(config: &EventsConfig) -> Self {
        Self {
            max_attempts: config.max_attempts.max(1),
            base: Duration::from_millis(config.retry_base_ms),
            max: Duration::from_millis(config.retry_max_ms),
        }
    }

    /// The pause after the failed attempt number `attempt`.
    fn pause(&self, attempt: u32) -> Duration {
        self.base.saturating_mul(1 << attempt.saturating_sub(1).min(20)).min(self.max)
    }
}

/// Why an event is held.
pub(crate) enum Reason {
    /// An earlier event of its key is.
    Behind,
    Failed {
        attempts: u32,
        due_at: DateTime<Utc>,
        error: String,
    },
    GivenUp {
        attempts: u32,
        error: String,
    },
}

impl Reason {
    pub(crate) fn failed(
        error: &HandlerError,
        attempts: u32,
        policy: &RetryPolicy,
        now: DateTime<Utc>,
    ) -> Self {
        let text: String = error.describe().chars().take(ERROR_LENGTH).collect();
        if matches!(error, HandlerError::Reject(_)) || attempts >= policy.max_attempts {
            Self::GivenUp { attempts, error: text }
        } else {
            Self::Failed { attempts, due_at: now + policy.pause(attempts), error: text }
        }
    }

    pub(crate) fn log(&self, consumer: &str, event: &CloudEvent) {
        let (id, kind, key) = (event.id, &event.kind, &event.key);
        match self {
            Self::Behind => {}
            Self::Failed { attempts, error, .. } => {
                tracing::warn!(consumer, event.id = %id, kind, key, attempts, error, "an event failed; its key waits");
            }
            Self::GivenUp { attempts, error } => {
                tracing::error!(consumer, event.id = %id, kind, key, attempts, error, "an event is given up: dead letter");
            }
        }
    }
}

/// Keeps an event that is not handled now.
pub(crate) async fn insert(
    tx: &Transaction,
    consumer: &str,
    event: &CloudEvent,
    reason: &Reason,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let (status, attempts, due_at, error) = match reason {
        Reason::Behind => ("held", 0, now, None),
        Reason::Failed { attempts, due_at, error } => ("held", *attempts, *due_at, Some(error.as_str())),
        Reason::GivenUp { attempts, error } => ("dead", *attempts, now, Some(error.as_str())),
    };
    let json = serde_json::to_string(event).map_err(|e| DbErr::Json(e.to_string()))?;
    let sql = "INSERT INTO held_events (consumer, topic, key, event_id, position, event, status, attempts, due_at, \
               last_error, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
               ON CONFLICT (consumer, event_id) DO NOTHING";
    let values: [Value; 11] = [
        consumer.into(),
        (&*event.topic).into(),
        event.key.as_str().into(),
        event.id.0.into(),
        event.position.into(),
        json.into(),
        status.into(),
        i32::try_from(attempts).unwrap_or(i32::MAX).into(),
        due_at.into(),
        error.into(),
        now.into(),
    ];
    tx.execute_raw(statement(&**tx, sql, values)).await?;
    Ok(())
}

/// The keys that stand still, by consumer.
pub(crate) async fn held_keys(
    tx: &Transaction,
    topic: &str,
    consumers: impl ExactSizeIterator<Item = &str>,
) -> Result<HashSet<(String, String)>, StoreError> {
    let sql = format!(
        "SELECT DISTINCT consumer, key FROM held_events WHERE status = 'held' AND topic = $1 AND consumer IN ({})",
        placeholders(2, consumers.len())
    );
    let values = std::iter::once(Value::from(topic)).chain(consumers.map(Value::from));
    let rows = tx.query_all_raw(statement(&**tx, sql, values)).await?;
    rows.iter().map(|row| Ok((row.try_get("", "consumer")?, row.try_get("", "key")?))).collect()
}

/// Redelivers the held events of one subgraph's consumers.
pub(crate) struct Held {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) policy: RetryPolicy,
    consumers: HashMap<String, Arc<dyn Consumer>>,
    added: Notify,
}

/// The first held event of a key.
struct Front {
    id: i64,
    consumer: String,
    attempts: i32,
    due_at: DateTime<Utc>,
    event: String,
}

impl Held {
    pub(crate) fn new(
        database: Database,
        clock: Arc<dyn Clock>,
        policy: RetryPolicy,
        consumers: &[Arc<dyn Consumer>],
    ) -> Self {
        let consumers = consumers.iter().map(|c| (c.name().to_owned(), c.clone())).collect();
        Self { database, clock, policy, consumers, added: Notify::new() }
    }

    pub(crate) fn wake(&self) {
        self.added.notify_one();
    }

    pub(crate) async fn run(self: Arc<Self>, poll: Duration, stop: CancellationToken) {
        loop {
            let round = async {
                let pause = match self.round().await {
                    Ok(pause) => pause.unwrap_or(poll).min(poll),
                    Err(error) => {
                        tracing::warn!(subgraph = self.database.subgraph(), error = %describe(&error), "held events are not redelivered");
                        poll
                    }
                };
                tokio::select! {
                    () = self.added.notified() => {}
                    () = tokio::time::sleep(pause) => {}
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                () = round => {}
            }
        }
    }

    /// Redelivers what is due; returns the time until more is.
    async fn round(&self) -> Result<Option<Duration>, StoreError> {
        if self.consumers.is_empty() {
            return Ok(None);
        }
        loop {
            let now = self.clock.now();
            let fronts = self.fronts().await?;
            let (due, later): (Vec<_>, Vec<_>) = fronts.into_iter().partition(|front| front.due_at <= now);
            if due.is_empty() {
                let next = later.iter().map(|front| front.due_at).min();
                return Ok(next.map(|at| (at - now).to_std().unwrap_or(Duration::ZERO)));
            }
            for front in due {
                self.redeliver(&front).await?;
            }
        }
    }

    /// The first held event of each key, those due first.
    async fn fronts(&self) -> Result<Vec<Front>, StoreError> {
        let sql = format!(
            "SELECT id, consumer, attempts, due_at, event FROM held_events h \
             WHERE status = 'held' AND consumer IN ({}) AND NOT EXISTS ( \
               SELECT 1 FROM held_events e WHERE e.consumer = h.consumer AND e.topic = h.topic AND e.key = h.key \
               AND e.status = 'held' AND e.position < h.position) \
             ORDER BY due_at LIMIT {ROUND}",
            placeholders(1, self.consumers.len())
        );
        let read = self.database.read();
        let names = self.consumers.keys().map(|name| Value::from(name.as_str()));
        let rows = read.query_all_raw(statement(read, sql, names)).await?;
        rows.iter()
            .map(|row| {
                Ok(Front {
                    id: row.try_get("", "id")?,
                    consumer: row.try_get("", "consumer")?,
                    attempts: row.try_get("", "attempts")?,
                    due_at: row.try_get("", "due_at")?,
                    event: row.try_get("", "event")?,
                })
            })
            .collect()
    }

    async fn redeliver(&self, front: &Front) -> Result<(), StoreError> {
        let Some(consumer) = self.consumers.get(&front.consumer) else { return Ok(()) };
        let event: CloudEvent = serde_json::from_str(&front.event).map_err(|e| DbErr::Json(e.to_string()))?;
        let attempt = u32::try_from(front.attempts).unwrap_or(0).saturating_add(1);
        let now = self.clock.now();
        let tx = self.database.begin().await?;
        // Locks the row; gone or counted up means that another replica was here.
        let sql = "DELETE FROM held_events WHERE id = $1 AND attempts = $2 AND status = 'held'";
        let values: [Value; 2] = [front.id.into(), front.attempts.into()];
        if tx.execute_raw(statement(&*tx, sql, values)).await?.rows_affected() == 0 {
            return tx.rollback().await;
        }
        let sql = "INSERT INTO inbox (consumer, event_id, topic, position, handled_at) VALUES ($1, $2, $3, $4, $5) \
                   ON CONFLICT (consumer, event_id) DO NOTHING";
        let values: [Value; 5] = [
            front.consumer.as_str().into(),
            event.id.0.into(),
            (&*event.topic).into(),
            event.position.into(),
            now.into(),
        ];
        if tx.execute_raw(statement(&*tx, sql, values)).await?.rows_affected() == 0 {
            return tx.commit().await;
        }
        match handle(&**consumer, EventContext { tx: &tx, event: &event, attempt }).await {
            Ok(()) => tx.commit().await,
            Err(error) => {
                tx.rollback().await?;
                let reason = Reason::failed(&error, attempt, &self.policy, self.clock.now());
                reason.log(&front.consumer, &event);
                self.count(front, &reason).await
            }
        }
    }

    /// Notes a failed redelivery.
    async fn count(&self, front: &Front, reason: &Reason) -> Result<(), StoreError> {
        let (status, due_at, error) = match reason {
            Reason::Behind => return Ok(()),
            Reason::Failed { due_at, error, .. } => ("held", *due_at, error.as_str()),
            Reason::GivenUp { error, .. } => ("dead", self.clock.now(), error.as_str()),
        };
        let write = self.database.write();
        let sql = "UPDATE held_events SET attempts = attempts + 1, status = $1, due_at = $2, last_error = $3 \
                   WHERE id = $4 AND attempts = $5 AND status = 'held'";
        let values: [Value; 5] =
            [status.into(), due_at.into(), error.into(), front.id.into(), front.attempts.into()];
        write.execute_raw(statement(write, sql, values)).await?;
        Ok(())
    }
}
