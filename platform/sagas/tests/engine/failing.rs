//! What happens when steps fail.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use platform_config::JobsConfig;
use platform_core::Clock;
use platform_core::clock::ShiftedClock;
use platform_database::Database;
use platform_sagas::{Outcome, Saga, SagaRegistry, SagaStatus, Sagas, Step, StepContext, StepError};
use sea_orm::{ConnectionTrait, Statement};
use tokio::sync::Notify;

use crate::support::{TestDatabase, open};
use crate::trip::{LEASE, Migrator, Replica, Trip, fresh};
use crate::wait::eventually;

#[tokio::test]
async fn a_step_that_fails_is_tried_again_and_leaves_the_state_alone() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    let failures = Arc::new(AtomicU32::new(0));
    let counted = failures.clone();
    replica.trip.script("b", move |context, state| {
        let failures = counted.clone();
        Box::pin(async move {
            state.done.push(format!("attempt {}", context.attempt));
            match failures.fetch_add(1, Ordering::SeqCst) {
                0 => Err(StepError::retry("not now")),
                1 => panic!("as the test wants it"),
                _ => Ok(Outcome::Done),
            }
        })
    });
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Completed);
    assert_eq!(replica.trip.log(), ["a", "b", "b", "b", "c"]);
    assert_eq!(replica.state(id).await.done, ["a", "attempt 3", "b", "c"]);
    replica.stop().await;
}

#[tokio::test]
async fn a_step_that_fails_too_often_is_stuck_until_it_is_retried() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    replica.trip.script("b", |_, _| Box::pin(async { Err(StepError::retry("gone")) }));
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Stuck);
    assert_eq!(replica.trip.log(), ["a", "b", "b", "b"]);
    let stuck = replica.sagas.get(id).await.unwrap().unwrap();
    assert_eq!((stuck.step.as_str(), stuck.last_error.as_deref()), ("b", Some("gone")));
    assert_eq!(replica.sagas.count(SagaStatus::Stuck).await.unwrap(), 1);
    replica.trip.unscript("b");
    assert!(replica.sagas.retry(id).await.unwrap());
    assert!(!replica.sagas.retry(id).await.unwrap(), "it is stuck no longer");
    assert_eq!(replica.drive(id).await, SagaStatus::Completed);
    assert_eq!(replica.trip.log(), ["a", "b", "b", "b", "b", "c"]);
    replica.stop().await;
}

/// A saga of one step with as many attempts as most have, which fails until a moment.
struct Patient {
    clock: Arc<ShiftedClock>,
    until: DateTime<Utc>,
}

struct Wait;

#[async_trait]
impl Step<Patient> for Wait {
    fn name(&self) -> &'static str {
        "wait"
    }

    async fn run(&self, saga: &Patient, _: &StepContext, _: &mut ()) -> Result<Outcome, StepError> {
        match saga.clock.now() < saga.until {
            true => Err(StepError::retry("away")),
            false => Ok(Outcome::Done),
        }
    }
}

impl Saga for Patient {
    const KIND: &'static str = "patient";
    type State = ();

    fn steps(&self) -> &'static [&'static dyn Step<Self>] {
        &[&Wait]
    }
}

#[tokio::test]
async fn a_step_that_fails_for_an_hour_is_done_soon_after() {
    let test = TestDatabase::create().await;
    let database = open::<Migrator>(&test.url(), test.folder.path(), "orders").await;
    let clock = Arc::new(ShiftedClock::default());
    let until = clock.now() + TimeDelta::hours(1);
    let sagas = Sagas::new(database.clone(), clock.clone(), &JobsConfig::default());
    assert!(sagas.install(SagaRegistry::new().with(Patient { clock: clock.clone(), until })));
    let id = fresh();
    let tx = database.begin().await.unwrap();
    sagas.start::<Patient>(&tx, id, &()).await.unwrap();
    tx.commit().await.unwrap();
    let driver = sagas.clone();
    let driving = tokio::spawn(async move { driver.drive(id).await.unwrap() });
    let (mut attempts, mut pauses) = (0, Vec::new());
    while !driving.is_finished() {
        let saga = sagas.get(id).await.unwrap().unwrap();
        if saga.status == SagaStatus::Running && saga.is_exact && saga.attempts > attempts {
            attempts = saga.attempts;
            let pause = (saga.due_at - saga.updated_at).to_std().unwrap();
            pauses.push(pause);
            clock.advance(pause);
        }
        tokio::task::yield_now().await;
    }
    assert_eq!(driving.await.unwrap(), SagaStatus::Completed, "after {attempts} attempts");
    assert!(clock.now() < until + TimeDelta::minutes(3), "{pauses:?}");
    let first = [250, 500, 1_000, 2_000, 4_000].map(Duration::from_millis);
    assert!(pauses.starts_with(&first), "the first attempts come quickly");
    assert!(pauses.iter().all(|pause| *pause <= Duration::from_secs(120)), "{pauses:?}");
}

