//! What happens when handlers, sources and payloads fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use platform_events::{CloudEvent, Event};
use platform_events::{
    Consumer, DeadLetters, EventBatch, EventContext, EventHandler, EventSource, HandlerError, Handlers,
    Place, SourceError, statuses,
};
use sea_orm::{ConnectionTrait, Statement};
use serde::{Deserialize, Serialize};

use crate::shop::{Placed, note};
use crate::test_shop::TestShop;
use crate::wait::eventually;

#[derive(Debug, thiserror::Error)]
#[error("not now")]
struct NotNow;

/// Notes every event but those of key `bad` and number 2, which fail as `how` says while `broken`.
struct Picky {
    name: &'static str,
    broken: Arc<AtomicBool>,
    how: fn() -> HandlerError,
}

impl EventHandler<Placed> for Picky {
    async fn handle(&self, context: EventContext<'_>, event: Placed) -> Result<(), HandlerError> {
        note(context, &event, self.name).await?;
        if event.key == "bad" && event.number == 2 && self.broken.load(Ordering::SeqCst) {
            return Err((self.how)());
        }
        Ok(())
    }
}

fn picky(name: &'static str, broken: &Arc<AtomicBool>, how: fn() -> HandlerError) -> Arc<dyn Consumer> {
    let picky = Picky { name, broken: broken.clone(), how };
    Arc::new(Handlers::new(name, picky).on::<Placed>())
}

fn steady(name: &'static str) -> Arc<dyn Consumer> {
    picky(name, &Arc::new(AtomicBool::new(false)), || NotNow.into())
}

async fn held(shop: &TestShop, consumer: &str) -> (i64, i64) {
    let all = statuses(&shop.stock_database).await.unwrap();
    all.iter().find(|s| s.consumer == consumer).map_or((0, 0), |s| (s.held, s.dead))
}

/// Check 35, in spirit: a failure holds up neither other keys nor other consumers, and order per key is kept.
#[tokio::test]
async fn a_failing_event_holds_back_its_key_alone_and_goes_on_in_order() {
    let mut shop = TestShop::open().await;
    shop.config.max_attempts = 1_000;
    let broken = Arc::new(AtomicBool::new(true));
    let running = shop.run(&[picky("picky", &broken, || NotNow.into()), steady("steady")]);
    shop.publish("bad", 1..=2).await;
    shop.publish("good", 1..=2).await;
    shop.publish("bad", 3..=4).await;
    shop.publish("good", 3..=4).await;
    eventually("others are served", async || {
        shop.numbers("picky", "good").await.len() == 4 && shop.seen("steady").await.len() == 8
    })
    .await;
    eventually("three events of the key are held", async || held(&shop, "picky").await == (3, 0)).await;
    assert_eq!(shop.numbers("picky", "bad").await, [1], "a failed attempt leaves no effect");
    broken.store(false, Ordering::SeqCst);
    eventually("the key goes on", async || shop.numbers("picky", "bad").await.len() >= 4).await;
    running.stop().await;
    assert_eq!(shop.numbers("picky", "bad").await, [1, 2, 3, 4]);
    assert_eq!(shop.numbers("steady", "bad").await, [1, 2, 3, 4]);
    assert_eq!(held(&shop, "picky").await, (0, 0));
}

#[tokio::test]
async fn an_event_that_fails_too_often_is_a_dead_letter_that_can_be_retried() {
    let shop = TestShop::open().await;
    let broken = Arc::new(AtomicBool::new(true));
    let running = shop.run(&[picky("picky", &broken, || NotNow.into())]);
    shop.publish("bad", 1..=4).await;
    eventually("the key goes on without it", async || shop.numbers("picky", "bad").await == [1, 3, 4]).await;
    let letters = DeadLetters::new(shop.stock_database.clone(), shop.clock());
    let dead = letters.list(0, 10).await.unwrap();
    let [letter] = dead.as_slice() else { panic!("one dead letter, not {dead:?}") };
    assert_eq!((letter.consumer.as_str(), letter.attempts), ("picky", 3));
    assert_eq!(letter.last_error.as_deref(), Some("not now"));
    assert_eq!(letter.event.payload::<Placed>().unwrap().number, 2);
    broken.store(false, Ordering::SeqCst);
    assert!(letters.retry(letter.id).await.unwrap());
    eventually("it is delivered", async || shop.numbers("picky", "bad").await == [1, 3, 4, 2]).await;
    assert!(letters.list(0, 10).await.unwrap().is_empty());
    assert!(!letters.retry(letter.id).await.unwrap());
    running.stop().await;
}

