//! Delivery of a topic to the consumers of one subgraph.
//!
//! Consumers that stand at the same position share a read and a transaction. When a handler fails, the transaction is
//! rolled back and each event is handled alone, so that a failure costs its own consumer and key and nothing else.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use platform_core::Clock;
use platform_core::error::describe;
use platform_core::id::EventId;
use platform_database::sql::{placeholders, statement};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{ConnectionTrait, Value};
use tokio_util::sync::CancellationToken;

use crate::consumer::{Consumer, EventContext, HandlerError, Start, handle};
use crate::cursor::{self, Advance};
use crate::event::CloudEvent;
use crate::held::{self, Held, RetryPolicy};
use crate::source::{EventSource, Place};

/// Events handled in one transaction: enough to spread its cost, few enough not to hold up SQLite's other writers.
const CHUNK: usize = 32;
/// A cursor that passes events nobody here handles is stored only this often.
const STORE_EVERY: i64 = 1_000;
/// The pause after the source or the database failed.
const FAILURE_PAUSE: Duration = Duration::from_secs(1);

/// Why nothing was delivered; not the event's fault.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DeliveryError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Source(#[from] crate::source::SourceError),
}

/// What became of a transaction.
enum Attempt {
    Committed,
    /// Another replica has moved a cursor meanwhile.
    Overtaken,
    Failed(HandlerError),
}

/// A consumer and how far it has come in this topic.
#[derive(Clone)]
struct Subscriber {
    consumer: Arc<dyn Consumer>,
    kinds: HashSet<&'static str>,
    /// As the database has it.
    stored: i64,
    /// At or after `stored`; what lies between concerns others.
    seen: i64,
    /// The event at `seen`, if this process has read it.
    last: Option<EventId>,
}

impl Subscriber {
    fn is_for(&self, event: &CloudEvent) -> bool {
        self.kinds.contains(&*event.kind) && self.consumer.concerns(event)
    }

    /// Goes on where the database says.
    fn stand_at(&mut self, position: i64) {
        (self.stored, self.seen, self.last) = (position, position, None);
    }
}

/// Delivers one topic.
#[derive(Clone)]
pub(crate) struct TopicWorker {
    database: Database,
    clock: Arc<dyn Clock>,
    source: Arc<dyn EventSource>,
    subscribers: Vec<Subscriber>,
    held: Arc<Held>,
    policy: RetryPolicy,
    batch: u64,
    poll: Duration,
}

impl TopicWorker {
    pub(crate) fn new(
        held: Arc<Held>,
        source: Arc<dyn EventSource>,
        consumers: &[Arc<dyn Consumer>],
        batch: u64,
        poll: Duration,
    ) -> Self {
        let topic = source.topic();
        let kinds = |c: &Arc<dyn Consumer>| -> HashSet<_> {
            c.handles().iter().filter(|(t, _)| *t == topic).map(|(_, kind)| *kind).collect()
        };
        let subscribers = consumers
            .iter()
            .map(|c| Subscriber { consumer: c.clone(), kinds: kinds(c), stored: 0, seen: 0, last: None })
            .filter(|s| !s.kinds.is_empty())
            .collect();
        let (database, clock, policy) = (held.database.clone(), held.clock.clone(), held.policy);
        Self { database, clock, source, subscribers, held, policy, batch, poll }
    }

    /// Delivers until told to stop.
    pub(crate) async fn run(mut self, stop: CancellationToken) {
        let mut started = false;
        loop {
            let step = async {
                if !started {
                    self.begin().await?;
                    started = true;
                }
                self.step(self.poll).await
            };
            // A step that is cut off rolls back and is repeated by whoever comes next.
            let outcome = tokio::select! {
                () = stop.cancelled() => return,
                outcome = step => outcome,
            };
            if let Err(error) = outcome {
                let topic = self.source.topic();
                tracing::warn!(topic, subgraph = self.database.subgraph(), error = %describe(&error), "events are not delivered; trying again");
                started = false;
                tokio::select! {
                    () = stop.cancelled() => return,
                    () = tokio::time::sleep(FAILURE_PAUSE) => {}
                }
            }
        }
    }

    /// Reads the cursors, and makes those of new consumers.
    async fn begin(&mut self) -> Result<(), DeliveryError> {
        let (topic, mut head) = (self.source.topic(), self.source.head().await?);
        let now = self.clock.now();
        for subscriber in &mut self.subscribers {
            let name = subscriber.consumer.name();
            let start = if subscriber.consumer.start() == Start::Now { head } else { 0 };
            let mut position = cursor::load_or_create(&self.database, name, topic, start, now).await?;
            if position > head {
                // Mostly another replica has read on since.
                head = self.source.head().await?;
            }
            if position > head {
                tracing::error!(
                    topic,
                    consumer = name,
                    position,
                    head,
                    "the log ends before the consumer's cursor: it was replaced; reading it again"
                );
                position = rewind(&self.database, now, &*subscriber.consumer, topic, head).await?;
            }
            // What was seen last stays known over a failure: it tells whether the log is still the same.
            if position != subscriber.stored || subscriber.seen < position {
                subscriber.stand_at(position);
            }
        }
        Ok(())
    }

