//! The rows of the sagas. Whatever changes a claimed row names the fence of the claim.

use chrono::{DateTime, Utc};
use platform_core::id::SagaId;
use platform_database::sql::{placeholders, statement};
use platform_database::{Database, StoreError, Transaction};
use platform_leases::LeasedTable;
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use crate::outcome::OnDeadline;
use crate::status::SagaStatus;

/// A saga as its worker knows it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    pub(crate) id: SagaId,
    pub(crate) kind: String,
    pub(crate) status: SagaStatus,
    pub(crate) step: String,
    pub(crate) state: String,
    pub(crate) failure: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) last_error: Option<String>,
    pub(crate) due_at: DateTime<Utc>,
    pub(crate) fence: i64,
    /// The fence under which the row came to rest and said how far the saga had come; lower than any claim's before.
    pub(crate) rest_fence: i64,
    /// Set from the moment the current step parked.
    pub(crate) parked: Option<Parked>,
    /// Signals that have arrived, and those that a step has consumed.
    pub(crate) wakes: i64,
    pub(crate) wakes_seen: i64,
    /// The saga has come further than is stored.
    pub(crate) ahead: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Parked {
    pub(crate) deadline: DateTime<Utc>,
    pub(crate) on_deadline: OnDeadline,
}

/// A signal that waits.
pub(crate) struct Signal {
    pub(crate) id: i64,
    pub(crate) signal: String,
}

/// What shows in the deadline of a claimed row is that its step has parked.
pub(crate) const SAGAS: LeasedTable = LeasedTable {
    name: "sagas",
    open: &["running", "parked", "compensating"],
    held: &["running", "compensating"],
    on_claim: "attempts = attempts + 1, status = CASE status WHEN 'parked' THEN 'running' ELSE status END",
    columns: COLUMNS,
};

const COLUMNS: &str = "id, kind, status, step, state, failure, attempts, last_error, due_at, fence, rest_fence, \
                       deadline, on_deadline, wakes, wakes_seen";

/// [`OnDeadline::Again`] in its column, where reasons stand otherwise.
const AGAIN: &str = "again";

impl Row {
    pub(crate) fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let status: String = row.try_get("", "status")?;
        let attempts: i32 = row.try_get("", "attempts")?;
        let deadline: Option<DateTime<Utc>> = row.try_get("", "deadline")?;
        let fail: Option<String> = row.try_get("", "on_deadline")?;
        Ok(Self {
            id: SagaId(row.try_get("", "id")?),
            kind: row.try_get("", "kind")?,
            status: status.parse().map_err(|e: crate::UnknownStatus| DbErr::Type(e.to_string()))?,
            step: row.try_get("", "step")?,
            state: row.try_get("", "state")?,
            failure: row.try_get("", "failure")?,
            attempts: u32::try_from(attempts).map_err(|e| DbErr::Type(e.to_string()))?,
            last_error: row.try_get("", "last_error")?,
            due_at: row.try_get("", "due_at")?,
            fence: row.try_get("", "fence")?,
            rest_fence: row.try_get("", "rest_fence")?,
            parked: deadline.map(|deadline| Parked {
                deadline,
                on_deadline: match fail {
                    None => OnDeadline::Continue,
                    Some(again) if again == AGAIN => OnDeadline::Again,
                    Some(reason) => OnDeadline::Fail(reason),
                },
            }),
            wakes: row.try_get("", "wakes")?,
            wakes_seen: row.try_get("", "wakes_seen")?,
            ahead: false,
        })
    }

    /// Whether the row, just claimed, says how far the saga has come: nobody has worked at it since it came to rest.
    pub(crate) fn is_exact_when_claimed(&self) -> bool {
        self.fence == self.rest_fence.saturating_add(1)
    }

    fn deadline(&self) -> (Option<DateTime<Utc>>, Option<&str>) {
        match &self.parked {
            None => (None, None),
            Some(Parked { deadline, on_deadline: OnDeadline::Continue }) => (Some(*deadline), None),
            Some(Parked { deadline, on_deadline: OnDeadline::Again }) => (Some(*deadline), Some(AGAIN)),
            Some(Parked { deadline, on_deadline: OnDeadline::Fail(reason) }) => {
                (Some(*deadline), Some(reason))
            }
        }
    }
}

