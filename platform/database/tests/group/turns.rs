//! In which order they have the connection, and for how long.

use std::num::NonZeroU32;
use std::sync::{Arc, Mutex};

use platform_config::DatabaseConfig;
use platform_database::Database;

use crate::notes::{Notes, add, all_wait, assert_away};

/// More than a group has members.
const MANY: usize = 100;
/// The most members of a group.
const MEMBERS: usize = 32;

#[tokio::test]
async fn everybody_has_its_turn_in_the_order_of_coming() {
    let notes = Notes::open().await;
    let before = notes.database.work();
    let first = notes.database.begin().await.unwrap();
    let seen = Arc::<Mutex<Vec<usize>>>::default();
    let tasks: Vec<_> = (0..MANY)
        .map(|n| {
            let (database, seen) = (notes.database.clone(), seen.clone());
            tokio::spawn(async move {
                let tx = database.begin().await.unwrap();
                seen.lock().unwrap().push(n);
                tx.commit().await.unwrap();
            })
        })
        .collect();
    all_wait().await;
    first.commit().await.unwrap();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*seen.lock().unwrap(), (0..MANY).collect::<Vec<_>>());
    let after = notes.database.work();
    assert!(after.syncs - before.syncs >= (MANY / MEMBERS).try_into().unwrap(), "{after:?}");
}

#[tokio::test]
async fn nobody_is_committed_together_with_a_long_transaction() {
    let notes = Notes::open().await;
    let first = notes.begun("a").await;
    let short = notes.adding("b").await;
    let long = tokio::spawn({
        let database = notes.database.clone();
        async move { database.begin_long().await }
    });
    all_wait().await;
    let behind = notes.adding("d").await;
    first.commit().await.unwrap();
    short.await.unwrap().unwrap();
    let before = notes.database.work().syncs;
    let long = long.await.unwrap().unwrap();
    add(&*long, "c").await.unwrap();
    assert_eq!(notes.texts().await, "a b", "those before it do not wait for it");
    long.commit().await.unwrap();
    behind.await.unwrap().unwrap();
    assert_eq!(notes.database.work().syncs - before, 2, "nor those behind it");
    assert_eq!(notes.texts().await, "a b c d");
}

#[tokio::test]
async fn a_turn_is_waited_for_as_long_as_a_connection() {
    let folder = tempfile::tempdir().unwrap();
    let config = DatabaseConfig {
        max_connections: NonZeroU32::MIN,
        acquire_timeout_ms: 200,
        ..DatabaseConfig::default()
    };
    let database = Database::open(&config, folder.path(), "notes").await.unwrap();
    let held = database.begin().await.unwrap();
    assert_away(database.begin().await.map(drop));
    assert_away(add(database.write(), "a").await);
    held.rollback().await.unwrap();
    database.begin().await.unwrap().commit().await.unwrap();
    database.clone().close().await.unwrap();
    assert_away(database.begin().await.map(drop));
}
