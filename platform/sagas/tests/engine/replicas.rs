//! Several processes, processes that are given up for dead, and clocks that jump.

use std::sync::Arc;
use std::time::Duration;

use platform_sagas::{Outcome, SagaStatus};
use sea_orm::ConnectionTrait;
use tokio::sync::Notify;

use crate::support::TestDatabase;
use crate::trip::{LEASE, Replica, Trip};
use crate::wait::eventually;

/// Lets step `b` of the first attempt wait until the gate opens, and note an effect with its progress.
fn hold_first(replica: &Replica, gate: &Arc<Notify>) {
    let (database, gate) = (replica.database.clone(), gate.clone());
    replica.trip.script("b", move |context, _| {
        let (database, gate) = (database.clone(), gate.clone());
        Box::pin(async move {
            if context.fence == 1 {
                gate.notified().await;
            }
            let tx = database.begin().await?;
            tx.execute_unprepared(&format!("INSERT INTO effects (text) VALUES ('fence {}')", context.fence))
                .await?;
            context.finish_in(tx);
            Ok(Outcome::Done)
        })
    });
}

async fn effects(replica: &Replica) -> Vec<String> {
    let read = replica.database.read();
    let sql = "SELECT text FROM effects ORDER BY id";
    let query = sea_orm::Statement::from_string(read.get_database_backend(), sql);
    let rows = read.query_all_raw(query).await.unwrap();
    rows.iter().map(|row| row.try_get("", "text").unwrap()).collect()
}

/// Check 32, in the engine: whoever takes over finishes, and the one given up for dead changes nothing any more.
#[tokio::test]
async fn a_worker_that_lost_its_lease_is_fenced_off() {
    let test = TestDatabase::create().await;
    let slow = Replica::idle(&test, Trip::default()).await;
    let gate = Arc::new(Notify::new());
    hold_first(&slow, &gate);
    let id = slow.begin().await;
    eventually("the first is at step b", async || slow.trip.log() == ["a", "b"]).await;
    // To the second, the first's lease has run out.
    let quick = Replica::idle(&test, Trip::default()).await;
    hold_first(&quick, &Arc::new(Notify::new()));
    quick.clock.advance(LEASE * 2);
    assert_eq!(quick.drive(id).await, SagaStatus::Completed);
    assert_eq!(quick.trip.log(), ["a", "b", "c"]);
    gate.notify_one();
    assert_eq!(slow.drive(id).await, SagaStatus::Completed);
    assert_eq!(slow.trip.log(), ["a", "b"], "the first goes no further");
    assert_eq!(effects(&slow).await, ["fence 2"], "and what it did is rolled back");
}

/// Steps that end before their lease is renewed, and together outlast it: who stands by does not take the saga over.
#[tokio::test]
async fn many_short_steps_keep_their_lease() {
    let test = TestDatabase::create().await;
    let one = Replica::idle(&test, Trip::default()).await;
    let two = Replica::idle(&test, Trip::default()).await;
    for step in ["a", "b", "c"] {
        let (clocks, second) = ([one.clock.clone(), two.clock.clone()], two.sagas.clone());
        one.trip.script(step, move |context, _| {
            let (clocks, second, id) = (clocks.clone(), second.clone(), context.id);
            Box::pin(async move {
                clocks.iter().for_each(|clock| clock.advance(LEASE * 49 / 100));
                let taken = tokio::time::timeout(Duration::from_millis(20), second.drive(id)).await;
                assert!(taken.is_err(), "the saga is at work");
                Ok(Outcome::Done)
            })
        });
    }
    let id = one.begin().await;
    assert_eq!(one.drive(id).await, SagaStatus::Completed);
    assert_eq!((one.trip.log(), two.trip.log()), (["a", "b", "c"].map(str::to_owned).to_vec(), Vec::new()));
}