pub(crate) async fn insert(tx: &Transaction, row: &Row, now: DateTime<Utc>) -> Result<(), StoreError> {
    let sql = "INSERT INTO sagas (id, kind, status, step, state, attempts, due_at, fence, rest_fence, wakes, \
               wakes_seen, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10, $10)";
    let values: [Value; 10] = [
        row.id.0.into(),
        row.kind.as_str().into(),
        row.status.as_str().into(),
        row.step.as_str().into(),
        row.state.as_str().into(),
        signed(row.attempts).into(),
        row.due_at.into(),
        row.fence.into(),
        row.rest_fence.into(),
        now.into(),
    ];
    tx.execute_raw(statement(&**tx, sql, values)).await?;
    Ok(())
}

pub(crate) async fn load(database: &Database, id: SagaId) -> Result<Option<Row>, StoreError> {
    let read = database.read();
    let sql = format!("SELECT {COLUMNS} FROM sagas WHERE id = $1");
    let row = read.query_one_raw(statement(read, sql, [id.0.into()])).await?;
    row.as_ref().map(Row::read).transpose()
}

pub(crate) async fn checkpoint(
    connection: &impl ConnectionTrait,
    id: SagaId,
    fence: i64,
    step: &str,
    state: &str,
) -> Result<bool, StoreError> {
    let sql = "UPDATE sagas SET step = $1, state = $2 WHERE id = $3 AND fence = $4";
    let values: [Value; 4] = [step.into(), state.into(), id.0.into(), fence.into()];
    Ok(connection.execute_raw(statement(connection, sql, values)).await?.rows_affected() > 0)
}

