//! Topics of subgraphs that a test does not start: it publishes their events itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use platform_core::{Clock, Ids};
use platform_events::{CloudEvent, Event, EventBatch, EventSource, Place, SourceError};
use serde_json::value::to_raw_value;
use tokio::sync::watch;

/// The topics of one test. Cheap to clone; clones share.
#[derive(Clone)]
pub(crate) struct Topics {
    clock: Arc<dyn Clock>,
    topics: Arc<Mutex<HashMap<String, Arc<Topic>>>>,
}

pub(crate) struct Topic {
    name: Arc<str>,
    events: watch::Sender<Vec<CloudEvent>>,
}

impl Topics {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, topics: Arc::default() }
    }

    pub(crate) fn source(&self, name: &str) -> Arc<Topic> {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        let new = || Arc::new(Topic { name: name.into(), events: watch::Sender::new(Vec::new()) });
        topics.entry(name.to_owned()).or_insert_with(new).clone()
    }

    pub(crate) fn publish<E: Event>(&self, event: &E) {
        let topic = self.source(E::TOPIC);
        let (id, time) = (Ids::new(self.clock.clone()).next(), self.clock.now());
        topic.events.send_modify(|events| {
            events.push(CloudEvent {
                id,
                topic: topic.name.clone(),
                kind: E::TYPE.to_owned(),
                version: E::VERSION,
                key: event.key(),
                time,
                position: i64::try_from(events.len()).unwrap_or(i64::MAX).saturating_add(1),
                data: to_raw_value(event).expect("an event is JSON"),
            });
        });
    }

    /// Delivers the newest event of the topic once more, as a relay that died before it noted its progress would.
    pub(crate) fn republish_last(&self, name: &str) {
        self.source(name).events.send_modify(|events| {
            let mut event = events.last().expect("something was published").clone();
            event.position = event.position.saturating_add(1);
            events.push(event);
        });
    }
}

#[async_trait]
impl EventSource for Topic {
    fn topic(&self) -> &str {
        &self.name
    }

    async fn pull(&self, after: Place, limit: u64, wait: Duration) -> Result<EventBatch, SourceError> {
        let after = after.position;
        let mut published = self.events.subscribe();
        let is_new = |events: &Vec<CloudEvent>| events.last().is_some_and(|event| event.position > after);
        let woken = tokio::time::timeout(wait, published.wait_for(is_new)).await.is_ok();
        let events = if woken { self.events.borrow().clone() } else { Vec::new() };
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let events = events.into_iter().filter(|event| event.position > after).take(limit).collect();
        Ok(EventBatch { events, replaced: false })
    }

    async fn head(&self) -> Result<i64, SourceError> {
        Ok(self.events.borrow().last().map_or(0, |event| event.position))
    }
}
