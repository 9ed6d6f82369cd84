//! The outbox as a log: positions follow commits.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use platform_events::{Place, PullRequest};

use crate::shop::{Migrator, Placed, Shop};
use crate::support::open;
use crate::test_shop::TestShop;
use crate::wait::eventually;

fn placed(key: &str, number: i64) -> Placed {
    Placed { key: key.to_owned(), number }
}

/// On PostgreSQL, an event whose transaction began and drew its number first, but committed last, is read last, and
/// holds up nobody. (On SQLite the second writer waits for the first.)
#[tokio::test]
async fn a_reader_never_passes_an_open_transaction() {
    let shop = TestShop::open().await;
    if !shop.orders_database.is_postgres() {
        return writers_queue_on_sqlite(&shop).await;
    }
    let running = shop.run(&[]);
    let log = shop.orders.log();
    let slow = shop.orders_database.begin().await.unwrap();
    shop.orders.publish(&slow, &placed("slow", 1)).await.unwrap();
    shop.publish("fast", 1..=2).await;
    eventually("the committed events are read", async || log.read_after(0, 10).await.unwrap().len() == 2)
        .await;
    slow.commit().await.unwrap();
    eventually("the late one is read too", async || log.read_after(2, 10).await.unwrap().len() == 1).await;
    let keys: Vec<String> = log.read_after(0, 10).await.unwrap().into_iter().map(|e| e.key).collect();
    assert_eq!(keys, ["fast", "fast", "slow"]);
    running.stop().await;
}

async fn writers_queue_on_sqlite(shop: &TestShop) {
    let slow = shop.orders_database.begin().await.unwrap();
    shop.orders.publish(&slow, &placed("slow", 1)).await.unwrap();
    let waiting = async {
        let other = open::<Migrator>(&shop.test.url(), shop.test.folder.path(), "orders").await;
        let outbox = platform_events::Outbox::new(other.clone(), shop.clock());
        let tx = other.begin().await.unwrap();
        outbox.publish(&tx, &placed("late", 1)).await.unwrap();
        tx.commit().await.unwrap();
    };
    let first = async {
        assert!(
            shop.orders.log().read_after(0, 10).await.unwrap().is_empty(),
            "uncommitted events are not read"
        );
        slow.commit().await.unwrap();
    };
    tokio::join!(first, waiting);
    let keys: Vec<String> =
        shop.orders.log().read_after(0, 10).await.unwrap().into_iter().map(|e| e.key).collect();
    assert_eq!(keys, ["slow", "late"]);
}

/// A reader that follows the log while many write misses nothing and sees nothing twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_beside_many_writers_sees_every_event_once() {
    const WRITERS: usize = 4;
    const EACH: i64 = 50;
    let shop = Arc::new(TestShop::open().await);
    let running = shop.run(&[]);
    let done = Arc::new(AtomicBool::new(false));
    let reading = tokio::spawn({
        let (log, done) = (shop.orders.log().clone(), done.clone());
        async move {
            let (mut read, mut position) = (Vec::new(), 0);
            let expected = WRITERS * usize::try_from(EACH).unwrap();
            let started = Instant::now();
            while read.len() < expected
                && (!done.load(Ordering::SeqCst) || started.elapsed() < Duration::from_secs(20))
            {
                for event in log
                    .pull(Place { position, event: None }, 7, Duration::from_millis(20))
                    .await
                    .unwrap()
                    .events
                {
                    assert_eq!(event.position, position + 1, "positions are consecutive");
                    position = event.position;
                    read.push(event.payload::<Placed>().unwrap());
                }
            }
            read
        }
    });
    let mut writers = Vec::new();
    for writer in 0..WRITERS {
        let shop = shop.clone();
        writers.push(tokio::spawn(async move { shop.publish(&format!("w{writer}"), 1..=EACH).await }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    let read = reading.await.unwrap();
    for writer in 0..WRITERS {
        let key = format!("w{writer}");
        let numbers: Vec<i64> = read.iter().filter(|e| e.key == key).map(|e| e.number).collect();
        assert_eq!(numbers, (1..=EACH).collect::<Vec<_>>());
    }
    running.stop().await;
}

/// Two replicas place events at the same time: no position is given twice or left out, and each key keeps its order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_relays_leave_no_gap() {
    const WRITERS: usize = 4;
    const EACH: i64 = 60;
    let one = Arc::new(TestShop::open().await);
    let two = Arc::new(Shop::reopen(&one.test.url(), one.test.folder.path(), one.clock()).await);
    let running = [one.run(&[]), two.run(&[])];
    let writers = (0..WRITERS).map(|writer| {
        let (one, two, key) = (one.clone(), two.clone(), format!("w{writer}"));
        tokio::spawn(async move {
            for number in 1..=EACH {
                let shop: &Shop = if number % 2 == 0 { &two } else { &one };
                let tx = shop.orders_database.begin().await.unwrap();
                shop.orders.publish(&tx, &placed(&key, number)).await.unwrap();
                tx.commit().await.unwrap();
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    let (log, count) = (one.orders.log(), i64::try_from(WRITERS).unwrap() * EACH);
    eventually("all events have a position", async || log.head().await.unwrap() == count).await;
    let events = log.read_after(0, 1_000).await.unwrap();
    let positions: Vec<i64> = events.iter().map(|event| event.position).collect();
    assert_eq!(positions, (1..=count).collect::<Vec<_>>());
    for writer in 0..WRITERS {
        let of_key = events.iter().filter(|event| event.key == format!("w{writer}"));
        let numbers: Vec<i64> = of_key.map(|event| event.payload::<Placed>().unwrap().number).collect();
        assert_eq!(numbers, (1..=EACH).collect::<Vec<_>>());
    }
    for relay in running {
        relay.stop().await;
    }
}

#[tokio::test]
async fn a_pull_waits_for_something_to_read() {
    let shop = TestShop::open().await;
    let running = shop.run(&[]);
    let log = shop.orders.log();
    let request = PullRequest { after: 0, seen: None, limit: 10, wait_ms: 20_000 };
    let started = Instant::now();
    let (answer, ()) = tokio::join!(log.answer(&request), shop.publish("x", [1]));
    assert_eq!(answer.unwrap().events.len(), 1);
    assert!(started.elapsed() < Duration::from_secs(10), "the commit ends the wait");
    let empty = log.answer(&PullRequest { after: 1, seen: None, limit: 10, wait_ms: 1 }).await.unwrap();
    assert!(empty.events.is_empty());
    running.stop().await;
}

#[tokio::test]
async fn old_events_are_forgotten_and_positions_go_on() {
    let shop = TestShop::open().await;
    let running = shop.run(&[]);
    shop.publish("x", 1..=3).await;
    eventually("they are in the log", async || shop.orders.log().head().await.unwrap() == 3).await;
    running.stop().await;
    shop.clock.advance(Duration::from_secs(31 * 24 * 3_600));
    let running = shop.run(&[]);
    shop.publish("x", [4]).await;
    eventually("the old ones are gone", async || {
        let events = shop.orders.log().read_after(0, 10).await.unwrap();
        events.iter().map(|e| e.position).collect::<Vec<_>>() == [4]
    })
    .await;
    assert_eq!(shop.orders.log().head().await.unwrap(), 4);
    running.stop().await;
}
