//! Check 32, in the engine: a process killed at any fail point of a saga, and on both sides of every commit, leaves a
//! saga that the next process finishes or undoes, with every effect made or taken back exactly once.
//!
//! This binary runs itself as the process that is killed.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it does"
)]

#[path = "../../events/tests/support/database.rs"]
mod support;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::TimeDelta;
use platform_config::JobsConfig;
use platform_core::id::SagaId;
use platform_core::{Clock, SystemClock};
use platform_database::Database;
use platform_sagas::{
    OnDeadline, Outcome, Saga, SagaRegistry, SagaStatus, Sagas, Step, StepContext, StepError,
};
use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::prelude::*;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use support::TestDatabase;

const ID: SagaId = SagaId(Uuid::from_u128(7));
/// Short, so that a new process need not wait long for a dead one's lease.
const LEASE: Duration = Duration::from_millis(300);

struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = platform_sagas::migrations();
        all.push(Box::new(Effects));
        all
    }
}

struct Effects;

impl MigrationName for Effects {
    fn name(&self) -> &str {
        "effects"
    }
}

#[async_trait]
impl MigrationTrait for Effects {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // What the callees of the saga keep: an effect under its idempotency key, and whether it was taken back.
        let calls = Table::create()
            .table("calls")
            .col(ColumnDef::new("key").text().not_null().primary_key())
            .col(ColumnDef::new("undone").boolean().not_null())
            .take();
        manager.create_table(calls).await?;
        // What the saga does in its own database: no key, so twice would show.
        let notes = Table::create()
            .table("notes")
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(ColumnDef::new("text").text().not_null())
            .take();
        manager.create_table(notes).await
    }
}

#[derive(Serialize, Deserialize)]
struct Purchase {
    refused: bool,
}

struct Buying {
    database: Database,
}

impl Buying {
    /// Another service's answer to a call with an idempotency key.
    async fn call(&self, context: &StepContext) -> Result<(), StepError> {
        let write = self.database.write();
        let sql = "INSERT INTO calls (key, undone) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING";
        let values = [context.key().into(), false.into()];
        write.execute_raw(Statement::from_sql_and_values(write.get_database_backend(), sql, values)).await?;
        Ok(())
    }

    async fn take_back(&self, context: &StepContext) -> Result<(), StepError> {
        let write = self.database.write();
        let sql = "UPDATE calls SET undone = $2 WHERE key = $1";
        let values = [context.key().into(), true.into()];
        write.execute_raw(Statement::from_sql_and_values(write.get_database_backend(), sql, values)).await?;
        Ok(())
    }

    /// Writes to the saga's own database, in one transaction with its progress.
    async fn note(&self, context: &StepContext, text: &str) -> Result<(), StepError> {
        let tx = self.database.begin().await?;
        tx.execute_unprepared(&format!("INSERT INTO notes (text) VALUES ('{text}')")).await?;
        context.finish_in(tx);
        Ok(())
    }
}

impl Saga for Buying {
    const KIND: &'static str = "buying";
    type State = Purchase;

    fn steps(&self) -> &'static [&'static dyn Step<Self>] {
        &[&Order, &Reserve, &Pay, &Confirm]
    }
}

struct Order;

#[async_trait]
impl Step<Buying> for Order {
    fn name(&self) -> &'static str {
        "order"
    }

    async fn run(
        &self,
        saga: &Buying,
        context: &StepContext,
        _: &mut Purchase,
    ) -> Result<Outcome, StepError> {
        saga.note(context, "ordered").await?;
        Ok(Outcome::Done)
    }

    async fn undo(&self, saga: &Buying, context: &StepContext, _: &mut Purchase) -> Result<(), StepError> {
        saga.note(context, "cancelled").await
    }
}

struct Reserve;

#[async_trait]
impl Step<Buying> for Reserve {
    fn name(&self) -> &'static str {
        "reserve"
    }

    async fn run(
        &self,
        saga: &Buying,
        context: &StepContext,
        _: &mut Purchase,
    ) -> Result<Outcome, StepError> {
        saga.call(context).await?;
        Ok(Outcome::Done)
    }

    async fn undo(&self, saga: &Buying, context: &StepContext, _: &mut Purchase) -> Result<(), StepError> {
        saga.take_back(context).await
    }
}

struct Pay;

#[async_trait]
impl Step<Buying> for Pay {
    fn name(&self) -> &'static str {
        "pay"
    }

    async fn run(
        &self,
        saga: &Buying,
        context: &StepContext,
        _: &mut Purchase,
    ) -> Result<Outcome, StepError> {
        saga.call(context).await?;
        if context.signals().is_empty() {
            let until = SystemClock.now() + TimeDelta::hours(1);
            return Ok(Outcome::Park { until, on_deadline: OnDeadline::Fail("EXPIRED".to_owned()) });
        }
        Ok(Outcome::Done)
    }

    async fn undo(&self, saga: &Buying, context: &StepContext, _: &mut Purchase) -> Result<(), StepError> {
        saga.take_back(context).await
    }
}

struct Confirm;

