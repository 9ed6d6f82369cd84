//! The cache as its users see it.

use std::future::Future;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A moment of the cache: what was loaded at it is out of date if anything it depends on was deleted later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp(pub u64);

/// How an entry is kept.
#[derive(Debug, Clone, Copy)]
pub struct CacheOptions<'a> {
    /// The longest it may live; an in-process cache may shorten it.
    pub ttl: Duration,
    /// Names by which several entries are deleted at once, such as `product:<id>`.
    pub tags: &'a [&'a str],
    /// When loading the value began ([`Cache::stamp`]); `None` says now.
    pub stamp: Option<Stamp>,
}

/// A cache of bytes by key. It may lose anything at any time, and its failures read as misses.
#[async_trait]
pub trait Cache: Send + Sync + 'static {
    async fn get(&self, key: &str) -> Option<Bytes>;

    async fn set(&self, key: &str, value: Bytes, options: CacheOptions<'_>);

    /// Deletes an entry, here at once and on other replicas within a second.
    async fn delete(&self, key: &str);

    /// Deletes all entries with the tag, here at once and on other replicas within a second.
    async fn delete_tag(&self, tag: &str);

    async fn clear(&self);

    fn stamp(&self) -> Stamp;
}

/// The value under `key`, from the cache or else from `load`. A value whose loading raced with a deletion of its key
/// or tags is returned and not kept.
pub async fn get_or_load<T, E, F>(
    cache: &dyn Cache,
    key: &str,
    ttl: Duration,
    tags: &[&str],
    load: impl FnOnce() -> F,
) -> Result<T, E>
where
    T: Serialize + DeserializeOwned,
    F: Future<Output = Result<T, E>>,
{
    if let Some(bytes) = cache.get(key).await {
        // What an older release stored may not parse: a miss.
        if let Ok(value) = serde_json::from_slice(&bytes) {
            return Ok(value);
        }
    }
    let stamp = cache.stamp();
    let value = load().await?;
    match serde_json::to_vec(&value) {
        Ok(bytes) => cache.set(key, bytes.into(), CacheOptions { ttl, tags, stamp: Some(stamp) }).await,
        Err(error) => tracing::warn!(key, %error, "a value cannot be cached"),
    }
    Ok(value)
}
