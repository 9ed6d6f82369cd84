use platform_core::{ApiError, ErrorCode};
use platform_holds::{Extended, Holder, expire, release};

use crate::rooms::party::Status;
use crate::rooms::{FAR, Rooms};

fn guest(name: &str) -> Holder {
    Holder { name: Some(name.to_owned()), network: Some("203.0.113.7".to_owned()) }
}

async fn hold(rooms: &Rooms, key: &str, places: i64, holder: &str) {
    rooms.hold_for(key, places, guest(holder), rooms.in_minutes(5)).await.unwrap();
}

#[tokio::test]
async fn an_extended_hold_outlives_the_others() {
    let rooms = Rooms::build().await;
    hold(&rooms, "long", 2, "a").await;
    hold(&rooms, "short", 3, "b").await;
    assert_eq!(rooms.extend("long", 40).await.unwrap(), Extended::Held((), 2));
    rooms.wait_minutes(6);
    assert_eq!(expire(&rooms).await.unwrap(), 1);
    assert_eq!(rooms.taken().await, 2);
    assert_eq!(rooms.extend("short", 40).await.unwrap(), Extended::Closed(Status::Expired));
    release(&rooms, "closed").await.unwrap();
    assert_eq!(rooms.extend("closed", 40).await.unwrap(), Extended::Closed(Status::Released));
    for minutes in [0, FAR] {
        assert_eq!(rooms.extend("long", minutes).await.unwrap_err().code(), ErrorCode::BadUserInput);
    }
    assert_eq!(rooms.extend("long", 60).await.unwrap(), Extended::Held((), 2), "once more");
}

#[tokio::test]
async fn one_holder_and_one_network_keep_half_waiting() {
    let rooms = Rooms::build().await;
    hold(&rooms, "half", 4, "a").await;
    hold(&rooms, "more", 2, "a").await;
    hold(&rooms, "neighbour", 1, "b").await;
    hold(&rooms, "next", 1, "c").await;
    assert_eq!(rooms.extend("half", 40).await.unwrap(), Extended::Held((), 4));
    let before = rooms.row("more").await;
    assert_eq!(rooms.extend("more", 40).await.unwrap(), Extended::LimitReached, "six of ten");
    assert_eq!(rooms.row("more").await, before, "the hold stays as it was");
    assert_eq!(rooms.extend("neighbour", 40).await.unwrap(), Extended::Held((), 1));
    assert_eq!(rooms.extend("next", 40).await.unwrap(), Extended::LimitReached, "of one network");
    release(&rooms, "half").await.unwrap();
    assert_eq!(rooms.extend("next", 40).await.unwrap(), Extended::Held((), 1));
}
