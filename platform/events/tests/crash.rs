//! Check 36: a process killed on either side of any commit (of a publisher, of the relay, of a consumer's batch) loses
//! no event that was committed, and none takes effect twice.
//!
//! This binary runs itself as the process that is killed.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it does"
)]

#[path = "support/shop.rs"]
mod shop;
#[path = "support/database.rs"]
mod support;
#[path = "support/wait.rs"]
mod wait;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::Arc;

use platform_core::SystemClock;
use platform_events::{Consumer, Handlers};

use shop::{Noting, Placed, Shop, insert};
use support::TestDatabase;
use wait::eventually;

/// What the publisher writes about itself in its own database, with each event.
const PUBLISHED: &str = "published";
const CONSUMERS: [&str; 2] = ["a", "b"];
const EVENTS: i64 = 4;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    match std::env::var_os("SOUK_CRASH_FOLDER") {
        Some(folder) => runtime.block_on(process(&PathBuf::from(folder))),
        None => runtime.block_on(supervise()),
    }
}

fn consumer(name: &'static str) -> Arc<dyn Consumer> {
    Arc::new(Handlers::new(name, Noting(name)).on::<Placed>())
}

/// The process that is killed, and its successor: publishes what is not published yet, and sees all of it consumed.
async fn process(folder: &Path) {
    let shop = Shop::reopen(&std::env::var("SOUK_CRASH_URL").unwrap(), folder, Arc::new(SystemClock)).await;
    let running = shop.run(&CONSUMERS.map(consumer));
    let published = shop.seen_in(&shop.orders_database, PUBLISHED).await.len();
    for number in i64::try_from(published).unwrap() + 1..=EVENTS {
        let event = Placed { key: "x".to_owned(), number };
        let tx = shop.orders_database.begin().await.unwrap();
        shop.orders.publish(&tx, &event).await.unwrap();
        insert(&tx, PUBLISHED, &event).await.unwrap();
        tx.commit().await.unwrap();
        if number == 2 {
            // So that there are several batches to be killed in.
            eventually("the first two arrive", async || shop.seen("b").await.len() >= 2).await;
        }
    }
    let all = usize::try_from(EVENTS).unwrap();
    for name in CONSUMERS {
        eventually("all arrive", async || shop.seen(name).await.len() >= all).await;
    }
    running.stop().await;
}

fn run(test: &TestDatabase, failpoint: Option<&str>) -> ExitStatus {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env("SOUK_CRASH_FOLDER", test.folder.path()).env("SOUK_CRASH_URL", test.url());
    command.env_remove("SOUK_FAILPOINT").env("RUST_BACKTRACE", "0");
    if let Some(failpoint) = failpoint {
        command.env("SOUK_FAILPOINT", failpoint);
    }
    command.status().unwrap()
}

async fn supervise() {
    for side in ["before", "after"] {
        let mut times = 1;
        while survives(&format!("database.commit.{side}:{times}")).await {
            println!("killed {side} commit {times}");
            times += 1;
        }
        // Each publication, and at least two batches of the consumers.
        assert!(times > 6, "killed only {times} times");
    }
}

/// Kills the process at the fail point and lets another take over. False when the first never came there.
async fn survives(failpoint: &str) -> bool {
    let test = TestDatabase::create().await;
    let killed = !run(&test, Some(failpoint)).success();
    assert!(run(&test, None).success(), "the next process does not deliver everything");
    let shop = Shop::reopen(&test.url(), test.folder.path(), Arc::new(SystemClock)).await;
    let expected: Vec<(String, i64)> = (1..=EVENTS).map(|number| ("x".to_owned(), number)).collect();
    assert_eq!(shop.seen_in(&shop.orders_database, PUBLISHED).await, expected);
    for name in CONSUMERS {
        assert_eq!(shop.seen(name).await, expected, "what consumer {name} has seen");
    }
    killed
}
