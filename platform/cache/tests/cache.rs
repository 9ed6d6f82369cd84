//! The cache forgets what it must, and the fan-out reaches whoever listens.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use bytes::Bytes;
use futures::StreamExt;
use platform_cache::{Broadcast, Cache, CacheOptions, Delivery, LocalBroadcast, LocalCache, get_or_load};
use platform_config::CacheConfig;

const MINUTE: Duration = Duration::from_secs(60);

async fn cache(broadcast: &LocalBroadcast) -> LocalCache {
    LocalCache::new(&CacheConfig::default(), "catalog", Arc::new(broadcast.clone())).await
}

async fn put(cache: &LocalCache, key: &str, tags: &[&str]) {
    cache.set(key, Bytes::from_static(b"1"), CacheOptions { ttl: MINUTE, tags, stamp: None }).await;
}

async fn eventually(mut condition: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < Duration::from_secs(10), "the condition never held");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn entries_go_by_key_by_tag_and_all_at_once() {
    let cache = cache(&LocalBroadcast::new()).await;
    put(&cache, "a", &["product:1"]).await;
    put(&cache, "b", &["product:1", "product:2"]).await;
    put(&cache, "c", &["product:2"]).await;
    assert_eq!(cache.get("a").await.as_deref(), Some(b"1".as_slice()));
    cache.delete_tag("product:1").await;
    assert_eq!((cache.get("a").await, cache.get("b").await), (None, None));
    assert!(cache.get("c").await.is_some());
    put(&cache, "a", &["product:1"]).await;
    assert!(cache.get("a").await.is_some(), "a tag that was deleted can be used again");
    cache.delete("a").await;
    assert!(cache.get("a").await.is_none());
    cache.clear().await;
    assert!(cache.get("c").await.is_none());
}

#[tokio::test]
async fn a_load_that_raced_with_a_deletion_is_not_kept() {
    let cache = cache(&LocalBroadcast::new()).await;
    let loads = AtomicU32::new(0);
    let load = async |race: Option<&str>| -> Result<u32, Infallible> {
        get_or_load(&cache, "price", MINUTE, &["product:1"], || async {
            let number = loads.fetch_add(1, Ordering::SeqCst);
            match race {
                Some("tag") => cache.delete_tag("product:1").await,
                Some("key") => cache.delete("price").await,
                _ => {}
            }
            Ok(number)
        })
        .await
    };
    assert_eq!(load(Some("tag")).await, Ok(0));
    assert_eq!(load(Some("key")).await, Ok(1));
    assert_eq!(load(None).await, Ok(2));
    assert_eq!(load(None).await, Ok(2), "now it is kept");
}

#[tokio::test]
async fn no_entry_lives_longer_than_it_may() {
    let config = CacheConfig { local_ttl_ms: 30, ..CacheConfig::default() };
    let cache = LocalCache::new(&config, "catalog", Arc::new(LocalBroadcast::new())).await;
    put(&cache, "a", &[]).await;
    eventually(async || cache.get("a").await.is_none()).await;
}

#[tokio::test]
async fn a_deletion_reaches_the_other_replicas_of_the_subgraph() {
    let broadcast = LocalBroadcast::new();
    let (one, two) = (cache(&broadcast).await, cache(&broadcast).await);
    put(&one, "a", &["t"]).await;
    put(&two, "a", &["t"]).await;
    one.delete_tag("t").await;
    eventually(async || two.get("a").await.is_none()).await;
}

#[tokio::test]
async fn memory_is_bounded() {
    let config = CacheConfig { max_mib: 1, ..CacheConfig::default() };
    let cache = LocalCache::new(&config, "catalog", Arc::new(LocalBroadcast::new())).await;
    let value = Bytes::from(vec![0; 64 * 1024]);
    for number in 0..200 {
        let options = CacheOptions { ttl: MINUTE, tags: &[], stamp: None };
        cache.set(&format!("key {number}"), value.clone(), options).await;
    }
    let mut kept = 0;
    for number in 0..200 {
        kept += u32::from(cache.get(&format!("key {number}")).await.is_some());
    }
    assert!(kept <= 16, "{kept} entries of 64 KiB are kept in 1 MiB");
}

#[tokio::test]
async fn a_message_reaches_those_who_listen_to_its_topic() {
    let broadcast = LocalBroadcast::new();
    broadcast.publish("order.1", Bytes::from_static(b"nobody hears this"));
    let (mut one, mut two) = (broadcast.subscribe("order.1").await, broadcast.subscribe("order.1").await);
    let mut other = broadcast.subscribe("order.2").await;
    broadcast.publish("order.1", Bytes::from_static(b"paid"));
    broadcast.publish("order.2", Bytes::from_static(b"shipped"));
    let paid = Some(Delivery::Message(Bytes::from_static(b"paid")));
    assert_eq!((one.next().await, two.next().await), (paid.clone(), paid));
    assert_eq!(other.next().await, Some(Delivery::Message(Bytes::from_static(b"shipped"))));
    assert_eq!(broadcast.topics(), 2);
    drop((one, two, other));
    assert_eq!(broadcast.topics(), 0, "nothing is left of subscribers who left");
}

/// Check 39, in the fan-out: who stops reading loses the oldest, is told so, and disturbs nobody.
#[tokio::test]
async fn a_subscriber_that_lags_is_told_how_much_it_missed() {
    let broadcast = LocalBroadcast::new();
    let (mut slow, mut quick) = (broadcast.subscribe("t").await, broadcast.subscribe("t").await);
    for number in 0..100_u8 {
        broadcast.publish("t", Bytes::copy_from_slice(&[number]));
        assert_eq!(quick.next().await, Some(Delivery::Message(Bytes::copy_from_slice(&[number]))));
    }
    let Some(Delivery::Lagged(missed)) = slow.next().await else { panic!("it is told of what it missed") };
    assert!((1..100).contains(&missed));
    let first = u8::try_from(missed).unwrap();
    assert_eq!(slow.next().await, Some(Delivery::Message(Bytes::copy_from_slice(&[first]))));
}
