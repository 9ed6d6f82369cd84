//! What staff see of the sagas, and what they can do.

use chrono::{DateTime, Utc};
use platform_core::id::SagaId;
use platform_database::sql::statement;
use platform_database::{StoreError, Transaction};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use crate::registry::SagaRegistry;
use crate::sagas::Sagas;
use crate::status::{SagaStatus, UnknownStatus};

/// Which sagas to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct SagaFilter<'a> {
    pub status: Option<SagaStatus>,
    pub kind: Option<&'a str>,
    /// The id of the last saga of the page before.
    pub after: Option<SagaId>,
}

/// A saga as staff see it.
#[derive(Debug, Clone)]
pub struct SagaInfo {
    pub id: SagaId,
    pub kind: String,
    pub status: SagaStatus,
    /// The step that runs, waits or failed.
    pub step: String,
    pub attempts: i32,
    /// Why it is or was undone.
    pub failure: Option<String>,
    pub last_error: Option<String>,
    /// When it is looked at next, unless it has ended or is stuck.
    pub due_at: DateTime<Utc>,
    /// Of a parked step.
    pub deadline: Option<DateTime<Utc>>,
    /// Whether it stands at `step`; otherwise it is at work, or its worker died, and it may have come further.
    pub is_exact: bool,
    /// JSON.
    pub state: String,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

const COLUMNS: &str = "id, kind, status, step, attempts, failure, last_error, due_at, deadline, fence, rest_fence, \
                       state, created_at, updated_at";

impl Sagas {
    pub async fn get(&self, id: SagaId) -> Result<Option<SagaInfo>, StoreError> {
        let read = self.shared.at.database.read();
        let sql = format!("SELECT {COLUMNS} FROM sagas WHERE id = $1");
        let row = read.query_one_raw(statement(read, sql, [id.0.into()])).await?;
        row.as_ref().map(info).transpose()
    }

    /// Whether there is a saga of this id, seen from within a transaction.
    pub async fn is_known(&self, tx: &Transaction, id: SagaId) -> Result<bool, StoreError> {
        Ok(self.status_in(tx, id).await?.is_some())
    }

    /// Where the saga of this id stands, seen from within a transaction.
    pub async fn status_in(&self, tx: &Transaction, id: SagaId) -> Result<Option<SagaStatus>, StoreError> {
        let sql = "SELECT status FROM sagas WHERE id = $1";
        let row = tx.query_one_raw(statement(&**tx, sql, [id.0.into()])).await?;
        row.as_ref().map(status_of).transpose()
    }

    /// At most `limit` sagas, oldest first.
    pub async fn list(&self, filter: SagaFilter<'_>, limit: u64) -> Result<Vec<SagaInfo>, StoreError> {
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
        let sql =
            format!("SELECT {COLUMNS} FROM sagas WHERE {} ORDER BY id LIMIT $1", conditions.join(" AND "));
        let read = self.shared.at.database.read();
        read.query_all_raw(statement(read, sql, values)).await?.iter().map(info).collect()
    }

    /// How many sagas have a status; for alerts on [`SagaStatus::Stuck`].
    pub async fn count(&self, status: SagaStatus) -> Result<i64, StoreError> {
        let read = self.shared.at.database.read();
        let sql = "SELECT count(*) AS count FROM sagas WHERE status = $1";
        let row = read.query_one_raw(statement(read, sql, [status.as_str().into()])).await?;
        row.map_or(Ok(0), |row| Ok(row.try_get("", "count")?))
    }

    /// Lets a stuck saga try again where it stands, forward or back, with all attempts. False when it is not stuck.
    pub async fn retry(&self, id: SagaId) -> Result<bool, StoreError> {
        let sql = "UPDATE sagas SET attempts = 0, due_at = $1, updated_at = $1, fence = fence + 1, \
                   rest_fence = rest_fence + 1, \
                   status = CASE WHEN failure IS NOT NULL THEN 'compensating' \
                   WHEN deadline IS NOT NULL THEN 'parked' ELSE 'running' END \
                   WHERE id = $2 AND status = 'stuck'";
        self.change(sql, [self.shared.at.clock.now().into(), id.0.into()]).await
    }

    /// Undoes a parked or stuck saga for `reason`. False when it is neither.
    pub async fn compensate(&self, id: SagaId, reason: &str) -> Result<bool, StoreError> {
        let Some(SagaInfo { kind, step, failure, is_exact, .. }) = self.get(id).await? else {
            return Ok(false);
        };
        let driven = self.shared.registry.get().and_then(|registry| registry.get(&kind));
        let from = match driven {
            Some(kind) => kind.undone_from(&step, is_exact || failure.is_some()),
            None => Some(step.as_str()),
        };
        let Some(from) = from else { return Ok(false) };
        let sql = "UPDATE sagas SET attempts = 0, due_at = $1, updated_at = $1, fence = fence + 1, step = $5, \
                   status = 'compensating', failure = coalesce(failure, $3), deadline = NULL, on_deadline = NULL \
                   WHERE id = $2 AND step = $4 AND status IN ('parked', 'stuck')";
        let now = self.shared.at.clock.now();
        self.change(sql, [now.into(), id.0.into(), reason.into(), step.as_str().into(), from.into()]).await
    }

    /// Names of the places at which a test kills the process, of every kind that this one drives.
    pub fn fail_points(&self) -> Vec<String> {
        self.shared.registry.get().map(SagaRegistry::fail_points).unwrap_or_default()
    }

    async fn change<const N: usize>(&self, sql: &str, values: [Value; N]) -> Result<bool, StoreError> {
        let write = self.shared.at.database.write();
        let changed = write.execute_raw(statement(write, sql, values)).await?.rows_affected() > 0;
        self.shared.changed.notify_one();
        Ok(changed)
    }
}

fn status_of(row: &QueryResult) -> Result<SagaStatus, StoreError> {
    let status: String = row.try_get("", "status")?;
    Ok(status.parse().map_err(|e: UnknownStatus| DbErr::Type(e.to_string()))?)
}

fn info(row: &QueryResult) -> Result<SagaInfo, StoreError> {
    let (fence, rest_fence): (i64, i64) = (row.try_get("", "fence")?, row.try_get("", "rest_fence")?);
    Ok(SagaInfo {
        id: SagaId(row.try_get("", "id")?),
        kind: row.try_get("", "kind")?,
        status: status_of(row)?,
        step: row.try_get("", "step")?,
        attempts: row.try_get("", "attempts")?,
        failure: row.try_get("", "failure")?,
        last_error: row.try_get("", "last_error")?,
        due_at: row.try_get("", "due_at")?,
        deadline: row.try_get("", "deadline")?,
        is_exact: fence == rest_fence,
        state: row.try_get("", "state")?,
        created_at: row.try_get("", "created_at")?,
        updated_at: row.try_get("", "updated_at")?,
    })
}
