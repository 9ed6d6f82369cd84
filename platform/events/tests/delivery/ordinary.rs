//! What happens when nothing fails.

use std::sync::Arc;

use platform_core::error::describe;
use platform_events::{Consumer, EventContext, EventHandler, HandlerError, Handlers, replay, statuses};

use crate::shop::{Noting, Placed, note};
use crate::test_shop::TestShop;
use crate::wait::eventually;

fn consumer(name: &'static str) -> Handlers<Noting> {
    Handlers::new(name, Noting(name)).on::<Placed>()
}

/// Notes every hundredth event.
struct Hundredths;

impl EventHandler<Placed> for Hundredths {
    fn concerns(&self, event: &Placed) -> bool {
        event.number % 100 == 0
    }

    async fn handle(&self, context: EventContext<'_>, event: Placed) -> Result<(), HandlerError> {
        Ok(note(context, &event, "a").await?)
    }
}

fn shared(consumer: impl Consumer) -> Arc<dyn Consumer> {
    Arc::new(consumer)
}

#[tokio::test]
async fn what_is_committed_arrives_in_order_and_what_is_rolled_back_does_not() {
    let shop = TestShop::open().await;
    let running = shop.run(&[shared(consumer("a"))]);
    let tx = shop.orders_database.begin().await.unwrap();
    shop.orders.publish(&tx, &Placed { key: "x".to_owned(), number: 0 }).await.unwrap();
    tx.rollback().await.unwrap();
    shop.publish("x", 1..=3).await;
    let tx = shop.orders_database.begin().await.unwrap();
    let more: Vec<_> = (4..=700).map(|number| Placed { key: "x".to_owned(), number }).collect();
    shop.orders.publish_all(&tx, &more).await.unwrap();
    tx.commit().await.unwrap();
    eventually("all events arrive", async || shop.seen("a").await.len() >= 700).await;
    assert_eq!(shop.numbers("a", "x").await, (1..=700).collect::<Vec<_>>());
    running.stop().await;
}

#[tokio::test]
async fn what_does_not_concern_a_consumer_leaves_no_trace() {
    let shop = TestShop::open().await;
    let running = shop.run(&[shared(Handlers::new("a", Hundredths).on::<Placed>())]);
    shop.publish("x", 1..=250).await;
    eventually("what concerns it arrives", async || shop.seen("a").await.len() == 2).await;
    assert_eq!(shop.numbers("a", "x").await, [100, 200]);
    assert_eq!(shop.inbox().await, 2);
    running.stop().await;
}

#[tokio::test]
async fn a_subgraph_publishes_on_its_own_topic_only() {
    let shop = TestShop::open().await;
    let tx = shop.stock_database.begin().await.unwrap();
    let refused = shop.stock.publish(&tx, &Placed { key: "x".to_owned(), number: 1 }).await;
    assert!(describe(&refused.unwrap_err()).contains("stock publishes no `Placed` of orders"));
}

#[tokio::test]
async fn a_consumer_goes_on_where_it_stopped() {
    let shop = TestShop::open().await;
    let running = shop.run(&[shared(consumer("a"))]);
    shop.publish("x", 1..=2).await;
    eventually("both arrive", async || shop.seen("a").await.len() == 2).await;
    running.stop().await;
    shop.publish("x", 3..=4).await;
    let running = shop.run(&[shared(consumer("a"))]);
    eventually("the others arrive", async || shop.seen("a").await.len() >= 4).await;
    running.stop().await;
    assert_eq!(shop.numbers("a", "x").await, [1, 2, 3, 4]);
}

#[tokio::test]
async fn a_new_consumer_begins_at_the_beginning_or_now() {
    let shop = TestShop::open().await;
    let running = shop.run(&[]);
    shop.publish("x", 1..=3).await;
    eventually("they are in the log", async || shop.orders.log().head().await.unwrap() == 3).await;
    running.stop().await;
    let running = shop.run(&[shared(consumer("old")), shared(consumer("new").from_now())]);
    eventually("both consumers begin", async || {
        statuses(&shop.stock_database).await.unwrap().iter().filter(|s| s.position == 3).count() == 2
    })
    .await;
    shop.publish("x", [4]).await;
    eventually("the newest arrives", async || {
        shop.seen("old").await.len() >= 4 && !shop.seen("new").await.is_empty()
    })
    .await;
    running.stop().await;
    assert_eq!(shop.numbers("old", "x").await, [1, 2, 3, 4]);
    assert_eq!(shop.numbers("new", "x").await, [4]);
}

#[tokio::test]
async fn a_replay_handles_again_what_lies_behind_a_position() {
    let shop = TestShop::open().await;
    let running = shop.run(&[shared(consumer("a")), shared(consumer("b"))]);
    shop.publish("x", 1..=3).await;
    eventually("all arrive", async || shop.seen("a").await.len() == 3 && shop.seen("b").await.len() == 3)
        .await;
    assert!(replay(&shop.stock_database, &shop.clock(), "a", "orders", 1).await.unwrap());
    eventually("two arrive again", async || shop.seen("a").await.len() >= 5).await;
    shop.publish("x", [4]).await;
    eventually("the next arrives", async || {
        shop.seen("a").await.len() >= 6 && shop.seen("b").await.len() >= 4
    })
    .await;
    running.stop().await;
    assert_eq!(shop.numbers("a", "x").await, [1, 2, 3, 2, 3, 4]);
    assert_eq!(shop.numbers("b", "x").await, [1, 2, 3, 4]);
}

/// Two replicas of a consumer, and two of the publisher, share the work.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_handle_each_event_once() {
    let shop = TestShop::open().await;
    let one = shop.run(&[shared(consumer("a"))]);
    let two = shop.run(&[shared(consumer("a"))]);
    tokio::join!(shop.publish("x", 1..=60), shop.publish("y", 1..=60), shop.publish("z", 1..=60));
    eventually("all arrive", async || shop.seen("a").await.len() >= 180).await;
    one.stop().await;
    two.stop().await;
    for key in ["x", "y", "z"] {
        assert_eq!(shop.numbers("a", key).await, (1..=60).collect::<Vec<_>>());
    }
}
