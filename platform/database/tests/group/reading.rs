//! Who sees what, and when.

use crate::notes::{Notes, add, texts};

#[tokio::test]
async fn a_reader_sees_nothing_before_the_group_is_committed() {
    let notes = Notes::open().await;
    let group = notes.followed("a").await;
    assert_eq!(texts(&*group.follower).await, "a");
    assert_eq!(notes.texts().await, "");
    assert_eq!(notes.told(), 0);
    assert!(!group.committing.is_finished(), "it is not answered either");
    add(&*group.follower, "b").await.unwrap();
    assert_eq!(notes.texts().await, "");
    group.follower.commit().await.unwrap();
    assert_eq!(notes.texts().await, "a b");
    group.committing.await.unwrap().unwrap();
    assert_eq!(notes.told(), 1);
}

/// It may go on with what it saw: that a key is taken, and by whom.
#[tokio::test]
async fn who_was_rolled_back_or_dropped_reads_what_it_saw() {
    let notes = Notes::open().await;
    let group = notes.followed("a").await;
    assert_eq!(texts(&*group.follower).await, "a");
    drop(group.follower);
    assert_eq!(notes.texts().await, "a");
    group.committing.await.unwrap().unwrap();
    let group = notes.followed("b").await;
    assert_eq!(texts(&*group.follower).await, "a b");
    group.follower.rollback().await.unwrap();
    assert_eq!(notes.texts().await, "a b");
    group.committing.await.unwrap().unwrap();
}
