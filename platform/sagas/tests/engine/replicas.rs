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
    assert_eq!(quick.trip.log(), ["b", "c"]);
    gate.notify_one();
    assert_eq!(slow.drive(id).await, SagaStatus::Completed);
    assert_eq!(slow.trip.log(), ["a", "b"], "the first goes no further");
    assert_eq!(effects(&slow).await, ["fence 2"], "and what it did is rolled back");
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
