//! Whatever comes at the same time: what is taken is what is held or committed.

use futures::future::join_all;
use platform_holds::{Extended, Holder, commit, expire, release, undo};

use crate::rooms::party::Status;
use crate::rooms::{Rooms, Wished};

#[tokio::test(flavor = "multi_thread")]
async fn a_race_for_the_last_places_takes_as_many_as_there_are() {
    let rooms = Rooms::build().await;
    let rooms = &rooms;
    let wishes = (0..40).map(|n| async move { rooms.hold(&format!("party-{n}"), 1).await.unwrap() });
    let held = join_all(wishes).await.iter().filter(|wished| **wished == Wished::Held).count();
    assert_eq!((held, rooms.taken().await, rooms.keys().await), (10, 10, 10));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_held_once_when_it_comes_many_times_at_once() {
    let rooms = Rooms::build().await;
    let rooms = &rooms;
    for wished in join_all((0..20).map(|_| rooms.hold("party", 7))).await {
        assert_eq!(wished.unwrap(), Wished::Held);
    }
    assert_eq!(rooms.taken().await, 7);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_commit_a_release_and_a_sweep_one_wins() {
    let rooms = Rooms::build().await;
    let rooms = &rooms;
    let keys: Vec<String> = (0..10).map(|n| format!("party-{n}")).collect();
    for key in &keys {
        rooms.hold(key, 1).await.unwrap();
    }
    rooms.wait_minutes(6);
    let ends = keys.iter().map(|key| async move {
        let (committed, released, swept) =
            futures::join!(commit(rooms, key), release(rooms, key), expire(rooms));
        swept.unwrap();
        let (committed, released) = (committed.unwrap(), released.unwrap());
        assert_eq!(committed, released, "{key}: both are told how it ended");
        i64::from(committed == Status::Committed)
    });
    let sold: i64 = join_all(ends).await.into_iter().sum();
    assert_eq!(rooms.taken().await, sold);
}

/// A hold that is lost on its way is given up by its key: whichever comes first, nothing is held after both.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_held_once_a_hold_and_its_release_have_come() {
    let rooms = Rooms::build().await;
    let rooms = &rooms;
    join_all((0..40).map(|n| async move {
        let key = format!("party-{n}");
        let (held, twice, undone) =
            futures::join!(rooms.hold(&key, 1), rooms.hold(&key, 1), undo(rooms, &key));
        assert_eq!(undone.unwrap(), Status::Released);
        for wished in [held.unwrap(), twice.unwrap()] {
            assert!(matches!(wished, Wished::Held | Wished::Full | Wished::Closed(Status::Released)));
        }
        assert_eq!(rooms.row(&key).await.unwrap().status, Status::Released);
        assert_eq!(rooms.hold(&key, 1).await.unwrap(), Wished::Closed(Status::Released));
    }))
    .await;
    assert_eq!(rooms.taken().await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_waits_than_may() {
    let rooms = Rooms::build().await;
    let rooms = &rooms;
    let network = Some("203.0.113.7".to_owned());
    for n in 0..10 {
        let holder = Holder { name: Some(format!("guest:{n}")), network: network.clone() };
        rooms.hold_for(&format!("party-{n}"), 1, holder, rooms.in_minutes(5)).await.unwrap();
    }
    let extended =
        join_all((0..10).map(|n| async move { rooms.extend(&format!("party-{n}"), 40).await.unwrap() }))
            .await;
    assert_eq!(extended.iter().filter(|outcome| **outcome == Extended::Held((), 1)).count(), 5);
}
