//! A group that is lost: every member is told, and nothing of it happened.

use platform_database::Transaction;
use sea_orm::ConnectionTrait;

use crate::notes::{Notes, add, assert_away};

#[tokio::test]
async fn a_commit_that_fails_is_told_to_every_member_and_no_hook_runs() {
    let notes = Notes::open().await;
    let group = notes.followed("a").await;
    let orphan = "PRAGMA defer_foreign_keys = ON; INSERT INTO tasks VALUES ('of no note')";
    group.follower.execute_unprepared(orphan).await.unwrap();
    let told = notes.told.clone();
    group.follower.on_commit(move || {
        told.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
    });
    let next = notes.adding("b").await;
    // The third may be in time for the group, or not.
    let last = group.follower.commit().await;
    let first = group.committing.await.unwrap();
    assert!(last.is_err() && first.is_err(), "{last:?} {first:?}");
    assert_eq!(notes.told(), 0);
    let expected = if next.await.unwrap().is_ok() { "b" } else { "" };
    assert_eq!(notes.texts().await, expected);
    notes.works().await;
}

/// As on a full disk: SQLite rolls back all that is open by itself.
async fn fill(tx: &Transaction) {
    // Not below the size that the file has.
    tx.execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
    let full = tx.execute_unprepared("INSERT INTO notes VALUES (zeroblob(1000000))").await.unwrap_err();
    assert!(full.to_string().contains("full"), "{full}");
}

#[tokio::test]
async fn a_transaction_that_sqlite_ended_is_told_to_those_before_it() {
    let notes = Notes::open().await;
    let group = notes.followed("a").await;
    fill(&group.follower).await;
    drop(group.follower);
    assert_away(group.committing.await.unwrap());
    assert_eq!((notes.texts().await.as_str(), notes.told()), ("", 0));
    notes.works().await;
}

/// Whoever takes the failure of a statement for one of its own goes on.
#[tokio::test]
async fn what_follows_in_a_transaction_that_sqlite_ended_is_not_written() {
    let notes = Notes::open().await;
    let group = notes.followed("a").await;
    fill(&group.follower).await;
    assert!(add(&*group.follower, "stray").await.is_err());
    let last = group.follower.commit().await;
    assert_away(last);
    assert_away(group.committing.await.unwrap());
    let group = notes.followed("b").await;
    fill(&group.follower).await;
    assert_away(group.follower.rollback().await);
    assert_away(group.committing.await.unwrap());
    assert_eq!((notes.texts().await.as_str(), notes.told()), ("", 0));
    notes.works().await;
}

#[tokio::test]
async fn a_transaction_that_sqlite_ended_harms_none_behind_it() {
    let notes = Notes::open().await;
    let alone = notes.begun("a").await;
    let next = notes.adding("b").await;
    fill(&alone).await;
    assert_away(alone.commit().await);
    next.await.unwrap().unwrap();
    assert_eq!((notes.texts().await.as_str(), notes.told()), ("b", 0));
    notes.works().await;
}
