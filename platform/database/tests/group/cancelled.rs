//! Members that nobody waits for any more leave the group whole.

use sea_orm::ConnectionTrait;

use crate::notes::{Notes, add, all_wait};

#[tokio::test]
async fn who_is_cancelled_before_the_outer_commit_is_committed_with_its_group() {
    let notes = Notes::open().await;
    let group = notes.followed("a").await;
    group.committing.abort();
    assert!(group.committing.await.unwrap_err().is_cancelled());
    add(&*group.follower, "b").await.unwrap();
    group.follower.commit().await.unwrap();
    assert_eq!(notes.texts().await, "a b");
    all_wait().await;
    assert_eq!(notes.told(), 1, "its cache entries are dropped and its workers woken");
    notes.works().await;
}

#[tokio::test]
async fn who_is_cancelled_in_the_last_place_leaves_nothing_open() {
    let notes = Notes::open().await;
    let last = tokio::spawn(notes.begun("a").await.commit());
    all_wait().await;
    last.abort();
    // It was committed or not, and cancelled or not.
    drop(last.await);
    notes.works().await;
}

#[tokio::test]
async fn who_is_cancelled_while_it_waits_takes_no_turn() {
    let notes = Notes::open().await;
    let first = notes.begun("a").await;
    let (waiting, behind) = (notes.adding("b").await, notes.adding("c").await);
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    first.commit().await.unwrap();
    behind.await.unwrap().unwrap();
    assert_eq!(notes.texts().await, "a c");
}

/// The driver's thread goes on with a statement that nobody waits for.
#[tokio::test]
async fn who_is_cancelled_within_a_statement_is_undone_alone() {
    let notes = Notes::open().await;
    let group = notes.followed("a").await;
    let follower = group.follower;
    add(&*follower, "b").await.unwrap();
    let working = tokio::spawn(async move {
        let many = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200000) \
                    INSERT INTO notes SELECT 'many ' || i FROM n";
        follower.execute_unprepared(many).await.unwrap();
    });
    all_wait().await;
    working.abort();
    assert!(working.await.unwrap_err().is_cancelled());
    group.committing.await.unwrap().unwrap();
    assert_eq!(notes.texts().await, "a");
    notes.works().await;
}