#[tokio::test]
async fn a_rejected_event_is_a_dead_letter_at_once() {
    let shop = TestShop::open().await;
    let broken = Arc::new(AtomicBool::new(true));
    let running = shop.run(&[picky("picky", &broken, || HandlerError::reject("never"))]);
    shop.publish("bad", 1..=3).await;
    eventually("the key goes on", async || shop.numbers("picky", "bad").await == [1, 3]).await;
    let letters = DeadLetters::new(shop.stock_database.clone(), shop.clock());
    let dead = letters.list(0, 10).await.unwrap();
    assert_eq!(
        dead.iter().map(|d| (d.attempts, d.last_error.as_deref())).collect::<Vec<_>>(),
        [(1, Some("never"))]
    );
    assert!(letters.discard(dead.first().unwrap().id).await.unwrap());
    assert_eq!(held(&shop, "picky").await, (0, 0));
    running.stop().await;
}

/// Panics at the event number 2 the first two times: together with others, and alone.
struct Panicky(Arc<AtomicU32>);

impl EventHandler<Placed> for Panicky {
    #[expect(clippy::panic, reason = "that is what it is for")]
    async fn handle(&self, context: EventContext<'_>, event: Placed) -> Result<(), HandlerError> {
        if event.number == 2 && self.0.fetch_add(1, Ordering::SeqCst) < 2 {
            panic!("as the test wants it");
        }
        Ok(note(context, &event, "panicky").await?)
    }
}

#[tokio::test]
async fn a_handler_that_panics_fails_like_any_other() {
    let shop = TestShop::open().await;
    let panics = Arc::new(AtomicU32::new(0));
    let consumer = Handlers::new("panicky", Panicky(panics.clone())).on::<Placed>();
    shop.publish("x", 1..=3).await;
    let running = shop.run(&[Arc::new(consumer)]);
    eventually("all arrive", async || shop.seen("panicky").await.len() >= 3).await;
    running.stop().await;
    assert_eq!(shop.numbers("panicky", "x").await, [1, 2, 3]);
    assert_eq!(panics.load(Ordering::SeqCst), 3);
}

/// The same event as [`Placed`], as a later release publishes it.
#[derive(Serialize, Deserialize)]
struct PlacedV2 {
    key: String,
}

impl Event for PlacedV2 {
    const TYPE: &'static str = "Placed";
    const VERSION: u16 = 2;
    const TOPIC: &'static str = "orders";

    fn key(&self) -> String {
        self.key.clone()
    }
}

/// Check 43: an event of a newer release is kept, not misread.
#[tokio::test]
async fn an_event_of_a_newer_version_is_kept_until_a_release_can_read_it() {
    let shop = TestShop::open().await;
    let running = shop.run(&[steady("a")]);
    let tx = shop.orders_database.begin().await.unwrap();
    shop.orders.publish(&tx, &PlacedV2 { key: "x".to_owned() }).await.unwrap();
    tx.commit().await.unwrap();
    eventually("it is given up", async || held(&shop, "a").await == (0, 1)).await;
    running.stop().await;
    let letters = DeadLetters::new(shop.stock_database.clone(), shop.clock()).list(0, 1).await.unwrap();
    let error = letters.first().and_then(|letter| letter.last_error.clone()).unwrap();
    assert_eq!(error, "version 2 of `Placed` is newer than this release knows (1)");
}

/// A log that does not answer while `gone`.
struct Unreliable {
    inner: Arc<dyn EventSource>,
    gone: Arc<AtomicBool>,
    refused: Arc<AtomicU32>,
}

impl Unreliable {
    fn check(&self) -> Result<(), SourceError> {
        if self.gone.load(Ordering::SeqCst) {
            self.refused.fetch_add(1, Ordering::SeqCst);
            return Err(SourceError { topic: "orders".to_owned(), source: Box::new(NotNow) });
        }
        Ok(())
    }
}

#[async_trait]
impl EventSource for Unreliable {
    fn topic(&self) -> &str {
        self.inner.topic()
    }

    async fn pull(&self, after: Place, limit: u64, wait: Duration) -> Result<EventBatch, SourceError> {
        self.check()?;
        self.inner.pull(after, limit, wait).await
    }

    async fn head(&self) -> Result<i64, SourceError> {
        self.check()?;
        self.inner.head().await
    }
}

/// Check 35: with the log gone, publishing goes on; when it is back, the backlog arrives in order per aggregate.
#[tokio::test]
async fn a_log_that_was_gone_is_drained_in_order() {
    let shop = TestShop::open().await;
    let (gone, refused) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU32::new(0)));
    let source = Unreliable { inner: shop.source(), gone: gone.clone(), refused: refused.clone() };
    let running = shop.run_with(&[steady("a")], &[Arc::new(source)]);
    shop.publish("x", [1]).await;
    eventually("the first arrives", async || shop.seen("a").await.len() == 1).await;
    gone.store(true, Ordering::SeqCst);
    eventually("the log is missed", async || refused.load(Ordering::SeqCst) > 0).await;
    shop.publish("x", 2..=50).await;
    shop.publish("y", 1..=50).await;
    gone.store(false, Ordering::SeqCst);
    eventually("the backlog arrives", async || shop.seen("a").await.len() >= 100).await;
    running.stop().await;
    assert_eq!(shop.numbers("a", "x").await, (1..=50).collect::<Vec<_>>());
    assert_eq!(shop.numbers("a", "y").await, (1..=50).collect::<Vec<_>>());
}

