//! What a job is, and who runs it.

use std::collections::HashMap;
use std::error::Error;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use platform_core::error::describe;
use platform_core::id::JobId;
use platform_database::Transaction;
use platform_database::sql::statement;
use sea_orm::{ConnectionTrait, DbErr, Value};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The payload of one kind of job.
pub trait Job: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Stored with the job, so it must never change; such as `users.send-mail`.
    const KIND: &'static str;
    /// Attempts before the job is dead.
    const MAX_ATTEMPTS: u32 = 10;
}

/// One run of a job.
#[derive(Debug, Clone, Copy)]
pub struct JobContext {
    pub id: JobId,
    /// 1 at the first run.
    pub attempt: u32,
    /// Raised with every claim: of two runs the one with the lower fence is the stale one.
    pub fence: i64,
    /// When the job was to run.
    pub run_at: DateTime<Utc>,
}

impl JobContext {
    /// Ends the job in `tx`, together with its effect, so that the effect happens exactly once. Fails when another
    /// worker has taken the job over. Not for recurring jobs.
    pub async fn complete_in(&self, tx: &Transaction) -> Result<(), JobError> {
        let sql = "DELETE FROM jobs WHERE id = $1 AND fence = $2 AND every_ms IS NULL";
        let values: [Value; 2] = [self.id.0.into(), self.fence.into()];
        let done = tx.execute_raw(statement(&**tx, sql, values)).await?;
        if done.rows_affected() == 0 {
            return Err(JobError::Retry("another worker has taken the job over".into()));
        }
        Ok(())
    }
}

/// Why a run failed. Every `std` error converts by `?` and means: try again later.
#[derive(Debug)]
pub enum JobError {
    /// Try again after a pause that doubles with each attempt.
    Retry(Box<dyn Error + Send + Sync>),
    /// Try again after this pause: the other side said when.
    RetryAfter(Duration, Box<dyn Error + Send + Sync>),
    /// Trying again is of no use: the job is dead.
    Reject(String),
}

impl JobError {
    pub fn reject(reason: impl Into<String>) -> Self {
        Self::Reject(reason.into())
    }

    /// The message with its causes.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Reject(reason) => reason.clone(),
            Self::Retry(error) | Self::RetryAfter(_, error) => describe(&**error),
        }
    }
}

// Not itself an `Error`, so that this conversion may stand.
impl<E: Error + Send + Sync + 'static> From<E> for JobError {
    fn from(error: E) -> Self {
        Self::Retry(Box::new(error))
    }
}

/// What does the jobs of type `J`.
pub trait JobHandler<J: Job>: Send + Sync + 'static {
    /// May be called again for a job that it has done but whose end was not stored: use [`JobContext::complete_in`], or
    /// the job's id as an idempotency key.
    fn run(&self, context: JobContext, job: J) -> impl Future<Output = Result<(), JobError>> + Send;
}

/// Work that recurs, by one replica at a time.
pub trait RecurringJob: Send + Sync + 'static {
    /// Stored, so it must never change; such as `catalog.expire-holds`.
    const NAME: &'static str;
    /// The pause after it ended. It runs at the first start, too.
    const EVERY: Duration;

    /// A failure is logged and repeated sooner.
    fn run(&self, context: JobContext) -> impl Future<Output = Result<(), JobError>> + Send;
}

/// The kinds of job that a process runs, and the recurring ones.
#[derive(Clone, Default)]
pub struct JobHandlers {
    pub(crate) handlers: HashMap<&'static str, Arc<dyn Run>>,
    pub(crate) recurring: Vec<(&'static str, Duration)>,
}

impl JobHandlers {
    pub fn new() -> Self {
        Self::default()
    }

    /// Lets `handler` do the jobs of type `J`.
    #[must_use]
    pub fn on<J: Job>(mut self, handler: impl JobHandler<J>) -> Self {
        self.handlers.insert(J::KIND, Arc::new(Of { handler, job: PhantomData::<fn(J)> }));
        self
    }

    #[must_use]
    pub fn every<R: RecurringJob>(mut self, recurring: R) -> Self {
        self.handlers.insert(R::NAME, Arc::new(Again(recurring)));
        self.recurring.push((R::NAME, R::EVERY));
        self
    }

    /// Adds the handlers of another feature.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.handlers.extend(other.handlers);
        self.recurring.extend(other.recurring);
        self
    }
}

/// What is done with the stored payload of a job.
#[async_trait]
pub(crate) trait Run: Send + Sync {
    async fn run(&self, context: JobContext, payload: &str) -> Result<(), JobError>;
}

struct Of<H, J> {
    handler: H,
    job: PhantomData<fn(J)>,
}

#[async_trait]
impl<J: Job, H: JobHandler<J>> Run for Of<H, J> {
    async fn run(&self, context: JobContext, payload: &str) -> Result<(), JobError> {
        let job = serde_json::from_str(payload).map_err(|error| DbErr::Json(error.to_string()))?;
        self.handler.run(context, job).await
    }
}

struct Again<R>(R);

#[async_trait]
impl<R: RecurringJob> Run for Again<R> {
    async fn run(&self, context: JobContext, _: &str) -> Result<(), JobError> {
        self.0.run(context).await
    }
}