    /// The log has lost events that were read, and may have others in their places: all consumers read it again. What they
    /// have handled they know by its id.
    async fn read_again(&mut self) -> Result<(), DeliveryError> {
        let (topic, head) = (self.source.topic(), self.source.head().await?);
        tracing::error!(
            topic,
            head,
            "the log has lost events that were read: it was replaced; reading it again"
        );
        let now = self.clock.now();
        for subscriber in &mut self.subscribers {
            let position = rewind(&self.database, now, &*subscriber.consumer, topic, head).await?;
            subscriber.stand_at(position);
        }
        Ok(())
    }

    /// Takes over what replicas and operators did to the cursors.
    async fn refresh(&mut self) -> Result<(), StoreError> {
        let cursors = cursor::load_all(&self.database, self.source.topic()).await?;
        for subscriber in &mut self.subscribers {
            if let Some(&position) = cursors.get(subscriber.consumer.name())
                && position != subscriber.stored
            {
                subscriber.stand_at(position);
            }
        }
        Ok(())
    }

    /// Reads and delivers one batch to the consumers that are furthest behind.
    async fn step(&mut self, wait: Duration) -> Result<(), DeliveryError> {
        let Some(from) = self.subscribers.iter().map(|s| s.seen).min() else {
            // Nobody to serve: nothing to do for ever.
            std::future::pending::<()>().await;
            return Ok(());
        };
        let group: Vec<usize> = self.positions(|s| s.seen == from);
        // Not past the next consumer, so that the group joins it there.
        let next = self.subscribers.iter().map(|s| s.seen).filter(|seen| *seen > from).min();
        let event = group.iter().find_map(|index| self.subscribers.get(*index)?.last);
        let place = Place { position: from, event };
        let batch = self.source.pull(place, self.batch, wait).await?;
        if batch.replaced {
            return self.read_again().await;
        }
        let mut events = batch.events;
        if let Some(next) = next {
            events.retain(|event| event.position <= next);
        }
        if events.is_empty() {
            return Ok(self.refresh().await?);
        }
        if let Some(first) = events.first()
            && first.position > from + 1
            && from > 0
        {
            let topic = self.source.topic();
            tracing::error!(topic, from, to = first.position, "events were removed before they were read");
        }
        for chunk in events.chunks(CHUNK) {
            if !self.deliver(&group, chunk).await? {
                return Ok(self.refresh().await?);
            }
        }
        Ok(())
    }

    fn positions(&self, of: impl Fn(&Subscriber) -> bool) -> Vec<usize> {
        self.subscribers.iter().enumerate().filter(|(_, s)| of(s)).map(|(index, _)| index).collect()
    }

    /// Delivers `events` to the consumers of `group`. False when another replica did.
    async fn deliver(&mut self, group: &[usize], events: &[CloudEvent]) -> Result<bool, DeliveryError> {
        let Some((to, last)) = events.last().map(|event| (event.position, event.id)) else { return Ok(true) };
        let concerned: Vec<usize> = group
            .iter()
            .copied()
            .filter(|index| {
                self.subscribers.get(*index).is_some_and(|s| {
                    to - s.stored >= STORE_EVERY || events.iter().any(|event| s.is_for(event))
                })
            })
            .collect();
        let done = match self.attempt(&concerned, events, to).await? {
            Attempt::Committed => true,
            Attempt::Overtaken => false,
            Attempt::Failed(_) => self.one_by_one(&concerned, events).await?,
        };
        if done {
            for index in group {
                if let Some(subscriber) = self.subscribers.get_mut(*index) {
                    (subscriber.seen, subscriber.last) = (to, Some(last));
                    if concerned.contains(index) {
                        subscriber.stored = to;
                    }
                }
            }
        }
        Ok(done)
    }

    /// Delivers each event to each consumer in a transaction of its own, and holds what fails.
    async fn one_by_one(&mut self, group: &[usize], events: &[CloudEvent]) -> Result<bool, DeliveryError> {
        for index in group {
            for event in events {
                let single = std::slice::from_ref(event);
                match self.attempt(&[*index], single, event.position).await? {
                    Attempt::Committed => {}
                    Attempt::Overtaken => return Ok(false),
                    Attempt::Failed(error) => {
                        if !self.hold(*index, event, &error).await? {
                            return Ok(false);
                        }
                    }
                }
                if let Some(subscriber) = self.subscribers.get_mut(*index) {
                    subscriber.stored = event.position;
                }
            }
        }
        Ok(true)
    }

