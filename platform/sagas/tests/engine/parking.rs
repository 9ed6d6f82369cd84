//! Steps that wait for a signal or a deadline.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use platform_core::Clock;
use platform_core::clock::ShiftedClock;
use platform_sagas::{OnDeadline, Outcome, SagaStatus};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use tokio::sync::Notify;

use crate::support::TestDatabase;
use crate::trip::{Replica, Trip};
use crate::wait::eventually;

/// Lets step `b` wait for an hour, or for the signal "go" (or "stop").
fn park(trip: &Trip, clock: &Arc<ShiftedClock>, on_deadline: OnDeadline) {
    let clock = clock.clone();
    trip.script("b", move |context, state| {
        let until: DateTime<Utc> = clock.now() + TimeDelta::hours(1);
        let on_deadline = on_deadline.clone();
        Box::pin(async move {
            state.done.extend(context.signals().iter().map(ToString::to_string));
            Ok(match context.signals() {
                signals if signals.contains(&json!("go")) => Outcome::Done,
                signals if signals.contains(&json!("stop")) => Outcome::Abort("STOPPED".to_owned()),
                _ => Outcome::Park { until, on_deadline },
            })
        })
    });
}

#[tokio::test]
async fn a_parked_step_runs_again_with_each_signal() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    park(&replica.trip, &replica.clock, OnDeadline::Continue);
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Parked);
    assert!(replica.sagas.get(id).await.unwrap().unwrap().deadline.is_some());
    assert!(replica.wake(id, json!("hm")).await);
    eventually("the step has run again", async || replica.trip.log().len() == 3).await;
    assert_eq!(replica.drive(id).await, SagaStatus::Parked);
    assert!(replica.wake(id, json!("go")).await);
    assert_eq!(replica.drive(id).await, SagaStatus::Completed);
    assert_eq!(replica.trip.log(), ["a", "b", "b", "b", "c"]);
    assert_eq!(replica.state(id).await.done, ["a", "b", "\"hm\"", "b", "\"go\"", "b", "c"]);
    replica.stop().await;
}

#[tokio::test]
async fn a_parked_step_may_refuse() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    park(&replica.trip, &replica.clock, OnDeadline::Continue);
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Parked);
    replica.wake(id, json!("stop")).await;
    assert_eq!(replica.drive(id).await, SagaStatus::Compensated);
    assert_eq!(replica.trip.log(), ["a", "b", "b", "undo b", "undo a"]);
    replica.stop().await;
}

/// Check 25, in the engine: a signal that overtakes the step which waits for it counts all the same.
#[tokio::test]
async fn a_signal_that_comes_before_the_step_parks_is_not_lost() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    park(&replica.trip, &replica.clock, OnDeadline::Fail("LATE".to_owned()));
    let gate = Arc::new(Notify::new());
    let opened = gate.clone();
    replica.trip.script("a", move |_, _| {
        let gate = opened.clone();
        Box::pin(async move {
            gate.notified().await;
            Ok(Outcome::Done)
        })
    });
    let id = replica.begin().await;
    assert!(replica.wake(id, json!("go")).await);
    gate.notify_one();
    assert_eq!(replica.drive(id).await, SagaStatus::Completed);
    assert_eq!(replica.trip.log(), ["a", "b", "b", "c"]);
    replica.stop().await;
}

/// A signal for which no step will park any more is not kept.
#[tokio::test]
async fn a_signal_that_nobody_waits_for_is_not_left_behind() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    let gate = Arc::new(Notify::new());
    for step in ["c", "undo b"] {
        let gate = gate.clone();
        replica.trip.script(step, move |context, _| {
            let gate = gate.clone();
            let refuses = context.failure().is_none();
            Box::pin(async move {
                gate.notified().await;
                Ok(if refuses { Outcome::Abort("NO".to_owned()) } else { Outcome::Done })
            })
        });
    }
    let id = replica.begin().await;
    eventually("the last step is at work", async || replica.trip.log().len() == 3).await;
    assert!(replica.wake(id, json!("it might park")).await);
    gate.notify_one();
    eventually("it is being undone", async || replica.trip.log().last().unwrap() == "undo b").await;
    assert!(!replica.wake(id, json!("it will not")).await);
    gate.notify_one();
    assert_eq!(replica.drive(id).await, SagaStatus::Compensated);
    let read = replica.database.read();
    let sql = Statement::from_string(read.get_database_backend(), "SELECT id FROM saga_signals");
    assert!(read.query_all_raw(sql).await.unwrap().is_empty());
    replica.stop().await;
}

#[tokio::test]
async fn a_wake_that_is_rolled_back_wakes_nobody() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    park(&replica.trip, &replica.clock, OnDeadline::Continue);
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Parked);
    let tx = replica.database.begin().await.unwrap();
    assert!(replica.sagas.wake(&tx, id, json!("go")).await.unwrap());
    tx.rollback().await.unwrap();
    replica.wake(id, json!("stop")).await;
    assert_eq!(replica.drive(id).await, SagaStatus::Compensated);
    replica.stop().await;
}

#[tokio::test]
async fn a_passed_deadline_aborts_the_saga_once() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    park(&replica.trip, &replica.clock, OnDeadline::Fail("PAYMENT_EXPIRED".to_owned()));
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Parked);
    replica.clock.advance(Duration::from_secs(2 * 3_600));
    assert_eq!(replica.drive(id).await, SagaStatus::Compensated);
    assert_eq!(replica.trip.log(), ["a", "b", "undo b", "undo a"]);
    let saga = replica.sagas.get(id).await.unwrap().unwrap();
    assert_eq!(saga.failure.as_deref(), Some("PAYMENT_EXPIRED"));
    replica.stop().await;
}

#[tokio::test]
async fn a_passed_deadline_may_count_as_done() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    park(&replica.trip, &replica.clock, OnDeadline::Continue);
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Parked);
    replica.clock.advance(Duration::from_secs(2 * 3_600));
    eventually("the worker finds it", async || {
        replica.sagas.get(id).await.unwrap().unwrap().status == SagaStatus::Completed
    })
    .await;
    assert_eq!(replica.trip.log(), ["a", "b", "c"]);
    replica.stop().await;
}

#[tokio::test]
async fn staff_can_undo_a_parked_saga() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    park(&replica.trip, &replica.clock, OnDeadline::Continue);
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Parked);
    assert!(replica.sagas.compensate(id, "STAFF").await.unwrap());
    assert_eq!(replica.drive(id).await, SagaStatus::Compensated);
    assert_eq!(replica.trip.log(), ["a", "b", "undo b", "undo a"]);
    replica.stop().await;
}

/// A step that asks for it looks once more when its time is over, and says itself what follows.
#[tokio::test]
async fn a_parked_step_runs_once_more_at_its_deadline() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    let (clock, deadline) = (replica.clock.clone(), replica.clock.now() + TimeDelta::hours(1));
    replica.trip.script("b", move |_, _| {
        let is_over = clock.now() >= deadline;
        Box::pin(async move {
            Ok(match is_over {
                true => Outcome::Done,
                false => Outcome::Park { until: deadline, on_deadline: OnDeadline::Again },
            })
        })
    });
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Parked);
    replica.clock.advance(Duration::from_secs(2 * 3_600));
    assert_eq!(replica.drive(id).await, SagaStatus::Completed);
    assert_eq!(replica.trip.log(), ["a", "b", "b", "c"]);
    replica.stop().await;
}
