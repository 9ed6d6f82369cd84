//! The cache of one process, bounded by bytes, kept in step with its siblings by broadcast.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use bytes::Bytes;
use futures::StreamExt;
use platform_config::CacheConfig;
use serde::{Deserialize, Serialize};

use crate::broadcast::{Broadcast, Delivery};
use crate::cache::{Cache, CacheOptions, Stamp};

/// Deleted names that are remembered; one more, and the whole cache is cleared instead.
const MAX_DELETIONS: usize = 100_000;

type Key = Arc<str>;

#[derive(Clone)]
struct Entry {
    value: Bytes,
    tags: Arc<[Box<str>]>,
    ttl: Duration,
    stamp: Stamp,
}

/// Lets each entry live for its own time, counted on the monotonic clock.
struct Lifetime;

impl moka::Expiry<Key, Entry> for Lifetime {
    fn expire_after_create(&self, _: &Key, entry: &Entry, _: Instant) -> Option<Duration> {
        Some(entry.ttl)
    }

    fn expire_after_update(
        &self,
        _: &Key,
        entry: &Entry,
        _: Instant,
        _: Option<Duration>,
    ) -> Option<Duration> {
        Some(entry.ttl)
    }
}

/// What was deleted when, for entries that were loaded before.
#[derive(Default)]
struct Deletions {
    keys: HashMap<Box<str>, (Stamp, Instant)>,
    tags: HashMap<Box<str>, (Stamp, Instant)>,
    all: Option<Stamp>,
}

struct Shared {
    entries: moka::sync::Cache<Key, Entry>,
    deletions: Mutex<Deletions>,
    /// Counts deletions.
    now: AtomicU64,
    max_ttl: Duration,
    topic: String,
}

/// An in-process [`Cache`].
#[derive(Clone)]
pub struct LocalCache {
    shared: Arc<Shared>,
    broadcast: Arc<dyn Broadcast>,
}

/// What the caches of one subgraph's replicas tell each other.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Deletion {
    Key(Box<str>),
    Tag(Box<str>),
    All,
}

impl LocalCache {
    /// The cache of `owner` (a subgraph), whose replicas hear of each other's deletions through `broadcast`. Must be
    /// called within a runtime; listening ends with the last clone.
    pub async fn new(config: &CacheConfig, owner: &str, broadcast: Arc<dyn Broadcast>) -> Self {
        let entries = moka::sync::Cache::builder()
            .max_capacity(config.max_mib.saturating_mul(1024 * 1024))
            .weigher(|key: &Key, entry: &Entry| {
                let tags: usize = entry.tags.iter().map(|tag| tag.len() + size_of::<Box<str>>()).sum();
                u32::try_from(key.len() + entry.value.len() + tags + size_of::<Entry>()).unwrap_or(u32::MAX)
            })
            .expire_after(Lifetime)
            .build();
        let shared = Arc::new(Shared {
            entries,
            deletions: Mutex::default(),
            now: AtomicU64::new(1),
            max_ttl: Duration::from_millis(config.local_ttl_ms),
            topic: format!("cache.{owner}"),
        });
        let mut heard = broadcast.subscribe(&shared.topic).await;
        let listener = Arc::downgrade(&shared);
        tokio::spawn(async move {
            while let Some(delivery) = heard.next().await {
                let Some(shared) = listener.upgrade() else { return };
                shared.apply(match delivery {
                    Delivery::Message(bytes) => serde_json::from_slice(&bytes).unwrap_or(Deletion::All),
                    // What was missed is unknown.
                    Delivery::Lagged(_) => Deletion::All,
                });
            }
        });
        Self { shared, broadcast }
    }

    fn announce(&self, deletion: Deletion) {
        let message = serde_json::to_vec(&deletion).unwrap_or_default();
        self.shared.apply(deletion);
        self.broadcast.publish(&self.shared.topic, message.into());
    }
}

impl Shared {
    fn apply(&self, deletion: Deletion) {
        let at = Stamp(self.now.fetch_add(1, Ordering::SeqCst) + 1);
        let mut deletions = self.deletions.lock().unwrap_or_else(PoisonError::into_inner);
        let clear = match deletion {
            Deletion::Key(key) => {
                self.entries.invalidate(&*key);
                deletions.keys.insert(key, (at, Instant::now()));
                false
            }
            Deletion::Tag(tag) => {
                deletions.tags.insert(tag, (at, Instant::now()));
                false
            }
            Deletion::All => true,
        };
        if deletions.keys.len() + deletions.tags.len() > MAX_DELETIONS {
            // Loads last seconds and entries `max_ttl`: what is older concerns nobody.
            let horizon = self.max_ttl + LONGEST_LOAD;
            deletions.keys.retain(|_, (_, when)| when.elapsed() < horizon);
            deletions.tags.retain(|_, (_, when)| when.elapsed() < horizon);
        }
        if clear || deletions.keys.len() + deletions.tags.len() > MAX_DELETIONS {
            *deletions = Deletions { all: Some(at), ..Deletions::default() };
            self.entries.invalidate_all();
        }
    }

    /// Whether nothing that the entry depends on was deleted since it was loaded.
    fn is_current(&self, key: &str, entry: &Entry) -> bool {
        let deletions = self.deletions.lock().unwrap_or_else(PoisonError::into_inner);
        let older = |at: Option<&(Stamp, Instant)>| at.is_none_or(|(at, _)| *at <= entry.stamp);
        deletions.all.is_none_or(|at| at <= entry.stamp)
            && older(deletions.keys.get(key))
            && entry.tags.iter().all(|tag| older(deletions.tags.get(tag)))
    }
}

/// The longest a load may take for a deletion in its time to be remembered.
const LONGEST_LOAD: Duration = Duration::from_secs(60);

#[async_trait]
impl Cache for LocalCache {
    async fn get(&self, key: &str) -> Option<Bytes> {
        let entry = self.shared.entries.get(key)?;
        if self.shared.is_current(key, &entry) {
            return Some(entry.value);
        }
        self.shared.entries.invalidate(key);
        None
    }

    async fn set(&self, key: &str, value: Bytes, options: CacheOptions<'_>) {
        let ttl = options.ttl.min(self.shared.max_ttl);
        let entry = Entry {
            value,
            tags: options.tags.iter().map(|tag| Box::from(*tag)).collect(),
            ttl,
            stamp: options.stamp.unwrap_or_else(|| self.stamp()),
        };
        if !ttl.is_zero() && self.shared.is_current(key, &entry) {
            self.shared.entries.insert(key.into(), entry);
        }
    }

    async fn delete(&self, key: &str) {
        self.announce(Deletion::Key(key.into()));
    }

    async fn delete_tag(&self, tag: &str) {
        self.announce(Deletion::Tag(tag.into()));
    }

    async fn clear(&self) {
        self.announce(Deletion::All);
    }

    fn stamp(&self) -> Stamp {
        Stamp(self.shared.now.load(Ordering::SeqCst))
    }
}
