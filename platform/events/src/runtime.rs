//! Everything that moves one subgraph's events, as one future.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use platform_config::EventsConfig;
use platform_core::error::describe;
use platform_database::StoreError;
use platform_database::sql::statement;
use sea_orm::ConnectionTrait;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::consumer::Consumer;
use crate::delivery::TopicWorker;
use crate::held::{Held, RetryPolicy};
use crate::outbox::Outbox;
use crate::relay;
use crate::source::EventSource;

/// How often what is older than the retention is removed.
const CLEANING_INTERVAL: Duration = Duration::from_secs(3_600);
/// Rows removed by one statement.
const CLEANING_ROWS: u64 = 1_000;

/// The consumers cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum RuntimeError {
    #[error("`{consumer}` consumes events of `{topic}`, which this process does not know how to reach")]
    NoSource { consumer: String, topic: String },
    #[error("two consumers are called `{0}`")]
    DuplicateConsumer(String),
}

/// Relay, delivery, redelivery and cleaning of one subgraph.
#[derive(Clone)]
pub struct EventRuntime {
    outbox: Outbox,
    held: Arc<Held>,
    workers: Vec<TopicWorker>,
    poll: Duration,
    retention: TimeDelta,
}

impl EventRuntime {
    /// `sources` are the topics within reach; those that no consumer handles are left alone.
    pub fn new(
        outbox: &Outbox,
        consumers: &[Arc<dyn Consumer>],
        sources: &[Arc<dyn EventSource>],
        config: &EventsConfig,
    ) -> Result<Self, RuntimeError> {
        let (mut names, mut topics) = (BTreeSet::new(), BTreeSet::new());
        for consumer in consumers {
            if !names.insert(consumer.name()) {
                return Err(RuntimeError::DuplicateConsumer(consumer.name().to_owned()));
            }
            for (topic, _) in consumer.handles() {
                if !sources.iter().any(|source| source.topic() == *topic) {
                    let (consumer, topic) = (consumer.name().to_owned(), (*topic).to_owned());
                    return Err(RuntimeError::NoSource { consumer, topic });
                }
                topics.insert(*topic);
            }
        }
        let poll = Duration::from_millis(config.poll_interval_ms.max(10));
        let policy = RetryPolicy::new(config);
        let database = outbox.log().database().clone();
        let held = Arc::new(Held::new(database, outbox.clock().clone(), policy, consumers));
        let workers = sources
            .iter()
            .filter(|source| topics.contains(source.topic()))
            .map(|source| {
                TopicWorker::new(held.clone(), source.clone(), consumers, config.batch.max(1), poll)
            })
            .collect();
        let retention = TimeDelta::days(i64::from(config.retention_days.max(1)));
        Ok(Self { outbox: outbox.clone(), held, workers, poll, retention })
    }

    /// Works until `stop` is cancelled, and then until what it is at is done or rolled back. A worker that panics
    /// takes the others with it, so that whoever supervises begins all anew.
    pub async fn run(self, stop: CancellationToken) {
        let mut tasks = JoinSet::new();
        let log = self.outbox.log();
        if log.database().is_postgres() {
            tasks.spawn(relay::run(log.clone(), self.poll, stop.clone()));
        }
        for worker in self.workers {
            tasks.spawn(worker.run(stop.clone()));
        }
        tasks.spawn(self.held.run(self.poll, stop.clone()));
        tasks.spawn(clean(self.outbox.clone(), self.retention, stop));
        while let Some(ended) = tasks.join_next().await {
            if let Err(error) = ended
                && let Ok(panic) = error.try_into_panic()
            {
                tasks.shutdown().await;
                std::panic::resume_unwind(panic);
            }
        }
    }
}

async fn clean(outbox: Outbox, retention: TimeDelta, stop: CancellationToken) {
    loop {
        if let Err(error) = purge(&outbox, retention).await {
            tracing::warn!(topic = outbox.log().topic(), error = %describe(&error), "old events are not removed");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(CLEANING_INTERVAL) => {}
        }
    }
}

/// Removes events and inbox rows that are older than the retention. An inbox row outlives its event by as long
/// again: no event comes that late.
async fn purge(outbox: &Outbox, retention: TimeDelta) -> Result<(), StoreError> {
    let now = outbox.clock().now();
    outbox.log().purge(now - retention).await?;
    let write = outbox.log().database().write();
    let sql = format!(
        "DELETE FROM inbox WHERE (consumer, event_id) IN \
         (SELECT consumer, event_id FROM inbox WHERE handled_at < $1 LIMIT {CLEANING_ROWS})"
    );
    loop {
        let before = now - retention * 2;
        let done = write.execute_raw(statement(write, sql.as_str(), [before.into()])).await?;
        if done.rows_affected() < CLEANING_ROWS {
            return Ok(());
        }
    }
}