/// A log that tells its end as it was before anything was in it, once.
struct Slow {
    inner: Arc<dyn EventSource>,
    asked: AtomicU32,
}

#[async_trait]
impl EventSource for Slow {
    fn topic(&self) -> &str {
        self.inner.topic()
    }

    async fn pull(&self, after: Place, limit: u64, wait: Duration) -> Result<EventBatch, SourceError> {
        self.inner.pull(after, limit, wait).await
    }

    async fn head(&self) -> Result<i64, SourceError> {
        match self.asked.fetch_add(1, Ordering::SeqCst) {
            0 => Ok(0),
            _ => self.inner.head().await,
        }
    }
}

/// Check 36: a replica that starts asks where the log ends, and the others read on before it looks how far they are.
#[tokio::test]
async fn a_replica_that_starts_while_others_read_on_handles_nothing_again() {
    let shop = TestShop::open().await;
    let running = shop.run(&[steady("a")]);
    shop.publish("x", 1..=3).await;
    eventually("all arrive", async || shop.seen("a").await.len() == 3).await;
    let slow = Slow { inner: shop.source(), asked: AtomicU32::new(0) };
    let starting = shop.run_with(&[steady("a")], &[Arc::new(slow)]);
    running.stop().await;
    shop.publish("x", [4]).await;
    eventually("the next arrives", async || shop.numbers("a", "x").await.contains(&4)).await;
    starting.stop().await;
    assert_eq!(shop.numbers("a", "x").await, [1, 2, 3, 4]);
}

/// A failover to a replica that was behind: the log loses what its readers have seen last, and goes on in its place.
#[tokio::test]
async fn what_follows_a_loss_of_the_last_commits_is_delivered() {
    for following in [1, 3, 6] {
        let shop = TestShop::open().await;
        let consumers = [steady("a"), steady("b")];
        let running = shop.run(&consumers);
        shop.publish("x", 1..=5).await;
        eventually("all arrive", async || shop.seen("b").await.len() == 5).await;
        let tx = shop.orders_database.begin().await.unwrap();
        let lose = match shop.orders_database.is_postgres() {
            true => ["DELETE FROM outbox WHERE position > 2", "UPDATE outbox_head SET position = 2"],
            false => [
                "DELETE FROM outbox WHERE sequence > 2",
                "UPDATE sqlite_sequence SET seq = 2 WHERE name = 'outbox'",
            ],
        };
        for sql in lose {
            tx.execute_raw(Statement::from_string(tx.get_database_backend(), sql)).await.unwrap();
        }
        for number in 11..11 + following {
            shop.orders.publish(&tx, &Placed { key: "x".to_owned(), number }).await.unwrap();
        }
        tx.commit().await.unwrap();
        let expected: Vec<i64> = (1..=5).chain(11..11 + following).collect();
        for consumer in ["a", "b"] {
            eventually("what follows arrives", async || shop.numbers(consumer, "x").await == expected).await;
        }
        // Nothing comes twice, and the log is read on.
        shop.publish("x", [99]).await;
        eventually("the next arrives", async || shop.numbers("a", "x").await.last() == Some(&99)).await;
        running.stop().await;
        assert_eq!(shop.numbers("a", "x").await.len(), expected.len() + 1);
    }
}

/// An event as another process receives it.
#[tokio::test]
async fn an_event_is_a_cloud_event_in_json() {
    let shop = TestShop::open().await;
    let running = shop.run(&[]);
    shop.publish("x", [7]).await;
    eventually("it is in the log", async || shop.orders.log().head().await.unwrap() == 1).await;
    running.stop().await;
    let events = shop.orders.log().read_after(0, 10).await.unwrap();
    let json = serde_json::to_value(&events).unwrap();
    let event = json.get(0).unwrap();
    let text = |name: &str| event.get(name).and_then(|v| v.as_str()).unwrap_or_default();
    assert_eq!(text("specversion"), "1.0");
    assert_eq!(text("source"), "/souk/orders");
    assert_eq!(text("type"), "souk.orders.Placed.v1");
    assert_eq!((text("subject"), text("partitionkey"), text("sequence")), ("x", "x", "1"));
    assert_eq!(event.get("data"), Some(&serde_json::json!({"key": "x", "number": 7})));
    let read: Vec<CloudEvent> = serde_json::from_str(&json.to_string()).unwrap();
    let [read] = read.as_slice() else { panic!("one event") };
    assert!(read.is::<Placed>());
    assert_eq!((read.id, read.position), (events.first().unwrap().id, 1));
    assert_eq!(read.payload::<Placed>().unwrap(), Placed { key: "x".to_owned(), number: 7 });
}