/// Stores progress under the row's fence; `None` when another worker holds the saga. A row that parks while an
/// unseen signal waits keeps its lease, and the number of signals returned says so. `is_exact`: the row says how far the
/// saga has come.
pub(crate) async fn progress(
    connection: &impl ConnectionTrait,
    row: &Row,
    is_exact: bool,
    lease: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<i64>, StoreError> {
    let sql = "UPDATE sagas SET status = CASE WHEN $3 = 'parked' AND wakes > $4 THEN 'running' ELSE $3 END, \
               due_at = CASE WHEN $3 = 'parked' AND wakes > $4 THEN $5 ELSE $6 END, \
               rest_fence = CASE WHEN $15 AND $3 = 'parked' AND wakes <= $4 THEN fence ELSE rest_fence END, \
               wakes_seen = $4, step = $7, state = $8, failure = $9, attempts = $10, last_error = $11, \
               deadline = $12, on_deadline = $13, updated_at = $14 \
               WHERE id = $1 AND fence = $2 RETURNING wakes";
    let (deadline, on_deadline) = row.deadline();
    let values: [Value; 15] = [
        row.id.0.into(),
        row.fence.into(),
        row.status.as_str().into(),
        row.wakes_seen.into(),
        lease.into(),
        row.due_at.into(),
        row.step.as_str().into(),
        row.state.as_str().into(),
        row.failure.as_deref().into(),
        signed(row.attempts).into(),
        row.last_error.as_deref().into(),
        deadline.into(),
        on_deadline.into(),
        now.into(),
        is_exact.into(),
    ];
    let row = connection.query_one_raw(statement(connection, sql, values)).await?;
    Ok(row.map(|row| row.try_get("", "wakes")).transpose()?)
}

/// Stores a failure under the row's fence, and leaves the saga where it stands and as the last checkpoint has it, unless
/// the row is ahead of that. `is_exact`: the row says how far the saga has come. A signal that came while the step was at
/// work ends the pause before it begins, as [`signal`] ends one.
/// False when another worker holds the saga.
pub(crate) async fn failure(
    database: &Database,
    row: &Row,
    is_exact: bool,
    status: SagaStatus,
    due_at: DateTime<Utc>,
    error: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let write = database.write();
    let ahead = if row.ahead { ", step = $10, state = $11" } else { "" };
    let signalled = "$1 = 'running' AND wakes > $9";
    let sql = format!(
        "UPDATE sagas SET status = $1, due_at = CASE WHEN {signalled} THEN $4 ELSE $2 END, last_error = $3, \
         updated_at = $4, attempts = CASE WHEN {signalled} AND $7 > 0 THEN $7 - 1 ELSE $7 END, \
         rest_fence = CASE WHEN $8 THEN fence ELSE rest_fence END{ahead} WHERE id = $5 AND fence = $6"
    );
    let mut values: Vec<Value> = vec![
        status.as_str().into(),
        due_at.into(),
        error.into(),
        now.into(),
        row.id.0.into(),
        row.fence.into(),
        signed(row.attempts).into(),
        is_exact.into(),
        row.wakes.into(),
    ];
    if row.ahead {
        values.extend([row.step.as_str().into(), row.state.as_str().into()]);
    }
    Ok(write.execute_raw(statement(write, sql, values)).await?.rows_affected() > 0)
}

/// Adds a signal. False when the saga is unknown, is being undone or has ended: no step will park any more. One that
/// pauses after a failure is due too: whoever signals may be the one that was away. That attempt is not counted, so that
/// no number of signals makes it stuck. On PostgreSQL the row stays locked until `tx` ends.
pub(crate) async fn signal(
    tx: &Transaction,
    id: SagaId,
    signal: &str,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    // At rest, and no worker has claimed it since.
    let pauses = "status = 'running' AND fence = rest_fence";
    let sql = format!(
        "UPDATE sagas SET wakes = wakes + 1, \
         due_at = CASE WHEN status = 'parked' OR ({pauses}) THEN $1 ELSE due_at END, \
         attempts = CASE WHEN {pauses} AND attempts > 0 THEN attempts - 1 ELSE attempts END \
         WHERE id = $2 AND failure IS NULL AND status <> 'completed'"
    );
    let values: [Value; 2] = [now.into(), id.0.into()];
    if tx.execute_raw(statement(&**tx, sql, values)).await?.rows_affected() == 0 {
        return Ok(false);
    }
    let sql = "INSERT INTO saga_signals (saga_id, signal, created_at) VALUES ($1, $2, $3)";
    let values: [Value; 3] = [id.0.into(), signal.into(), now.into()];
    tx.execute_raw(statement(&**tx, sql, values)).await?;
    Ok(true)
}

/// The signals that wait, oldest first.
pub(crate) async fn signals(database: &Database, id: SagaId, limit: u64) -> Result<Vec<Signal>, StoreError> {
    let read = database.read();
    let sql = format!("SELECT id, signal FROM saga_signals WHERE saga_id = $1 ORDER BY id LIMIT {limit}");
    let rows = read.query_all_raw(statement(read, sql, [id.0.into()])).await?;
    rows.iter()
        .map(|row| Ok(Signal { id: row.try_get("", "id")?, signal: row.try_get("", "signal")? }))
        .collect()
}

/// Removes the signals that a step was given.
pub(crate) async fn consume(tx: &Transaction, id: SagaId, consumed: &[i64]) -> Result<(), StoreError> {
    let sql = format!(
        "DELETE FROM saga_signals WHERE saga_id = $1 AND id IN ({})",
        placeholders(2, consumed.len())
    );
    let values = std::iter::once(Value::from(id.0)).chain(consumed.iter().map(|id| Value::from(*id)));
    tx.execute_raw(statement(&**tx, sql, values)).await?;
    Ok(())
}

/// Removes the signals that came for a saga which then ended without them.
pub(crate) async fn drop_signals(database: &Database, id: SagaId) -> Result<(), StoreError> {
    let write = database.write();
    let sql = "DELETE FROM saga_signals WHERE saga_id = $1";
    write.execute_raw(statement(write, sql, [id.0.into()])).await?;
    Ok(())
}

/// Removes sagas that ended before `before`, at most `limit`; returns how many.
pub(crate) async fn purge(database: &Database, before: DateTime<Utc>, limit: u64) -> Result<u64, StoreError> {
    let tx = database.begin().await?;
    let sql = format!(
        "DELETE FROM sagas WHERE id IN (SELECT id FROM sagas \
         WHERE status IN ('completed', 'compensated') AND due_at < $1 LIMIT {limit}) RETURNING id"
    );
    let rows = tx.query_all_raw(statement(&*tx, sql, [before.into()])).await?;
    let ids = rows.iter().map(|row| row.try_get("", "id")).collect::<Result<Vec<uuid::Uuid>, _>>()?;
    if !ids.is_empty() {
        let sql = format!("DELETE FROM saga_signals WHERE saga_id IN ({})", placeholders(1, ids.len()));
        tx.execute_raw(statement(&*tx, sql, ids.iter().map(|id| Value::from(*id)))).await?;
    }
    tx.commit().await?;
    Ok(u64::try_from(ids.len()).unwrap_or(u64::MAX))
}

pub(crate) fn signed(count: u32) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX)
}