#[async_trait]
impl Step<Buying> for Confirm {
    fn name(&self) -> &'static str {
        "confirm"
    }

    async fn run(
        &self,
        saga: &Buying,
        context: &StepContext,
        state: &mut Purchase,
    ) -> Result<Outcome, StepError> {
        if state.refused {
            return Ok(Outcome::Abort("REFUSED".to_owned()));
        }
        saga.note(context, "confirmed").await?;
        Ok(Outcome::Done)
    }
}

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    match std::env::var_os("SOUK_CRASH_FOLDER") {
        Some(folder) => runtime.block_on(process(&PathBuf::from(folder))),
        None => runtime.block_on(supervise()),
    }
}

/// The process that is killed, and its successor: starts the saga if there is none, signals the payment, and sees the
/// saga through.
async fn process(folder: &Path) {
    let url = std::env::var("SOUK_CRASH_URL").unwrap();
    let refused = std::env::var_os("SOUK_CRASH_REFUSED").is_some();
    let database = support::open::<Migrator>(&url, folder, "orders").await;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let config = JobsConfig { poll_interval_ms: 20, lease_ms: 300, concurrency: 2 };
    assert_eq!(LEASE, Duration::from_millis(config.lease_ms));
    let sagas = Sagas::new(database.clone(), clock, &config);
    assert!(sagas.install(SagaRegistry::new().with(Buying { database: database.clone() })));
    if sagas.get(ID).await.unwrap().is_none() {
        let tx = database.begin().await.unwrap();
        sagas.start::<Buying>(&tx, ID, &Purchase { refused }).await.unwrap();
        tx.commit().await.unwrap();
    }
    loop {
        match sagas.drive(ID).await.unwrap() {
            SagaStatus::Parked => {
                // A payment notice may come several times.
                let tx = database.begin().await.unwrap();
                sagas.wake(&tx, ID, serde_json::json!("paid")).await.unwrap();
                tx.commit().await.unwrap();
            }
            status if status.is_final() => return,
            status => assert!(status.is_active(), "the saga is {status}"),
        }
    }
}

/// Runs the process against the database of `test`; with a fail point it is meant to die there.
fn run(test: &TestDatabase, refused: bool, failpoint: Option<&str>) -> ExitStatus {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.env("SOUK_CRASH_FOLDER", test.folder.path()).env("SOUK_CRASH_URL", test.url());
    command.env_remove("SOUK_FAILPOINT").env_remove("SOUK_CRASH_REFUSED").env("RUST_BACKTRACE", "0");
    if refused {
        command.env("SOUK_CRASH_REFUSED", "1");
    }
    if let Some(failpoint) = failpoint {
        command.env("SOUK_FAILPOINT", failpoint);
    }
    command.status().unwrap()
}

async fn supervise() {
    let unused = TestDatabase::create().await;
    let database = support::open::<Migrator>(&unused.url(), unused.folder.path(), "orders").await;
    let points = SagaRegistry::new().with(Buying { database }).fail_points();
    assert_eq!(points.len(), 16);
    for point in &points {
        let refused = point.contains(".undo.");
        println!("killed at {point}");
        assert!(survives(refused, point).await, "the process never came to {point}");
    }
    for side in ["before", "after"] {
        for refused in [false, true] {
            let mut times = 1;
            while survives(refused, &format!("database.commit.{side}:{times}")).await {
                println!("killed {side} commit {times}, refused: {refused}");
                times += 1;
            }
            assert!(times > 3, "the saga commits several times");
        }
    }
}

/// Kills the process at the fail point and lets another take over. False when the first never came there.
async fn survives(refused: bool, failpoint: &str) -> bool {
    let test = TestDatabase::create().await;
    let killed = !run(&test, refused, Some(failpoint)).success();
    assert!(run(&test, refused, None).success(), "the next process does not see the saga through");
    let database = support::open::<Migrator>(&test.url(), test.folder.path(), "orders").await;
    let read = database.read();
    let all = async |sql: &str, column: &str| -> Vec<String> {
        let rows =
            read.query_all_raw(Statement::from_string(read.get_database_backend(), sql)).await.unwrap();
        rows.iter().map(|row| row.try_get("", column).unwrap()).collect()
    };
    let statuses = all("SELECT status FROM sagas", "status").await;
    let notes = all("SELECT text FROM notes ORDER BY id", "text").await;
    let kept = all("SELECT key FROM calls WHERE NOT undone ORDER BY key", "key").await;
    let undone = all("SELECT key FROM calls WHERE undone ORDER BY key", "key").await;
    let keys = [format!("{ID}:pay"), format!("{ID}:reserve")];
    if refused {
        assert_eq!(statuses, ["compensated"]);
        assert_eq!(notes, ["ordered", "cancelled"]);
        assert_eq!((kept.as_slice(), undone.as_slice()), ([].as_slice(), keys.as_slice()));
    } else {
        assert_eq!(statuses, ["completed"]);
        assert_eq!(notes, ["ordered", "confirmed"]);
        assert_eq!((kept.as_slice(), undone.as_slice()), (keys.as_slice(), [].as_slice()));
    }
    assert!(all("SELECT signal FROM saga_signals", "signal").await.len() < 2, "signals pile up");
    killed
}
