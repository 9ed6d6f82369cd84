//! Who is committed with whom.

use crate::notes::{Notes, add};

#[tokio::test]
async fn transactions_that_wait_are_committed_together() {
    let notes = Notes::open().await;
    let before = notes.database.work();
    let first = notes.begun("a").await;
    let (b, c) = (notes.adding("b").await, notes.adding("c").await);
    first.commit().await.unwrap();
    for task in [b, c] {
        task.await.unwrap().unwrap();
    }
    assert_eq!(notes.texts().await, "a b c");
    let after = notes.database.work();
    assert_eq!(after.commits - before.commits, 3);
    assert!(after.syncs - before.syncs < 3, "{after:?}");
}

#[tokio::test]
async fn a_transaction_that_nobody_waits_behind_is_committed_by_itself() {
    let notes = Notes::open().await;
    let before = notes.database.work();
    for text in ["a", "b", "c"] {
        notes.begun(text).await.commit().await.unwrap();
        assert!(notes.texts().await.ends_with(text));
    }
    add(notes.database.write(), "d").await.unwrap();
    let after = notes.database.work();
    assert_eq!((after.commits - before.commits, after.syncs - before.syncs), (4, 4));
}

#[tokio::test]
async fn what_is_rolled_back_or_dropped_undoes_itself_alone() {
    let notes = Notes::open().await;
    let first = notes.followed("a").await;
    add(&*first.follower, "rolled back").await.unwrap();
    first.follower.rollback().await.unwrap();
    first.committing.await.unwrap().unwrap();
    let second = notes.followed("b").await;
    add(&*second.follower, "dropped").await.unwrap();
    let third = notes.adding("c").await;
    drop(second.follower);
    second.committing.await.unwrap().unwrap();
    third.await.unwrap().unwrap();
    // The first of a group, with others behind it.
    let alone = notes.begun("dropped").await;
    let fourth = notes.adding("d").await;
    drop(alone);
    fourth.await.unwrap().unwrap();
    assert_eq!(notes.texts().await, "a b c d");
    notes.works().await;
}

#[tokio::test]
async fn one_statement_of_a_member_that_failed_undoes_nothing_else() {
    let notes = Notes::open().await;
    let group = notes.followed("a").await;
    add(&*group.follower, "b").await.unwrap();
    assert!(add(&*group.follower, "a").await.is_err(), "it sees what is committed with it");
    add(&*group.follower, "c").await.unwrap();
    group.follower.commit().await.unwrap();
    group.committing.await.unwrap().unwrap();
    assert_eq!(notes.texts().await, "a b c");
}

#[tokio::test]
async fn single_statements_are_committed_together_and_fail_alone() {
    let notes = Notes::open().await;
    let before = notes.database.work();
    let first = notes.begun("a").await;
    let adding = ["b", "a", "c"].map(|text| {
        let database = notes.database.clone();
        tokio::spawn(async move { add(database.write(), text).await })
    });
    crate::notes::all_wait().await;
    first.commit().await.unwrap();
    let [b, again, c] = adding;
    b.await.unwrap().unwrap();
    assert!(again.await.unwrap().is_err());
    c.await.unwrap().unwrap();
    assert_eq!(notes.texts().await, "a b c");
    let after = notes.database.work();
    assert_eq!(after.commits - before.commits, 3);
    assert!(after.syncs - before.syncs < 3, "{after:?}");
}
