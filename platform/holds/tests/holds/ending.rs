use platform_core::{ApiError, ErrorCode};
use platform_holds::{Holder, State, Transition, commit, expire, give_back, release, undo};

use crate::rooms::party::Status;
use crate::rooms::{Rooms, Wished};

#[tokio::test]
async fn a_committed_hold_stays_until_it_is_given_back() {
    let rooms = Rooms::build().await;
    rooms.hold("party", 6).await.unwrap();
    for _ in 0..2 {
        assert_eq!(commit(&rooms, "party").await.unwrap(), Status::Committed);
        assert_eq!(release(&rooms, "party").await.unwrap(), Status::Committed);
        assert_eq!(rooms.taken().await, 6);
    }
    for _ in 0..2 {
        assert_eq!(give_back(&rooms, "party").await.unwrap(), Status::Returned);
        assert_eq!(commit(&rooms, "party").await.unwrap(), Status::Returned);
        assert_eq!(rooms.taken().await, 0);
    }
}

#[tokio::test]
async fn a_released_hold_gives_back_once() {
    let rooms = Rooms::build().await;
    rooms.hold("party", 6).await.unwrap();
    rooms.hold("other", 3).await.unwrap();
    for _ in 0..2 {
        assert_eq!(release(&rooms, "party").await.unwrap(), Status::Released);
        assert_eq!(rooms.taken().await, 3);
    }
    assert_eq!(commit(&rooms, "party").await.unwrap(), Status::Released);
    assert_eq!(give_back(&rooms, "party").await.unwrap(), Status::Released);
    assert_eq!(rooms.taken().await, 3);
}

#[tokio::test]
async fn what_was_never_held_is_neither_committed_nor_given_back_nor_extended() {
    let rooms = Rooms::build().await;
    assert_eq!(commit(&rooms, "unknown").await.unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(give_back(&rooms, "unknown").await.unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(rooms.extend("unknown", 40).await.unwrap_err().code(), ErrorCode::NotFound);
    assert_eq!(rooms.keys().await, 0, "only a release closes a key");
    assert_eq!(rooms.hold("unknown", 1).await.unwrap(), Wished::Held);
}

#[tokio::test]
async fn what_is_undone_is_given_back_held_or_committed() {
    let rooms = Rooms::build().await;
    for key in ["held", "committed"] {
        rooms.hold(key, 4).await.unwrap();
    }
    commit(&rooms, "committed").await.unwrap();
    for _ in 0..2 {
        assert_eq!(undo(&rooms, "held").await.unwrap(), Status::Released);
        assert_eq!(undo(&rooms, "committed").await.unwrap(), Status::Returned);
        assert_eq!(undo(&rooms, "unknown").await.unwrap(), Status::Released);
    }
    assert_eq!(rooms.taken().await, 0);
    assert_eq!(rooms.hold("unknown", 1).await.unwrap(), Wished::Closed(Status::Released));
}

#[tokio::test]
async fn a_hold_that_lapses_is_given_back_once_it_is_swept() {
    let rooms = Rooms::build().await;
    rooms.hold("lapses", 3).await.unwrap();
    rooms.hold("committed", 2).await.unwrap();
    rooms.hold_for("later", 1, Holder::default(), rooms.in_minutes(60)).await.unwrap();
    assert_eq!(expire(&rooms).await.unwrap(), 0);
    rooms.wait_minutes(6);
    assert_eq!(commit(&rooms, "committed").await.unwrap(), Status::Committed, "it holds until it is swept");
    assert_eq!(expire(&rooms).await.unwrap(), 1);
    assert_eq!(expire(&rooms).await.unwrap(), 0);
    assert_eq!(rooms.taken().await, 3);
    assert_eq!(commit(&rooms, "lapses").await.unwrap(), Status::Expired);
    assert_eq!(release(&rooms, "lapses").await.unwrap(), Status::Expired);
    assert_eq!(rooms.hold("lapses", 3).await.unwrap(), Wished::Closed(Status::Expired));
}

#[tokio::test]
async fn who_held_is_forgotten_when_the_hold_ends() {
    let rooms = Rooms::build().await;
    let holder = || Holder { name: Some("user:1".to_owned()), network: Some("203.0.113.7".to_owned()) };
    for key in ["committed", "released"] {
        rooms.hold_for(key, 1, holder(), rooms.in_minutes(5)).await.unwrap();
        rooms.extend(key, 40).await.unwrap();
    }
    commit(&rooms, "committed").await.unwrap();
    release(&rooms, "released").await.unwrap();
    for key in ["committed", "released"] {
        let row = rooms.row(key).await.unwrap();
        assert_eq!((row.holder, row.network, row.waiting), (None, None, false), "{key}");
    }
}

/// A request that is asked of each purchase is one statement at its hold.
#[tokio::test]
async fn each_change_of_a_hold_is_one_statement() {
    let rooms = Rooms::build().await;
    let (held, statements) = rooms.database.recorded(rooms.hold("party", 1)).await;
    assert_eq!((held.unwrap(), statements.len()), (Wished::Held, 2), "and one that takes: {statements:#?}");
    let (committed, statements) = rooms.database.recorded(commit(&rooms, "party")).await;
    assert_eq!((committed.unwrap(), statements.len()), (Status::Committed, 1), "{statements:#?}");
    let (returned, statements) = rooms.database.recorded(give_back(&rooms, "party")).await;
    assert_eq!(
        (returned.unwrap(), statements.len()),
        (Status::Returned, 2),
        "and one that gives: {statements:#?}"
    );
}

#[test]
fn a_hold_begins_once_and_ends_once() {
    use Transition::{Commit, Expire, Release, Return};
    let after = |state| [Commit, Release, Expire, Return].into_iter().filter(move |by| by.from() == state);
    let reached = |state| after(state).map(Transition::to).collect::<Vec<_>>();
    assert_eq!(reached(State::Held), [State::Committed, State::Released, State::Expired]);
    assert_eq!(reached(State::Committed), [State::Returned]);
    for end in [State::Released, State::Expired, State::Returned] {
        assert_eq!(reached(end), []);
    }
}
