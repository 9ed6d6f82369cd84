//! The worker: claims due jobs, runs them with a lease it renews, and stores how they ended.

use std::collections::HashSet;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures::FutureExt;
use platform_core::error::describe;
use platform_core::id::JobId;
use platform_database::StoreError;
use platform_database::sql::{placeholders, statement};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::job::{JobContext, JobError, JobHandlers};
use crate::queue::{Jobs, Shared};
use crate::schedule;

/// The pause after the first failure; doubles with each.
const RETRY_BASE: Duration = Duration::from_secs(1);
const RETRY_MAX: Duration = Duration::from_secs(3_600);
/// How long running jobs may take to end when the process stops; after that their leases run out.
const STOP_PATIENCE: Duration = Duration::from_secs(10);
/// The most characters of an error that are kept.
const ERROR_LENGTH: usize = 2_000;
/// How long a dead job is kept, and how often those older are removed.
const DEAD_RETENTION: Duration = Duration::from_secs(90 * 24 * 3_600);
const CLEANING_INTERVAL: Duration = Duration::from_secs(3_600);

/// A job that this worker holds.
struct Claim {
    context: JobContext,
    kind: String,
    payload: String,
    max_attempts: u32,
    every: Option<Duration>,
}

/// Ids of the jobs that run in this process. A clock that jumps ahead lets leases look expired; their holders are
/// alive all the same.
type Running = Arc<Mutex<HashSet<JobId>>>;

struct Worker {
    shared: Arc<Shared>,
    handlers: JobHandlers,
    running: Running,
}

impl Jobs {
    /// Runs jobs until `stop` is cancelled, and then until those at work have ended.
    pub async fn run(&self, handlers: JobHandlers, stop: CancellationToken) {
        let worker = Arc::new(Worker { shared: self.shared.clone(), handlers, running: Running::default() });
        if worker.handlers.handlers.is_empty() {
            return stop.cancelled().await;
        }
        let mut tasks = JoinSet::new();
        let slots = Arc::new(Semaphore::new(self.shared.concurrency));
        let (mut woken, mut registered) = (true, false);
        let mut cleaned = None;
        while !stop.is_cancelled() {
            while tasks.try_join_next().is_some() {}
            if !registered {
                registered = worker.register().await;
            }
            let now = self.shared.clock.now();
            if cleaned.is_none_or(|at: DateTime<Utc>| {
                (now - at).abs().to_std().is_ok_and(|d| d >= CLEANING_INTERVAL)
            }) {
                cleaned = Some(now);
                worker.clean(now).await;
            }
            let pause = worker.start_due(&mut tasks, &slots, woken).await.min(self.shared.poll);
            // Whoever has no slot left does not know whether more is due.
            let was_full = slots.available_permits() == 0;
            woken = tokio::select! {
                () = stop.cancelled() => break,
                () = self.shared.added.notified() => true,
                Some(_) = tasks.join_next() => was_full,
                () = tokio::time::sleep(pause) => false,
            };
        }
        if tokio::time::timeout(STOP_PATIENCE, async { while tasks.join_next().await.is_some() {} })
            .await
            .is_err()
        {
            tracing::warn!(
                subgraph = self.shared.database.subgraph(),
                left = tasks.len(),
                "jobs are cut off; they run again when their leases end"
            );
        }
    }
}

impl Worker {
    async fn register(&self) -> bool {
        match schedule::register(&self.shared, &self.handlers.recurring).await {
            Ok(()) => true,
            Err(error) => {
                tracing::warn!(subgraph = self.shared.database.subgraph(), error = %describe(&error), "recurring jobs are not registered; trying again");
                false
            }
        }
    }

    /// Starts what is due, as far as slots are free; returns how long nothing more is.
    async fn start_due(
        self: &Arc<Self>,
        tasks: &mut JoinSet<()>,
        slots: &Arc<Semaphore>,
        woken: bool,
    ) -> Duration {
        let mut sure = woken;
        loop {
            let free = slots.available_permits();
            if free == 0 {
                return self.shared.poll;
            }
            if !sure {
                match self.next_due().await {
                    Ok(Some(pause)) if pause.is_zero() => {}
                    Ok(pause) => return pause.unwrap_or(self.shared.poll),
                    Err(error) => return self.failed(&error),
                }
            }
            let claims = match self.claim(free).await {
                Ok(claims) => claims,
                Err(error) => return self.failed(&error),
            };
            if claims.is_empty() && !sure {
                return self.shared.poll;
            }
            sure = false;
            for claim in claims {
                let Ok(slot) = slots.clone().try_acquire_owned() else { break };
                let worker = self.clone();
                tasks.spawn(async move {
                    worker.work(&claim).await;
                    drop(slot);
                });
            }
        }
    }

    fn failed(&self, error: &StoreError) -> Duration {
        tracing::warn!(subgraph = self.shared.database.subgraph(), error = %describe(error), "jobs are not looked for; trying again");
        self.shared.poll
    }

    /// The time until the next row is due.
    async fn next_due(&self) -> Result<Option<Duration>, StoreError> {
        let read = self.shared.database.read();
        let first = |status| {
            format!(
                "SELECT * FROM (SELECT due_at FROM jobs WHERE status = '{status}' ORDER BY due_at LIMIT 1) AS {status}"
            )
        };
        let sql = format!("{} UNION ALL {}", first("waiting"), first("running"));
        let rows = read.query_all_raw(statement(read, sql, [])).await?;
        let mut next: Option<DateTime<Utc>> = None;
        for row in &rows {
            let due_at = row.try_get("", "due_at")?;
            next = Some(next.map_or(due_at, |next| next.min(due_at)));
        }
        let now = self.shared.clock.now();
        Ok(next.map(|at| (at - now).to_std().unwrap_or(Duration::ZERO)))
    }

