//! Errors that no repetition changes, and sagas that staff give up.

use std::sync::Arc;

use async_trait::async_trait;
use platform_config::JobsConfig;
use platform_core::clock::ShiftedClock;
use platform_core::{ApiError, ErrorCode};
use platform_database::Database;
use platform_sagas::{
    Abandoned, Abandonment, GiveUp, Outcome, Reach, Saga, SagaRegistry, SagaStatus, Sagas, Step, StepContext,
    StepError,
};

use crate::support::{TestDatabase, open};
use crate::trip::{Migrator, Replica, Trip, fresh};
use crate::wait::eventually;

/// What a peer answers.
#[derive(Debug, thiserror::Error)]
#[error("the peer says no")]
struct Answer(ErrorCode);

impl ApiError for Answer {
    fn code(&self) -> ErrorCode {
        self.0
    }
}

platform_sagas::step_error!(Answer);

fn answer(code: ErrorCode) -> Result<Outcome, StepError> {
    Err(Answer(code))?
}

fn yes(abandoned: Abandoned) -> Abandonment {
    match abandoned {
        Abandoned::Yes(abandonment) => abandonment,
        other => panic!("{other:?}"),
    }
}

/// Check 48: an answer that no retry can change undoes the saga at the first attempt; the others are tried again.
#[tokio::test]
async fn an_answer_that_no_retry_changes_undoes_the_saga_at_once() {
    let test = TestDatabase::create().await;
    for code in ErrorCode::ALL {
        let replica = Replica::idle(&test, Trip::default()).await;
        replica.trip.script("b", move |_, _| Box::pin(async move { answer(code) }));
        let id = replica.begin().await;
        let status = replica.drive(id).await;
        let saga = replica.sagas.get(id).await.unwrap().unwrap();
        if code.is_transient() {
            assert_eq!(status, SagaStatus::Stuck, "{code:?}");
            assert_eq!(replica.trip.log(), ["a", "b", "b", "b"], "{code:?}");
        } else {
            assert_eq!(status, SagaStatus::Compensated, "{code:?}");
            assert_eq!(replica.trip.log(), ["a", "b", "undo b", "undo a"], "{code:?}");
            assert_eq!(saga.failure, Some(format!("{}: the peer says no", code.as_str())));
        }
    }
}

/// Check 48: an undo that cannot succeed is stuck at once, and given up without what it would have undone.
#[tokio::test]
async fn an_undo_that_cannot_succeed_is_given_up_alone() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    replica.trip.script("c", |_, _| Box::pin(async { Ok(Outcome::Abort("NO".to_owned())) }));
    replica.trip.script("undo b", |_, _| Box::pin(async { answer(ErrorCode::Conflict) }));
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Stuck);
    assert_eq!(replica.trip.log(), ["a", "b", "c", "undo c", "undo b"]);
    let given_up = yes(replica.sagas.abandon(id, "STAFF", Reach::Stuck).await.unwrap());
    assert_eq!((given_up.given_up, given_up.undone), (vec!["b".to_owned()], vec!["a".to_owned()]));
    assert_eq!(replica.drive(id).await, SagaStatus::Compensated);
    assert_eq!(replica.trip.log(), ["a", "b", "c", "undo c", "undo b", "undo a"]);
    let saga = replica.sagas.get(id).await.unwrap().unwrap();
    assert_eq!(saga.failure.as_deref(), Some("NO"), "the first reason stays");
    replica.stop().await;
}

#[tokio::test]
async fn a_stuck_saga_that_is_given_up_is_undone() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    replica.trip.script("b", |_, _| Box::pin(async { Err(StepError::stuck("a defect")) }));
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Stuck);
    let given_up = yes(replica.sagas.abandon(id, "STAFF", Reach::Stuck).await.unwrap());
    assert_eq!(given_up.undone, ["b", "a"]);
    assert_eq!(replica.drive(id).await, SagaStatus::Compensated);
    for reach in [Reach::Stuck, Reach::AtWork] {
        let again = replica.sagas.abandon(id, "STAFF", reach).await.unwrap();
        assert_eq!(again, Abandoned::No(SagaStatus::Compensated));
    }
    assert_eq!(replica.sagas.abandon(fresh(), "STAFF", Reach::AtWork).await.unwrap(), Abandoned::Unknown);
    replica.stop().await;
}

