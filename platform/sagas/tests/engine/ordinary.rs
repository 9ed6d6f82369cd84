//! What happens when nothing fails but the business.

use std::sync::{Arc, Mutex};

use platform_database::Violation;
use platform_sagas::{Outcome, SagaError, SagaFilter, SagaRegistry, SagaStatus, StepError};
use serde_json::json;

use crate::support::TestDatabase;
use crate::trip::{Journey, Replica, Trip, fresh};

#[tokio::test]
async fn the_steps_run_in_order_from_the_commit_on() {
    let test = TestDatabase::create().await;
    let replica = Replica::idle(&test, Trip::default()).await;
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Completed);
    assert_eq!(replica.trip.log(), ["a", "b", "c"]);
    assert_eq!(replica.state(id).await.done, ["a", "b", "c"]);
}

#[tokio::test]
async fn a_saga_whose_start_is_rolled_back_does_not_exist() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    let id = fresh();
    let tx = replica.database.begin().await.unwrap();
    replica.sagas.start::<Trip>(&tx, id, &Journey::default()).await.unwrap();
    tx.rollback().await.unwrap();
    assert!(matches!(replica.sagas.drive(id).await, Err(SagaError::Unknown(unknown)) if unknown == id));
    assert!(replica.trip.log().is_empty());
    replica.stop().await;
}

#[tokio::test]
async fn an_id_starts_one_saga() {
    let test = TestDatabase::create().await;
    let replica = Replica::idle(&test, Trip::default()).await;
    let id = replica.begin().await;
    let tx = replica.database.begin().await.unwrap();
    let again = replica.sagas.start::<Trip>(&tx, id, &Journey::default()).await;
    assert!(again.unwrap_err().is_unique_violation());
    tx.rollback().await.unwrap();
    assert_eq!(replica.drive(id).await, SagaStatus::Completed);
}

#[tokio::test]
async fn a_refusal_undoes_the_steps_in_reverse_from_the_one_that_refused() {
    let test = TestDatabase::create().await;
    let replica = Replica::idle(&test, Trip::default()).await;
    replica.trip.script("b", |_, _| Box::pin(async { Ok(Outcome::Abort("OUT_OF_STOCK".to_owned())) }));
    replica.trip.script("undo a", |context, state| {
        Box::pin(async move {
            state.done.push(context.failure().unwrap_or("none").to_owned());
            Ok(Outcome::Done)
        })
    });
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Compensated);
    assert_eq!(replica.trip.log(), ["a", "b", "undo b", "undo a"]);
    assert_eq!(replica.state(id).await.done, ["a", "b", "undo b", "OUT_OF_STOCK", "undo a"]);
    let saga = replica.sagas.get(id).await.unwrap().unwrap();
    assert_eq!(saga.failure.as_deref(), Some("OUT_OF_STOCK"));
}

#[tokio::test]
async fn a_step_keeps_its_idempotency_key_and_sagas_can_be_listed() {
    let test = TestDatabase::create().await;
    let replica = Replica::idle(&test, Trip::default()).await;
    replica.trip.script("c", |context, state| {
        Box::pin(async move {
            state.done.push(context.key());
            Ok(Outcome::Done)
        })
    });
    let (first, second) = (replica.begin().await, replica.begin().await);
    for id in [first, second] {
        assert_eq!(replica.drive(id).await, SagaStatus::Completed);
        assert_eq!(replica.state(id).await.done, ["a", "b", &format!("{id}:c"), "c"]);
    }
    let filter = SagaFilter { status: Some(SagaStatus::Completed), kind: Some("trip"), after: None };
    let ids: Vec<_> = replica.sagas.list(filter, 10).await.unwrap().into_iter().map(|s| s.id).collect();
    assert_eq!(ids.len(), 2);
    let after = SagaFilter { after: ids.first().copied(), ..filter };
    assert_eq!(
        replica.sagas.list(after, 10).await.unwrap().into_iter().map(|s| s.id).collect::<Vec<_>>(),
        ids[1..]
    );
    assert_eq!(replica.sagas.count(SagaStatus::Stuck).await.unwrap(), 0);
    assert!(!replica.wake(first, json!("late")).await, "an ended saga takes no signal");
    assert!(!replica.wake(fresh(), json!("lost")).await, "an unknown saga takes no signal");
}

#[tokio::test]
async fn a_skipped_step_stores_nothing_and_keeps_its_place_in_the_undoing() {
    let test = TestDatabase::create().await;
    let replica = Replica::idle(&test, Trip::default()).await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    replica.trip.script("a", |_, _| Box::pin(async { Ok(Outcome::Skipped) }));
    let (watcher, noted) = (replica.sagas.clone(), seen.clone());
    replica.trip.script("b", move |context, state| {
        let (watcher, noted) = (watcher.clone(), noted.clone());
        Box::pin(async move {
            let saga = watcher.get(context.id).await?.unwrap();
            noted.lock().unwrap().push(saga.step);
            assert_eq!(state.done, ["a"], "what the skipped step learnt is known");
            Err(StepError::stuck("look"))
        })
    });
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Stuck);
    assert_eq!(*seen.lock().unwrap(), ["a"], "while b runs, a is what is stored");
    let stuck = replica.sagas.get(id).await.unwrap().unwrap();
    assert_eq!(stuck.step, "b", "but staff see who failed");
    assert!(replica.sagas.compensate(id, "STAFF").await.unwrap());
    assert_eq!(replica.drive(id).await, SagaStatus::Compensated);
    assert_eq!(replica.trip.log(), ["a", "b", "undo b", "undo a"]);
    assert_eq!(replica.state(id).await.done, ["a", "undo b", "undo a"]);
}

#[test]
fn every_step_has_four_fail_points() {
    let points = SagaRegistry::new().with(Trip::default()).fail_points();
    assert_eq!(points.len(), 12);
    for point in
        ["saga.trip.a.before", "saga.trip.b.after", "saga.trip.c.undo.before", "saga.trip.c.undo.after"]
    {
        assert!(points.iter().any(|name| name == point), "{point} is missing");
    }
}
