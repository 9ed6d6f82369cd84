//! A process that enqueues and runs jobs, and a job that notes its runs.

use std::marker;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use futures::future::BoxFuture;
use platform_config::JobsConfig;
use platform_core::clock::ShiftedClock;
use platform_core::id::JobId;
use platform_database::Database;
use platform_jobs::{
    Job, JobContext, JobError, JobFilter, JobHandler, JobHandlers, JobInfo, JobOptions, Jobs,
};
use sea_orm::{ConnectionTrait, Statement};
use sea_orm_migration::prelude::*;
use serde::{Deserialize, Serialize};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::support::{TestDatabase, open};

struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let mut all = platform_jobs::migrations();
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
        let table = Table::create()
            .table("effects")
            .col(ColumnDef::new("id").big_integer().not_null().auto_increment().primary_key())
            .col(ColumnDef::new("text").text().not_null())
            .take();
        manager.create_table(table).await
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Send {
    pub to: String,
}

impl Job for Send {
    const KIND: &'static str = "mail.send";
    const MAX_ATTEMPTS: u32 = 2;
}

/// What was run, in the order in which it began.
#[derive(Default, Clone)]
pub struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub fn add(&self, entry: impl Into<String>) {
        self.0.lock().unwrap().push(entry.into());
    }

    pub fn entries(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

/// What a test has happen after a mail was noted.
pub trait Then:
    Fn(JobContext, Send) -> BoxFuture<'static, Result<(), JobError>> + marker::Send + Sync + 'static
{
}

impl<F> Then for F where
    F: Fn(JobContext, Send) -> BoxFuture<'static, Result<(), JobError>> + marker::Send + Sync + 'static
{
}

struct Sending<F> {
    log: Log,
    then: F,
}

impl<F: Then> JobHandler<Send> for Sending<F> {
    async fn run(&self, context: JobContext, job: Send) -> Result<(), JobError> {
        self.log.add(&job.to);
        (self.then)(context, job).await
    }
}

pub const LEASE: Duration = Duration::from_secs(60);

pub struct Replica {
    pub jobs: Jobs,
    pub database: Database,
    pub clock: Arc<ShiftedClock>,
    pub log: Log,
    stop: CancellationToken,
    worker: Option<JoinHandle<()>>,
}

impl Replica {
    pub async fn open(test: &TestDatabase) -> Self {
        let database = open::<Migrator>(&test.url(), test.folder.path(), "users").await;
        let clock = Arc::new(ShiftedClock::default());
        let config = JobsConfig { poll_interval_ms: 20, lease_ms: LEASE.as_secs() * 1_000, concurrency: 4 };
        let jobs = Jobs::new(database.clone(), clock.clone(), &config);
        Self { jobs, database, clock, log: Log::default(), stop: CancellationToken::new(), worker: None }
    }

    pub fn work(&mut self, handlers: JobHandlers) {
        let (jobs, stop) = (self.jobs.clone(), self.stop.clone());
        self.worker = Some(tokio::spawn(async move { jobs.run(handlers, stop).await }));
    }

    /// Handlers that note whom a mail is sent to, and then do what `then` says.
    pub fn sending(&self, then: impl Then) -> JobHandlers {
        JobHandlers::new().on::<Send>(Sending { log: self.log.clone(), then })
    }

    pub async fn enqueue(&self, to: &str, options: JobOptions<'_>) -> Option<JobId> {
        let tx = self.database.begin().await.unwrap();
        let id = self.jobs.enqueue_with(&tx, &Send { to: to.to_owned() }, options).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    pub async fn list(&self) -> Vec<JobInfo> {
        self.jobs.list(JobFilter::default(), 100).await.unwrap()
    }

    pub async fn effects(&self) -> Vec<String> {
        let read = self.database.read();
        let query =
            Statement::from_string(read.get_database_backend(), "SELECT text FROM effects ORDER BY id");
        let rows = read.query_all_raw(query).await.unwrap();
        rows.iter().map(|row| row.try_get("", "text").unwrap()).collect()
    }

    pub async fn stop(&mut self) {
        self.stop.cancel();
        if let Some(worker) = self.worker.take() {
            tokio::time::timeout(Duration::from_secs(15), worker).await.unwrap().unwrap();
        }
    }
}

/// A job that is done as soon as it runs.
pub fn done(_: JobContext, _: Send) -> BoxFuture<'static, Result<(), JobError>> {
    Box::pin(async { Ok(()) })
}