/// A step that is tried again and again is out of reach, unless whoever asks takes it from its worker.
#[tokio::test]
async fn a_saga_at_work_is_given_up_when_it_is_taken_from_its_worker() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    replica.trip.script("b", |_, _| Box::pin(std::future::pending()));
    let id = replica.begin().await;
    eventually("the step is at work", async || replica.trip.log().len() == 2).await;
    let kept = replica.sagas.abandon(id, "STAFF", Reach::Stuck).await.unwrap();
    assert_eq!(kept, Abandoned::No(SagaStatus::Running));
    assert_eq!(yes(replica.sagas.abandon(id, "STAFF", Reach::AtWork).await.unwrap()).undone, ["c", "b", "a"]);
    let saga = replica.sagas.get(id).await.unwrap().unwrap();
    assert_eq!(saga.status, SagaStatus::Compensating);
    assert!(saga.due_at > saga.updated_at, "not before the worker has seen that its lease is lost");
    assert_eq!(replica.trip.log(), ["a", "b"]);
}

/// A saga whose first step is done and whose others can only go forward.
struct OneWay<const SKIP: bool> {
    database: Database,
}

struct Stage(&'static str);

#[async_trait]
impl<const SKIP: bool> Step<OneWay<SKIP>> for Stage {
    fn name(&self) -> &'static str {
        self.0
    }

    async fn run(
        &self,
        saga: &OneWay<SKIP>,
        _: &StepContext,
        log: &mut Vec<String>,
    ) -> Result<Outcome, StepError> {
        log.push(self.0.to_owned());
        assert!(!saga.database.subgraph().is_empty());
        if self.0 == "go" { answer(ErrorCode::NotFound) } else { Ok(Outcome::Done) }
    }
}

impl<const SKIP: bool> Saga for OneWay<SKIP> {
    const KIND: &'static str = if SKIP { "skips" } else { "ends" };
    const PIVOT: Option<&'static str> = Some("go");
    const GIVE_UP: GiveUp = if SKIP { GiveUp::Skip } else { GiveUp::End };
    type State = Vec<String>;

    fn steps(&self) -> &'static [&'static dyn Step<Self>] {
        &[&Stage("prepare"), &Stage("go"), &Stage("finish")]
    }
}

async fn stuck_after_the_pivot<const SKIP: bool>(database: &Database) -> (Sagas, platform_core::id::SagaId) {
    let sagas = Sagas::new(database.clone(), Arc::new(ShiftedClock::default()), &JobsConfig::default());
    assert!(sagas.install(SagaRegistry::new().with(OneWay::<SKIP> { database: database.clone() })));
    let id = fresh();
    let tx = database.begin().await.unwrap();
    sagas.start::<OneWay<SKIP>>(&tx, id, &Vec::new()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sagas.drive(id).await.unwrap(), SagaStatus::Stuck, "at the first attempt");
    let saga = sagas.get(id).await.unwrap().unwrap();
    assert_eq!(saga.last_error.as_deref(), Some("NOT_FOUND: the peer says no"));
    assert_eq!(saga.state, r#"["prepare"]"#);
    (sagas, id)
}

/// Check 48: from its pivot on a saga that cannot succeed is stuck at once, and ends where it stands.
#[tokio::test]
async fn past_its_pivot_a_saga_ends_or_goes_on_without_the_step() {
    let test = TestDatabase::create().await;
    let database = open::<Migrator>(&test.url(), test.folder.path(), "orders").await;
    let (sagas, id) = stuck_after_the_pivot::<false>(&database).await;
    let given_up = yes(sagas.abandon(id, "STAFF", Reach::Stuck).await.unwrap());
    assert_eq!(given_up.given_up, ["go", "finish"]);
    assert!(given_up.undone.is_empty() && given_up.goes_on.is_empty());
    assert_eq!(sagas.drive(id).await.unwrap(), SagaStatus::Completed);
    let ended = sagas.get(id).await.unwrap().unwrap();
    assert_eq!((ended.failure.as_deref(), ended.state.as_str()), (Some("STAFF"), r#"["prepare"]"#));
    assert!(!sagas.retry(id).await.unwrap());

    let (sagas, id) = stuck_after_the_pivot::<true>(&database).await;
    let given_up = yes(sagas.abandon(id, "STAFF", Reach::Stuck).await.unwrap());
    assert_eq!((given_up.given_up, given_up.goes_on), (vec!["go".to_owned()], vec!["finish".to_owned()]));
    assert_eq!(sagas.drive(id).await.unwrap(), SagaStatus::Completed);
    assert_eq!(sagas.get(id).await.unwrap().unwrap().state, r#"["prepare","finish"]"#);
}