/// Check 32, in the engine: what is stored is behind what was done when workers die; all that may have been done is
/// undone, whoever decides it.
#[tokio::test]
async fn what_dead_workers_may_have_done_is_undone() {
    let test = TestDatabase::create().await;
    let first = Replica::idle(&test, Trip::default()).await;
    first.trip.script("c", |_, _| Box::pin(std::future::pending()));
    let (stuck, refused) = (first.begin().await, first.begin().await);
    eventually("both hang", async || first.trip.log().iter().filter(|step| *step == "c").count() == 2).await;

    // The next worker finds at the first step that the saga is to be undone.
    let next = Replica::idle(&test, Trip::default()).await;
    next.clock.advance(LEASE * 2);
    next.trip.script("a", |_, _| Box::pin(async { Ok(Outcome::Abort("NO".to_owned())) }));
    assert_eq!(next.drive(refused).await, SagaStatus::Compensated);
    assert_eq!(next.trip.log(), ["a", "undo c", "undo b", "undo a"]);

    // Of the other each attempt ends with the death of its worker, until staff decide.
    let mut dead = Vec::new();
    for number in 1..3_u32 {
        let replica = Replica::idle(&test, Trip::default()).await;
        replica.clock.advance(LEASE * 2 * number);
        // Hanging for ever is as good as dead.
        replica.trip.script("c", |_, _| Box::pin(std::future::pending()));
        let sagas = replica.sagas.clone();
        let driving = tokio::spawn(async move { sagas.drive(stuck).await });
        eventually("it hangs in the last step", async || replica.trip.log() == ["a", "b", "c"]).await;
        dead.push((replica, driving));
    }
    let last = Replica::idle(&test, Trip::default()).await;
    last.clock.advance(LEASE * 8);
    assert_eq!(last.drive(stuck).await, SagaStatus::Stuck);
    let saga = last.sagas.get(stuck).await.unwrap().unwrap();
    assert_eq!(saga.step, "a", "no more is known");
    assert_eq!(last.sagas.abandonment(&saga).undone, ["c", "b", "a"]);
    assert!(last.sagas.compensate(stuck, "STAFF").await.unwrap());
    assert_eq!(last.drive(stuck).await, SagaStatus::Compensated);
    assert_eq!(last.trip.log(), ["undo c", "undo b", "undo a"]);
}

/// Check 40: a clock that jumps ends no lease in its own process, and a jump back stops nothing.
#[tokio::test]
async fn a_jumping_clock_runs_no_step_twice() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    let gate = Arc::new(Notify::new());
    let opened = gate.clone();
    replica.trip.script("b", move |_, _| {
        let gate = opened.clone();
        Box::pin(async move {
            gate.notified().await;
            Ok(Outcome::Done)
        })
    });
    let id = replica.begin().await;
    eventually("it is at step b", async || replica.trip.log() == ["a", "b"]).await;
    replica.clock.advance(Duration::from_secs(300));
    // A second saga is started after the jump and seen through: the worker had its chance with the first.
    replica.trip.script("a", |_, _| Box::pin(async { Ok(Outcome::Abort("SHORT".to_owned())) }));
    let other = replica.begin().await;
    assert_eq!(replica.drive(other).await, SagaStatus::Compensated);
    replica.clock.step_back(Duration::from_secs(600));
    gate.notify_one();
    assert_eq!(replica.drive(id).await, SagaStatus::Completed);
    assert_eq!(replica.trip.log(), ["a", "b", "a", "undo a", "c"]);
    replica.stop().await;
}

#[tokio::test]
async fn giving_up_waiting_does_not_stop_the_saga() {
    let test = TestDatabase::create().await;
    let replica = Replica::idle(&test, Trip::default()).await;
    let gate = Arc::new(Notify::new());
    let opened = gate.clone();
    replica.trip.script("b", move |_, _| {
        let gate = opened.clone();
        Box::pin(async move {
            gate.notified().await;
            Ok(Outcome::Done)
        })
    });
    let id = replica.begin().await;
    assert!(tokio::time::timeout(Duration::from_millis(20), replica.sagas.drive(id)).await.is_err());
    gate.notify_one();
    assert_eq!(replica.drive(id).await, SagaStatus::Completed);
    assert_eq!(replica.trip.log(), ["a", "b", "c"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn replicas_share_many_sagas_and_run_each_step_once() {
    const SAGAS: usize = 40;
    let test = TestDatabase::create().await;
    let trip = Trip::default();
    let one = Replica::with_trip(&test, trip.clone()).await;
    let two = Replica::with_trip(&test, trip.clone()).await;
    let mut ids = Vec::new();
    for number in 0..SAGAS {
        let replica = if number % 2 == 0 { &one } else { &two };
        ids.push(replica.begin().await);
    }
    for id in ids {
        assert_eq!(one.drive(id).await, SagaStatus::Completed);
    }
    let log = trip.log();
    for step in ["a", "b", "c"] {
        assert_eq!(log.iter().filter(|entry| *entry == step).count(), SAGAS);
    }
    one.stop().await;
    two.stop().await;
}
