//! The queue: enqueueing, and what operators see of it.

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use platform_config::JobsConfig;
use platform_core::id::JobId;
use platform_core::{Clock, Ids};
use platform_database::sql::statement;
use platform_database::{Database, StoreError, Transaction};
use platform_leases::Pace;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};
use tokio::sync::Notify;

use crate::job::Job;

/// The jobs of one subgraph. Cheap to clone.
#[derive(Clone)]
pub struct Jobs {
    pub(crate) shared: Arc<Shared>,
}

pub(crate) struct Shared {
    pub(crate) database: Database,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) added: Notify,
    pub(crate) pace: Pace,
    ids: Ids,
}

/// When and whether to run a job.
#[derive(Debug, Clone, Copy, Default)]
pub struct JobOptions<'a> {
    /// Not before; `None`: at once.
    pub run_at: Option<DateTime<Utc>>,
    /// No second job of this kind with this key is enqueued while the first waits or runs. A dead one is revived.
    pub unique_key: Option<&'a str>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum JobStatus {
    Waiting,
    Running,
    /// Failed too often; kept for an operator.
    Dead,
}

impl JobStatus {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Dead => "dead",
        }
    }
}

/// A status that this release does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no status of a job")]
pub struct UnknownStatus(String);

impl FromStr for JobStatus {
    type Err = UnknownStatus;

    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        [Self::Waiting, Self::Running, Self::Dead]
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or_else(|| UnknownStatus(text.to_owned()))
    }
}

/// Which jobs to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct JobFilter<'a> {
    pub status: Option<JobStatus>,
    pub kind: Option<&'a str>,
    /// The id of the last job of the page before.
    pub after: Option<JobId>,
}

/// A job as an operator sees it; finished jobs are gone.
#[derive(Debug, Clone)]
pub struct JobInfo {
    pub id: JobId,
    pub kind: String,
    pub status: JobStatus,
    pub attempts: i32,
    /// Of a recurring job.
    pub every: Option<Duration>,
    pub run_at: DateTime<Utc>,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
}

impl Jobs {
    pub fn new(database: Database, clock: Arc<dyn Clock>, config: &JobsConfig) -> Self {
        let shared = Shared {
            database,
            ids: Ids::new(clock.clone()),
            clock,
            added: Notify::new(),
            pace: Pace::new(config),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Enqueues a job to run at once, if and when `tx` commits.
    pub async fn enqueue<J: Job>(&self, tx: &Transaction, job: &J) -> Result<JobId, StoreError> {
        let id = self.shared.ids.next();
        self.insert(tx, id, job, JobOptions::default()).await?;
        Ok(id)
    }

    /// Enqueues a job; `None` when one with its unique key waits or runs already.
    pub async fn enqueue_with<J: Job>(
        &self,
        tx: &Transaction,
        job: &J,
        options: JobOptions<'_>,
    ) -> Result<Option<JobId>, StoreError> {
        self.insert(tx, self.shared.ids.next(), job, options).await
    }

    async fn insert<J: Job>(
        &self,
        tx: &Transaction,
        id: JobId,
        job: &J,
        options: JobOptions<'_>,
    ) -> Result<Option<JobId>, StoreError> {
        let payload = serde_json::to_string(job).map_err(|e| DbErr::Json(e.to_string()))?;
        let now = self.shared.clock.now();
        let sql = "INSERT INTO jobs (id, kind, unique_key, payload, status, attempts, max_attempts, run_at, due_at, \
                   fence, created_at) VALUES ($1, $2, $3, $4, 'waiting', 0, $5, $6, $6, 0, $7) \
                   ON CONFLICT (kind, unique_key) DO UPDATE SET payload = excluded.payload, status = 'waiting', \
                   attempts = 0, run_at = excluded.run_at, due_at = excluded.due_at \
                   WHERE jobs.status = 'dead' RETURNING id";
        let values: [Value; 7] = [
            id.0.into(),
            J::KIND.into(),
            options.unique_key.into(),
            payload.into(),
            i32::try_from(J::MAX_ATTEMPTS).unwrap_or(i32::MAX).into(),
            options.run_at.unwrap_or(now).into(),
            now.into(),
        ];
        let Some(row) = tx.query_one_raw(statement(&**tx, sql, values)).await? else { return Ok(None) };
        let shared = self.shared.clone();
        tx.on_commit(move || shared.added.notify_one());
        Ok(Some(JobId(row.try_get("", "id")?)))
    }

    /// At most `limit` jobs, oldest first.
    pub async fn list(&self, filter: JobFilter<'_>, limit: u64) -> Result<Vec<JobInfo>, StoreError> {
        let mut conditions = vec!["1 = 1".to_owned()];
        let mut values: Vec<Value> = vec![i64::try_from(limit.min(1_000)).unwrap_or(1_000).into()];
        let mut add = |condition: &str, value: Value| {
            values.push(value);
            conditions.push(format!("{condition} ${}", values.len()));
        };
        if let Some(status) = filter.status {
            add("status =", status.as_str().into());
        }
        if let Some(kind) = filter.kind {
            add("kind =", kind.into());
        }
        if let Some(after) = filter.after {
            add("id >", after.0.into());
        }
        let sql = format!(
            "SELECT id, kind, status, attempts, every_ms, run_at, last_error, created_at FROM jobs \
             WHERE {} ORDER BY id LIMIT $1",
            conditions.join(" AND ")
        );
        let read = self.shared.database.read();
        read.query_all_raw(statement(read, sql, values)).await?.iter().map(info).collect()
    }

    /// How many jobs were given up.
    pub async fn count_dead(&self) -> Result<i64, StoreError> {
        let read = self.shared.database.read();
        let sql = "SELECT COUNT(*) AS count FROM jobs WHERE status = 'dead'";
        let row = read.query_one_raw(statement(read, sql, [])).await?;
        row.map_or(Ok(0), |row| Ok(row.try_get("", "count")?))
    }

    /// Runs a dead job again, with all attempts. False when there is none of this id.
    pub async fn retry(&self, id: JobId) -> Result<bool, StoreError> {
        let write = self.shared.database.write();
        let sql =
            "UPDATE jobs SET status = 'waiting', attempts = 0, due_at = $1 WHERE id = $2 AND status = 'dead'";
        let values: [Value; 2] = [self.shared.clock.now().into(), id.0.into()];
        let done = write.execute_raw(statement(write, sql, values)).await?;
        self.shared.added.notify_one();
        Ok(done.rows_affected() > 0)
    }

    /// Forgets a dead job. False when there is none of this id.
    pub async fn discard(&self, id: JobId) -> Result<bool, StoreError> {
        let write = self.shared.database.write();
        let sql = "DELETE FROM jobs WHERE id = $1 AND status = 'dead'";
        let done = write.execute_raw(statement(write, sql, [id.0.into()])).await?;
        Ok(done.rows_affected() > 0)
    }
}

fn info(row: &QueryResult) -> Result<JobInfo, StoreError> {
    let status: String = row.try_get("", "status")?;
    let every: Option<i64> = row.try_get("", "every_ms")?;
    Ok(JobInfo {
        id: JobId(row.try_get("", "id")?),
        kind: row.try_get("", "kind")?,
        status: status.parse().map_err(|e: UnknownStatus| DbErr::Type(e.to_string()))?,
        attempts: row.try_get("", "attempts")?,
        every: every.and_then(|ms| u64::try_from(ms).ok()).map(Duration::from_millis),
        run_at: row.try_get("", "run_at")?,
        last_error: row.try_get("", "last_error")?,
        created_at: row.try_get("", "created_at")?,
    })
}
