//! Fan-out of short-lived messages to whoever listens now, on every replica.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use futures::stream::BoxStream;
use tokio::sync::broadcast;
use tokio_stream::wrappers::BroadcastStream;
use tokio_stream::wrappers::errors::BroadcastStreamRecvError;

/// What a subscriber receives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delivery {
    Message(Bytes),
    /// So many messages were dropped because the subscriber was slow; it reads the current state anew.
    Lagged(u64),
}

/// Fan-out by topic. A message reaches those who have subscribed before it was published, at most once.
#[async_trait]
pub trait Broadcast: Send + Sync + 'static {
    /// Sends without waiting; nobody listening is no failure. Publish what is committed, so call it from `on_commit`.
    fn publish(&self, topic: &str, payload: Bytes);

    /// Listens from the moment this returns. Dropping the stream ends it.
    async fn subscribe(&self, topic: &str) -> BoxStream<'static, Delivery>;
}

/// Messages a subscriber may be behind before it loses the oldest.
const CAPACITY: usize = 64;

type Topics = Mutex<HashMap<Arc<str>, broadcast::Sender<Bytes>>>;

/// Fan-out within this process.
#[derive(Clone, Default)]
pub struct LocalBroadcast {
    topics: Arc<Topics>,
}

impl LocalBroadcast {
    pub fn new() -> Self {
        Self::default()
    }

    /// How many topics have a subscriber.
    pub fn topics(&self) -> usize {
        self.topics.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// Removes the topic when its last subscriber leaves.
struct Membership {
    topics: Arc<Topics>,
    topic: Arc<str>,
}

impl Drop for Membership {
    fn drop(&mut self) {
        let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        // The leaving subscriber's receiver is dropped before this: see the field order of `Subscription`.
        if topics.get(&self.topic).is_some_and(|sender| sender.receiver_count() == 0) {
            topics.remove(&self.topic);
        }
    }
}

/// Fields are dropped in this order.
struct Subscription {
    messages: BroadcastStream<Bytes>,
    _membership: Membership,
}

#[async_trait]
impl Broadcast for LocalBroadcast {
    fn publish(&self, topic: &str, payload: Bytes) {
        let topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(sender) = topics.get(topic) {
            // An error says that the last subscriber is just leaving.
            drop(sender.send(payload));
        }
    }

    async fn subscribe(&self, topic: &str) -> BoxStream<'static, Delivery> {
        let topic: Arc<str> = topic.into();
        let receiver = {
            let mut topics = self.topics.lock().unwrap_or_else(PoisonError::into_inner);
            topics.entry(topic.clone()).or_insert_with(|| broadcast::Sender::new(CAPACITY)).subscribe()
        };
        let membership = Membership { topics: self.topics.clone(), topic };
        let subscription = Subscription { messages: BroadcastStream::new(receiver), _membership: membership };
        futures::stream::unfold(subscription, |mut subscription| async move {
            let delivery = match subscription.messages.next().await? {
                Ok(payload) => Delivery::Message(payload),
                Err(BroadcastStreamRecvError::Lagged(count)) => Delivery::Lagged(count),
            };
            Some((delivery, subscription))
        })
        .boxed()
    }
}