    /// Claims at most `limit` due jobs: each gets a lease and a higher fence.
    async fn claim(&self, limit: usize) -> Result<Vec<Claim>, StoreError> {
        let now = self.shared.clock.now();
        let kinds: Vec<&str> = self.handlers.handlers.keys().copied().collect();
        let running: Vec<JobId> =
            self.running.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect();
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut values: Vec<Value> = vec![now.into(), (now + self.shared.lease).into(), limit.into()];
        let kind_list = placeholders(values.len() + 1, kinds.len());
        values.extend(kinds.into_iter().map(Value::from));
        let not_running = match running.len() {
            0 => String::new(),
            count => format!("AND id NOT IN ({})", placeholders(values.len() + 1, count)),
        };
        values.extend(running.iter().map(|id| Value::from(id.0)));
        let lock = if self.shared.database.is_postgres() { "FOR UPDATE SKIP LOCKED" } else { "" };
        let sql = format!(
            "WITH due AS MATERIALIZED ( \
               SELECT id FROM jobs WHERE status IN ('waiting', 'running') AND due_at <= $1 AND kind IN ({kind_list}) \
               {not_running} ORDER BY due_at LIMIT $3 {lock}) \
             UPDATE jobs SET status = 'running', attempts = attempts + 1, fence = fence + 1, due_at = $2 \
             WHERE id IN (SELECT id FROM due) \
             RETURNING id, kind, payload, attempts, max_attempts, every_ms, fence, run_at"
        );
        let write = self.shared.database.write();
        let rows = write.query_all_raw(statement(write, sql, values)).await?;
        let claims: Vec<Claim> = rows.iter().map(claim).collect::<Result<_, _>>()?;
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.extend(claims.iter().map(|claim| claim.context.id));
        Ok(claims)
    }

    async fn work(&self, claim: &Claim) {
        let context = claim.context;
        let outcome = if claim.every.is_none() && context.attempt > claim.max_attempts {
            Some(Err(JobError::reject(
                "every attempt ended with the death of its process or the loss of its lease",
            )))
        } else {
            self.attempt(claim).await
        };
        let stored = match outcome {
            Some(outcome) => self.end(claim, outcome).await,
            None => {
                tracing::warn!(job.id = %context.id, kind = claim.kind, "another worker has taken the job over");
                Ok(())
            }
        };
        if let Err(error) = stored {
            tracing::warn!(job.id = %context.id, kind = claim.kind, error = %describe(&error), "how the job ended is not stored; it runs again");
        }
        self.running.lock().unwrap_or_else(PoisonError::into_inner).remove(&context.id);
    }

    /// Runs the handler and renews the lease meanwhile; `None` when the lease is lost.
    async fn attempt(&self, claim: &Claim) -> Option<Result<(), JobError>> {
        let handler = self.handlers.handlers.get(&*claim.kind)?;
        let work = AssertUnwindSafe(handler.run(claim.context, &claim.payload)).catch_unwind();
        // Renewing waits its turn for a connection, which the handler itself may hold: both are polled together.
        tokio::select! {
            outcome = work => {
                Some(outcome.unwrap_or_else(|_| Err(JobError::Retry("the handler panicked".into()))))
            }
            () = self.keep_lease(claim.context) => None,
        }
    }

    /// Renews the lease; returns when it is lost.
    async fn keep_lease(&self, context: JobContext) {
        loop {
            tokio::time::sleep(self.shared.lease / 3).await;
            match self.renew(context).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::warn!(job.id = %context.id, error = %describe(&error), "a lease is not renewed");
                }
            }
        }
    }

    async fn renew(&self, context: JobContext) -> Result<bool, StoreError> {
        let until = self.shared.clock.now() + self.shared.lease;
        let write = self.shared.database.write();
        let sql = "UPDATE jobs SET due_at = $1 WHERE id = $2 AND fence = $3 AND status = 'running'";
        let values: [Value; 3] = [until.into(), context.id.0.into(), context.fence.into()];
        // A job that completed itself in its own transaction has no row left; its handler is about to return.
        let renewed = write.execute_raw(statement(write, sql, values)).await?.rows_affected() > 0;
        Ok(renewed || !self.exists(context.id).await?)
    }

    async fn exists(&self, id: JobId) -> Result<bool, StoreError> {
        let read = self.shared.database.read();
        let sql = "SELECT 1 AS one FROM jobs WHERE id = $1";
        Ok(read.query_one_raw(statement(read, sql, [id.0.into()])).await?.is_some())
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
        let text: String = error.describe().chars().take(ERROR_LENGTH).collect();
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

    /// Removes jobs that have long been dead.
    async fn clean(&self, now: DateTime<Utc>) {
        let write = self.shared.database.write();
        let sql = "DELETE FROM jobs WHERE status = 'dead' AND due_at < $1";
        let before = now - DEAD_RETENTION;
        if let Err(error) = write.execute_raw(statement(write, sql, [before.into()])).await {
            tracing::warn!(subgraph = self.shared.database.subgraph(), error = %describe(&error), "old dead jobs are not removed");
        }
    }
}

/// The pause after a failed attempt.
fn pause(error: &JobError, attempt: u32) -> Duration {
    match error {
        JobError::RetryAfter(pause, _) => (*pause).min(RETRY_MAX),
        _ => RETRY_BASE.saturating_mul(1 << attempt.saturating_sub(1).min(20)).min(RETRY_MAX),
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
