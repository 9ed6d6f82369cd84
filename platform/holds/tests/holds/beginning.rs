use platform_core::{ApiError, ErrorCode};
use platform_holds::{Holder, commit, release};

use crate::rooms::party::Status;
use crate::rooms::{FAR, Rooms, Wished};

#[tokio::test]
async fn the_same_hold_is_held_once_however_often_it_comes() {
    let rooms = Rooms::build().await;
    for _ in 0..3 {
        assert_eq!(rooms.hold("party", 6).await.unwrap(), Wished::Held);
    }
    assert_eq!((rooms.taken().await, rooms.keys().await), (6, 1));
    commit(&rooms, "party").await.unwrap();
    assert_eq!(rooms.hold("party", 6).await.unwrap(), Wished::Held, "committed is what was asked for");
    assert_eq!(rooms.hold("party", 5).await.unwrap_err().code(), ErrorCode::IdempotencyKeyReused);
    release(&rooms, "party").await.unwrap();
    assert_eq!(rooms.hold("party", 5).await.unwrap_err().code(), ErrorCode::IdempotencyKeyReused);
}

#[tokio::test]
async fn a_hold_that_finds_no_room_leaves_its_key_unknown() {
    let rooms = Rooms::build().await;
    rooms.hold("many", 8).await.unwrap();
    assert_eq!(rooms.hold("few", 3).await.unwrap(), Wished::Full);
    assert_eq!((rooms.taken().await, rooms.keys().await), (8, 1));
    assert_eq!(rooms.hold("few", 2).await.unwrap(), Wished::Held);
}

#[tokio::test]
async fn a_hold_that_arrives_after_its_release_is_not_held() {
    let rooms = Rooms::build().await;
    for _ in 0..2 {
        assert_eq!(release(&rooms, "late").await.unwrap(), Status::Released);
    }
    for places in [1, 2] {
        assert_eq!(rooms.hold("late", places).await.unwrap(), Wished::Closed(Status::Released));
    }
    assert_eq!(commit(&rooms, "late").await.unwrap(), Status::Released);
    assert_eq!(rooms.taken().await, 0);
}

#[tokio::test]
async fn a_hold_that_would_have_lapsed_is_refused_and_a_known_one_answered() {
    let rooms = Rooms::build().await;
    let now = rooms.in_minutes(0);
    let refused = rooms.hold_for("past", 1, Holder::default(), now).await.unwrap_err();
    assert_eq!(
        (refused.code(), refused.to_string().as_str()),
        (ErrorCode::BadUserInput, "the expiry must be in the future")
    );
    let far = rooms.in_minutes(FAR);
    let refused = rooms.hold_for("future", 1, Holder::default(), far).await.unwrap_err();
    assert_eq!(refused.to_string(), "`expiresAt` must lie between the years 1 and 9999");
    assert_eq!(rooms.keys().await, 0);
    let until = rooms.in_minutes(5);
    rooms.hold_for("party", 1, Holder::default(), until).await.unwrap();
    rooms.wait_minutes(6);
    let again = rooms.hold_for("party", 1, Holder::default(), until).await.unwrap();
    assert_eq!(again, Wished::Held, "nobody has swept it yet");
}

#[tokio::test]
async fn a_key_is_a_short_text_that_can_be_seen() {
    let rooms = Rooms::build().await;
    for key in ["", " ", "a\u{0}b", &"k".repeat(201)] {
        assert_eq!(rooms.hold(key, 1).await.unwrap_err().code(), ErrorCode::BadUserInput, "{key:?}");
        assert_eq!(release(&rooms, key).await.unwrap_err().code(), ErrorCode::BadUserInput, "{key:?}");
    }
    assert_eq!(rooms.hold(&"k".repeat(200), 1).await.unwrap(), Wished::Held);
}
