//! The worker: runs due jobs, and stores how they ended.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::FutureExt;
use platform_core::Clock;
use platform_core::error::describe;
use platform_core::id::JobId;
use platform_database::sql::statement;
use platform_database::{Database, StoreError};
use platform_leases::{Due, Held, LeasedTable, Pace, Queue, Retries, shorten};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::job::{JobContext, JobError, JobHandlers};
use crate::queue::{Jobs, Shared};
use crate::schedule;

const JOBS: LeasedTable = LeasedTable {
    name: "jobs",
    open: &["waiting", "running"],
    held: &["running"],
    on_claim: "status = 'running', attempts = attempts + 1",
    columns: "id, kind, payload, attempts, max_attempts, every_ms, fence, run_at",
};
const RETRIES: Retries = Retries { first: Duration::from_secs(1), longest: Duration::from_secs(3_600) };
/// How long a dead job is kept.
const DEAD_RETENTION: Duration = Duration::from_secs(90 * 24 * 3_600);

/// A job that this worker holds.
struct Claim {
    context: JobContext,
    kind: String,
    payload: String,
    max_attempts: u32,
    every: Option<Duration>,
}

struct Worker {
    shared: Arc<Shared>,
    handlers: JobHandlers,
    /// Ids of the jobs that run in this process.
    running: Mutex<HashSet<Uuid>>,
}

impl Jobs {
    /// Runs jobs until `stop` is cancelled, and then until those at work have ended.
    pub async fn run(&self, handlers: JobHandlers, stop: CancellationToken) {
        if handlers.handlers.is_empty() {
            return stop.cancelled().await;
        }
        let worker = Arc::new(Worker { shared: self.shared.clone(), handlers, running: Mutex::default() });
        tokio::select! {
            () = stop.cancelled() => return,
            () = worker.register() => {}
        }
        platform_leases::run(worker, stop).await;
    }
}

impl Queue for Worker {
    const TABLE: &'static LeasedTable = &JOBS;
    const RINGS_WHEN_DUE: bool = true;
    type Claim = Claim;

    fn database(&self) -> &Database {
        &self.shared.database
    }

    fn clock(&self) -> &dyn Clock {
        &*self.shared.clock
    }

    fn pace(&self) -> Pace {
        self.shared.pace
    }

    fn rung(&self) -> &Notify {
        &self.shared.added
    }

    async fn claim(&self, limit: usize) -> Result<Vec<Claim>, StoreError> {
        let now = self.shared.clock.now();
        let kinds: Vec<&str> = self.handlers.handlers.keys().copied().collect();
        let running: Vec<Uuid> = self.running().iter().copied().collect();
        let until = now + self.shared.pace.lease;
        let due = Due { kinds: &kinds, except: &running, limit, now, until };
        let rows = JOBS.claim_due(&self.shared.database, due).await?;
        let claims: Vec<Claim> = rows.iter().map(claim).collect::<Result<_, _>>()?;
        self.running().extend(claims.iter().map(|claim| claim.context.id.0));
        Ok(claims)
    }

    async fn work(&self, claim: Claim) {
        let context = claim.context;
        let outcome = if claim.every.is_none() && context.attempt > claim.max_attempts {
            Some(Err(JobError::reject(
                "every attempt ended with the death of its process or the loss of its lease",
            )))
        } else {
            self.attempt(&claim).await
        };
        if let Some(outcome) = outcome
            && let Err(error) = self.end(&claim, outcome).await
        {
            tracing::warn!(job.id = %context.id, kind = claim.kind, error = %describe(&error), "how the job ended is not stored; it runs again");
        }
        self.running().remove(&context.id.0);
    }

    /// Removes jobs that have long been dead.
    async fn clean(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let write = self.shared.database.write();
        let sql = "DELETE FROM jobs WHERE status = 'dead' AND due_at < $1";
        write.execute_raw(statement(write, sql, [(now - DEAD_RETENTION).into()])).await?;
        Ok(())
    }
}