/// Who signals may be the one that was away. Signals use up no attempts: nobody makes a saga stuck by sending them.
#[tokio::test]
async fn a_signal_ends_the_pause_after_a_failure() {
    let test = TestDatabase::create().await;
    let replica = Replica::idle(&test, Trip::default()).await;
    replica.trip.script("b", |_, _| Box::pin(async { Err(StepError::retry("away")) }));
    let id = replica.begin().await;
    let pauses_after_more_than = async |attempts: usize| {
        eventually("it pauses", async || {
            // In this order: what the row says must not be older than the attempt that the log has.
            let has_run = replica.trip.log().len() > attempts;
            let saga = replica.sagas.get(id).await.unwrap().unwrap();
            has_run && saga.is_exact && saga.last_error.is_some()
        })
        .await;
    };
    pauses_after_more_than(1).await;
    for _ in 0..6 {
        // As if the pause were a minute. On a busy machine a first one may be over already, and another attempt made.
        replica.clock.step_back(Duration::from_secs(60));
        let attempts = replica.trip.log().len();
        assert!(replica.wake(id, serde_json::json!("back")).await);
        pauses_after_more_than(attempts).await;
    }
    replica.trip.unscript("b");
    assert!(replica.wake(id, serde_json::json!("back")).await);
    assert_eq!(replica.drive(id).await, SagaStatus::Completed);
}

#[tokio::test]
async fn a_signal_that_comes_while_an_attempt_fails_ends_the_pause_after_it() {
    let test = TestDatabase::create().await;
    let replica = Replica::idle(&test, Trip::default()).await;
    let (at_work, fails) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (working, failing) = (at_work.clone(), fails.clone());
    replica.trip.script("b", move |_, _| {
        let (working, failing) = (working.clone(), failing.clone());
        Box::pin(async move {
            working.notify_one();
            failing.notified().await;
            Err(StepError::retry("away"))
        })
    });
    let id = replica.begin().await;
    let works = async || tokio::time::timeout(Duration::from_secs(30), at_work.notified()).await.unwrap();
    // More often than attempts would allow.
    for _ in 0..6 {
        works().await;
        assert!(replica.wake(id, serde_json::json!("back")).await);
        // As if the pause were a minute.
        replica.clock.step_back(Duration::from_secs(60));
        fails.notify_one();
    }
    works().await;
    replica.trip.unscript("b");
    assert!(replica.wake(id, serde_json::json!("back")).await);
    fails.notify_one();
    assert_eq!(replica.drive(id).await, SagaStatus::Completed);
}

#[tokio::test]
async fn a_stuck_saga_can_be_undone() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    replica.trip.script("b", |_, _| Box::pin(async { Err(StepError::stuck("a defect")) }));
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Stuck);
    assert!(replica.sagas.compensate(id, "STAFF").await.unwrap());
    assert_eq!(replica.drive(id).await, SagaStatus::Compensated);
    assert_eq!(replica.trip.log(), ["a", "b", "undo b", "undo a"]);
    assert_eq!(replica.sagas.get(id).await.unwrap().unwrap().failure.as_deref(), Some("STAFF"));
    assert!(!replica.sagas.compensate(id, "AGAIN").await.unwrap());
    replica.stop().await;
}

