//! Answers that are kept for a while.

use std::hash::Hash;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use moka::sync::Cache;
use platform_core::Clock;

/// Answers by their questions, bounded by their weight.
pub struct Kept<K, V> {
    entries: Cache<K, (V, DateTime<Utc>)>,
    clock: Arc<dyn Clock>,
}

impl<K, V> Kept<K, V>
where
    K: Hash + Eq + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Answers that weigh at most `most` together.
    pub fn new(most: u64, clock: Arc<dyn Clock>, weight: fn(&V) -> usize) -> Self {
        let weigher =
            move |_: &K, (value, _): &(V, DateTime<Utc>)| u32::try_from(weight(value)).unwrap_or(u32::MAX);
        Self { entries: Cache::builder().max_capacity(most).weigher(weigher).build(), clock }
    }

    /// The answer to a question, unless it is too old.
    pub fn get(&self, key: &K) -> Option<V> {
        let (value, until) = self.entries.get(key)?;
        (self.clock.now() < until).then_some(value)
    }

    pub fn keep(&self, key: K, value: V, age: TimeDelta) {
        self.entries.insert(key, (value, self.clock.now() + age));
    }
}