impl Worker {
    fn running(&self) -> std::sync::MutexGuard<'_, HashSet<Uuid>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes the rows of recurring jobs; tries until it can.
    async fn register(&self) {
        while let Err(error) = schedule::register(&self.shared, &self.handlers.recurring).await {
            tracing::warn!(subgraph = self.shared.database.subgraph(), error = %describe(&error), "recurring jobs are not registered; trying again");
            tokio::time::sleep(self.shared.pace.poll).await;
        }
    }

    /// Runs the handler and renews the lease meanwhile; `None` when the lease is lost.
    async fn attempt(&self, claim: &Claim) -> Option<Result<(), JobError>> {
        let handler = self.handlers.handlers.get(&*claim.kind)?;
        let work = AssertUnwindSafe(handler.run(claim.context, &claim.payload)).catch_unwind();
        let held = Held {
            table: &JOBS,
            database: &self.shared.database,
            clock: &*self.shared.clock,
            lease: self.shared.pace.lease,
            id: claim.context.id.0,
            fence: claim.context.fence,
        };
        let outcome = held.during(work).await?;
        Some(outcome.unwrap_or_else(|_| Err(JobError::Retry("the handler panicked".into()))))
    }

    /// Stores how a run ended, unless another worker has taken over.
    async fn end(&self, claim: &Claim, outcome: Result<(), JobError>) -> Result<(), StoreError> {
        let (context, now) = (claim.context, self.shared.clock.now());
        let write = self.shared.database.write();
        let Err(error) = outcome else {
            let (sql, values): (_, Vec<Value>) = match claim.every {
                None => {
                    let sql = "DELETE FROM jobs WHERE id = $1 AND fence = $2";
                    (sql, vec![context.id.0.into(), context.fence.into()])
                }
                Some(every) => {
                    let sql = "UPDATE jobs SET status = 'waiting', attempts = 0, last_error = NULL, run_at = $3, \
                               due_at = $3 WHERE id = $1 AND fence = $2";
                    (sql, vec![context.id.0.into(), context.fence.into(), (now + every).into()])
                }
            };
            write.execute_raw(statement(write, sql, values)).await?;
            return Ok(());
        };
        let text = shorten(&error.describe());
        let given_up = matches!(error, JobError::Reject(_)) || context.attempt >= claim.max_attempts;
        let dead = claim.every.is_none() && given_up;
        let pause = pause(&error, context.attempt);
        let pause = claim.every.map_or(pause, |every| pause.min(every));
        let (id, kind, attempt) = (context.id, &claim.kind, context.attempt);
        if dead {
            tracing::error!(job.id = %id, kind, attempt, error = text, "a job is given up");
        } else {
            tracing::warn!(job.id = %id, kind, attempt, error = text, ?pause, "a job failed; it runs again");
        }
        let status = if dead { "dead" } else { "waiting" };
        let sql = "UPDATE jobs SET status = $3, due_at = $4, last_error = $5 WHERE id = $1 AND fence = $2";
        let values: [Value; 5] =
            [id.0.into(), context.fence.into(), status.into(), (now + pause).into(), text.into()];
        write.execute_raw(statement(write, sql, values)).await?;
        Ok(())
    }
}

/// The pause after a failed attempt.
fn pause(error: &JobError, attempt: u32) -> Duration {
    match error {
        JobError::RetryAfter(pause, _) => (*pause).min(RETRIES.longest),
        _ => RETRIES.pause(attempt),
    }
}

fn claim(row: &QueryResult) -> Result<Claim, StoreError> {
    let number = |name: &str| -> Result<u32, StoreError> {
        let value: i32 = row.try_get("", name)?;
        u32::try_from(value).map_err(|e| DbErr::Type(e.to_string()).into())
    };
    let every: Option<i64> = row.try_get("", "every_ms")?;
    Ok(Claim {
        context: JobContext {
            id: JobId(row.try_get("", "id")?),
            attempt: number("attempts")?,
            fence: row.try_get("", "fence")?,
            run_at: row.try_get("", "run_at")?,
        },
        kind: row.try_get("", "kind")?,
        payload: row.try_get("", "payload")?,
        max_attempts: number("max_attempts")?,
        every: every.and_then(|ms| u64::try_from(ms).ok()).map(Duration::from_millis),
    })
}