#[tokio::test]
async fn an_undo_that_fails_too_often_is_stuck_and_goes_on_backward() {
    let test = TestDatabase::create().await;
    let replica = Replica::start(&test).await;
    replica.trip.script("c", |_, _| Box::pin(async { Ok(Outcome::Abort("NO".to_owned())) }));
    replica.trip.script("undo b", |_, _| Box::pin(async { Err(StepError::stuck("cannot")) }));
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Stuck);
    replica.trip.unscript("undo b");
    assert!(replica.sagas.retry(id).await.unwrap());
    assert_eq!(replica.drive(id).await, SagaStatus::Compensated);
    assert_eq!(replica.trip.log(), ["a", "b", "c", "undo c", "undo b", "undo b", "undo a"]);
    replica.stop().await;
}

async fn effects(database: &Database) -> Vec<String> {
    let read = database.read();
    let sql = "SELECT text FROM effects ORDER BY id";
    let rows = read.query_all_raw(Statement::from_string(read.get_database_backend(), sql)).await.unwrap();
    rows.iter().map(|row| row.try_get("", "text").unwrap()).collect()
}

#[tokio::test]
async fn a_step_commits_together_with_its_progress_or_not_at_all() {
    let test = TestDatabase::create().await;
    let replica = Replica::idle(&test, Trip::default()).await;
    let (database, failures) = (replica.database.clone(), Arc::new(AtomicU32::new(0)));
    replica.trip.script("b", move |context, _| {
        let (database, failures) = (database.clone(), failures.clone());
        Box::pin(async move {
            let tx = database.begin().await?;
            let sql = format!("INSERT INTO effects (text) VALUES ('attempt {}')", context.attempt);
            tx.execute_unprepared(&sql).await?;
            context.finish_in(tx);
            match failures.fetch_add(1, Ordering::SeqCst) {
                0 => Err(StepError::retry("after all not")),
                _ => Ok(Outcome::Done),
            }
        })
    });
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Completed);
    assert_eq!(effects(&replica.database).await, ["attempt 2"]);
}

#[tokio::test]
async fn a_checkpoint_is_kept_when_the_step_fails() {
    let test = TestDatabase::create().await;
    let replica = Replica::idle(&test, Trip::default()).await;
    replica.trip.script("b", |context, state| {
        Box::pin(async move {
            if context.attempt > 1 {
                return Ok(Outcome::Done);
            }
            state.done.push("sent".to_owned());
            context.checkpoint(state).await?;
            state.done.push("lost".to_owned());
            Err(StepError::retry("no answer"))
        })
    });
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Completed);
    assert_eq!(replica.state(id).await.done, ["a", "sent", "b", "c"]);
}

#[tokio::test]
async fn a_saga_at_a_step_that_this_release_lacks_is_stuck_not_lost() {
    let test = TestDatabase::create().await;
    let replica = Replica::idle(&test, Trip::default()).await;
    replica.trip.script("a", |_, _| Box::pin(async { Err(StepError::stuck("wait")) }));
    let id = replica.begin().await;
    assert_eq!(replica.drive(id).await, SagaStatus::Stuck);
    replica.database.write().execute_unprepared("UPDATE sagas SET step = 'gone'").await.unwrap();
    assert!(replica.sagas.retry(id).await.unwrap());
    assert_eq!(replica.drive(id).await, SagaStatus::Stuck);
    let saga = replica.sagas.get(id).await.unwrap().unwrap();
    assert_eq!(saga.last_error.as_deref(), Some("this release has no such step"));
}

/// A saga that can be undone until its second step.
struct OneWay {
    aborts: Arc<AtomicU32>,
}

impl Saga for OneWay {
    const KIND: &'static str = "one-way";
    const PIVOT: Option<&'static str> = Some("go");
    type State = ();

    fn steps(&self) -> &'static [&'static dyn Step<Self>] {
        &[&OneWayStep("prepare"), &OneWayStep("go")]
    }
}

struct OneWayStep(&'static str);

#[async_trait]
impl Step<OneWay> for OneWayStep {
    fn name(&self) -> &'static str {
        self.0
    }

    async fn run(&self, saga: &OneWay, _: &StepContext, _: &mut ()) -> Result<Outcome, StepError> {
        match saga.aborts.load(Ordering::SeqCst) {
            1 if self.0 == "go" => Ok(Outcome::Abort("NO".to_owned())),
            _ => Ok(Outcome::Done),
        }
    }
}