    /// One transaction: cursors, inbox, handlers, and the events whose key is held back.
    async fn attempt(
        &self,
        group: &[usize],
        events: &[CloudEvent],
        to: i64,
    ) -> Result<Attempt, DeliveryError> {
        let group: Vec<&Subscriber> = group.iter().filter_map(|index| self.subscribers.get(*index)).collect();
        if group.is_empty() {
            return Ok(Attempt::Committed);
        }
        let (topic, now) = (self.source.topic(), self.clock.now());
        let tx = self.database.begin().await?;
        let (stored, mut any_held): (HashSet<i64>, _) = (group.iter().map(|s| s.stored).collect(), false);
        for from in stored {
            let at = group.iter().filter(|s| s.stored == from);
            let names: Vec<&str> = at.map(|s| s.consumer.name()).collect();
            match cursor::advance(&tx, topic, &names, from, to, now).await? {
                Advance::Moved { holds } => any_held |= holds,
                Advance::Overtaken => {
                    tx.rollback().await?;
                    return Ok(Attempt::Overtaken);
                }
            }
        }
        let keys = match any_held {
            true => held::held_keys(&tx, topic, group.iter().map(|s| s.consumer.name())).await?,
            false => HashSet::new(),
        };
        let fresh = record(&tx, &group, events, now).await?;
        for event in events {
            for subscriber in &group {
                let name = subscriber.consumer.name();
                if !fresh.contains(&(name.to_owned(), event.id)) {
                    continue;
                }
                if keys.contains(&(name.to_owned(), event.key.clone())) {
                    held::insert(&tx, name, event, &held::Reason::Behind, now).await?;
                    unrecord(&tx, name, event.id).await?;
                    continue;
                }
                let context = EventContext { tx: &tx, event, attempt: 1 };
                if let Err(error) = handle(&*subscriber.consumer, context).await {
                    tx.rollback().await?;
                    return Ok(Attempt::Failed(error));
                }
            }
        }
        tx.commit().await?;
        Ok(Attempt::Committed)
    }

    /// Passes the event by and keeps it for redelivery, or for the dead letters.
    async fn hold(
        &self,
        index: usize,
        event: &CloudEvent,
        error: &HandlerError,
    ) -> Result<bool, DeliveryError> {
        let Some(subscriber) = self.subscribers.get(index) else { return Ok(true) };
        let (name, now) = (subscriber.consumer.name(), self.clock.now());
        let tx = self.database.begin().await?;
        let topic = self.source.topic();
        let moved = cursor::advance(&tx, topic, &[name], subscriber.stored, event.position, now).await?;
        if matches!(moved, Advance::Overtaken) {
            tx.rollback().await?;
            return Ok(false);
        }
        let reason = held::Reason::failed(error, 1, &self.policy, now);
        reason.log(name, event);
        held::insert(&tx, name, event, &reason, now).await?;
        let held = self.held.clone();
        tx.on_commit(move || held.wake());
        tx.commit().await?;
        Ok(true)
    }
}

/// Sets a consumer's cursor back in a log that was replaced: to the beginning, or as far as the consumer has ever read,
/// where it began later. Its inbox stays, so that nothing is handled twice.
async fn rewind(
    database: &Database,
    now: chrono::DateTime<chrono::Utc>,
    consumer: &dyn Consumer,
    topic: &str,
    head: i64,
) -> Result<i64, StoreError> {
    let name = consumer.name();
    let position = match consumer.start() {
        Start::Beginning => 0,
        Start::Now => {
            cursor::first_handled(database, name, topic).await?.map_or(head, |first| (first - 1).min(head))
        }
    };
    cursor::set_back(database, name, topic, position, now).await?;
    Ok(position)
}

/// Writes the inbox rows and returns which of them are new.
async fn record(
    tx: &Transaction,
    group: &[&Subscriber],
    events: &[CloudEvent],
    now: chrono::DateTime<chrono::Utc>,
) -> Result<HashSet<(String, EventId)>, StoreError> {
    let mut values: Vec<Value> = Vec::new();
    let mut rows = Vec::new();
    for event in events {
        for subscriber in group.iter().filter(|s| s.is_for(event)) {
            rows.push(format!("({})", placeholders(values.len() + 1, 5)));
            values.extend([Value::from(subscriber.consumer.name()), event.id.0.into()]);
            values.extend([Value::from(&*event.topic), event.position.into(), now.into()]);
        }
    }
    if rows.is_empty() {
        return Ok(HashSet::new());
    }
    let sql = format!(
        "INSERT INTO inbox (consumer, event_id, topic, position, handled_at) VALUES {} \
         ON CONFLICT (consumer, event_id) DO NOTHING RETURNING consumer, event_id",
        rows.join(", ")
    );
    let rows = tx.query_all_raw(statement(&**tx, sql, values)).await?;
    rows.iter().map(|row| Ok((row.try_get("", "consumer")?, EventId(row.try_get("", "event_id")?)))).collect()
}

/// Takes an inbox row back: the event was not handled after all.
async fn unrecord(tx: &Transaction, consumer: &str, event: EventId) -> Result<(), StoreError> {
    let sql = "DELETE FROM inbox WHERE consumer = $1 AND event_id = $2";
    tx.execute_raw(statement(&**tx, sql, [consumer.into(), event.0.into()])).await?;
    Ok(())
}