#[tokio::test]
async fn from_its_pivot_on_a_saga_only_goes_forward() {
    let test = TestDatabase::create().await;
    let database = open::<Migrator>(&test.url(), test.folder.path(), "orders").await;
    let sagas = Sagas::new(database.clone(), Arc::new(ShiftedClock::default()), &JobsConfig::default());
    let aborts = Arc::new(AtomicU32::new(1));
    assert!(sagas.install(SagaRegistry::new().with(OneWay { aborts: aborts.clone() })));
    let points = [
        "saga.one-way.go.after",
        "saga.one-way.go.before",
        "saga.one-way.prepare.after",
        "saga.one-way.prepare.before",
        "saga.one-way.prepare.undo.after",
        "saga.one-way.prepare.undo.before",
    ];
    assert_eq!(sagas.fail_points(), points);
    let id = fresh();
    let tx = database.begin().await.unwrap();
    sagas.start::<OneWay>(&tx, id, &()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(sagas.drive(id).await.unwrap(), SagaStatus::Stuck, "aborting there is a defect");
    assert!(!sagas.compensate(id, "STAFF").await.unwrap(), "not by staff either");
    aborts.store(0, Ordering::SeqCst);
    assert!(sagas.retry(id).await.unwrap());
    assert_eq!(sagas.drive(id).await.unwrap(), SagaStatus::Completed);
}

/// Lets no update of `column` of a saga be committed: the statement gives its rows, and its end fails, as where the disk
/// is full.
async fn refuse_commits(database: &Database, column: &str) {
    let referring =
        "CREATE TABLE refused (missing BIGINT REFERENCES effects (id) DEFERRABLE INITIALLY DEFERRED);";
    let (body, trigger) = match database.is_postgres() {
        true => (
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
             'BEGIN INSERT INTO refused VALUES (-1); RETURN NEW; END';",
            "FOR EACH ROW EXECUTE FUNCTION refuse()",
        ),
        false => ("", "BEGIN INSERT INTO refused VALUES (-1); END"),
    };
    let sql =
        format!("{referring} {body} CREATE TRIGGER refused AFTER UPDATE OF {column} ON sagas {trigger}");
    database.write().execute_unprepared(&sql).await.unwrap();
}

async fn allow_commits(database: &Database) {
    let on = if database.is_postgres() { "ON sagas" } else { "" };
    database.write().execute_unprepared(&format!("DROP TRIGGER refused {on}")).await.unwrap();
}

#[tokio::test]
async fn a_claim_that_is_not_stored_is_none() {
    let test = TestDatabase::create().await;
    let replica = Replica::idle(&test, Trip::default()).await;
    replica.trip.script("b", |_, _| Box::pin(async { Err(StepError::retry("gone")) }));
    let id = replica.begin().await;
    eventually("the failure is stored", async || {
        replica.sagas.get(id).await.unwrap().unwrap().last_error.is_some()
    })
    .await;
    refuse_commits(&replica.database, "fence").await;
    replica.clock.advance(Duration::from_secs(1));
    let driven = tokio::time::timeout(Duration::from_secs(5), replica.sagas.drive(id)).await;
    assert!(driven.expect("who drives it is told").is_err());
    assert_eq!(replica.trip.log(), ["a", "b"], "no step runs");
    allow_commits(&replica.database).await;
    replica.trip.unscript("b");
    assert_eq!(replica.drive(id).await, SagaStatus::Completed);
    assert_eq!(replica.trip.log(), ["a", "b", "b", "c"]);
}

#[tokio::test]
async fn an_end_that_is_not_stored_is_told_to_nobody() {
    let test = TestDatabase::create().await;
    let replica = Replica::idle(&test, Trip::default()).await;
    refuse_commits(&replica.database, "wakes_seen").await;
    let id = replica.begin().await;
    let driven = tokio::time::timeout(Duration::from_secs(1), replica.sagas.drive(id)).await;
    assert!(driven.is_err(), "it goes on when its lease ends: {driven:?}");
    assert_eq!(replica.trip.log(), ["a", "b", "c"], "and pauses until then");
    allow_commits(&replica.database).await;
    replica.clock.advance(LEASE + Duration::from_secs(1));
    assert_eq!(replica.drive(id).await, SagaStatus::Completed);
    assert_eq!(replica.sagas.get(id).await.unwrap().unwrap().status, SagaStatus::Completed);
}
