//! The columns that every leased table has, and the statements on them.

use chrono::{DateTime, Utc};
use platform_database::sql::{placeholders, statement};
use platform_database::{Database, StoreError};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

/// A table with the columns `id`, `kind`, `status`, `fence` and `due_at` (when the row is to be looked at next: its time, or
/// the end of its lease), and an index on status and due_at.
#[derive(Debug)]
pub struct LeasedTable {
    pub name: &'static str,
    /// The statuses of rows that become due.
    pub open: &'static [&'static str],
    /// Those among them that a claimed row may have.
    pub held: &'static [&'static str],
    /// What a claim sets beside fence and lease, as in `attempts = attempts + 1`.
    pub on_claim: &'static str,
    /// The columns that a claim returns.
    pub columns: &'static str,
}

/// Which rows to claim.
pub struct Due<'a> {
    /// Of these kinds alone.
    pub kinds: &'a [&'a str],
    /// None of these: a clock that jumps ahead lets leases look expired, and who holds them here is alive all the same.
    pub except: &'a [Uuid],
    /// The most that are claimed, those first that have been due longest.
    pub limit: usize,
    pub now: DateTime<Utc>,
    /// The end of the leases.
    pub until: DateTime<Utc>,
}

impl LeasedTable {
    /// When the next row is due, of whatever kind; `None` where none will be.
    pub async fn next_due(&self, database: &Database) -> Result<Option<DateTime<Utc>>, StoreError> {
        let first = |status: &&str| {
            format!(
                "SELECT * FROM (SELECT due_at FROM {} WHERE status = '{status}' ORDER BY due_at LIMIT 1) AS {status}",
                self.name
            )
        };
        let sql = self.open.iter().map(first).collect::<Vec<_>>().join(" UNION ALL ");
        let read = database.read();
        let rows = read.query_all_raw(statement(read, sql, [])).await?;
        let mut next: Option<DateTime<Utc>> = None;
        for row in &rows {
            let due_at = row.try_get("", "due_at")?;
            next = Some(next.map_or(due_at, |next| next.min(due_at)));
        }
        Ok(next)
    }

    /// Claims rows that are due: each gets a lease and a higher fence.
    pub async fn claim_due(&self, database: &Database, due: Due<'_>) -> Result<Vec<QueryResult>, StoreError> {
        let limit = i64::try_from(due.limit).unwrap_or(i64::MAX);
        let mut values: Vec<Value> = vec![due.now.into(), due.until.into(), limit.into()];
        let kinds = placeholders(values.len() + 1, due.kinds.len());
        values.extend(due.kinds.iter().map(|kind| Value::from(*kind)));
        let except = match due.except.len() {
            0 => String::new(),
            count => format!("AND id NOT IN ({})", placeholders(values.len() + 1, count)),
        };
        values.extend(due.except.iter().map(|id| Value::from(*id)));
        let lock = if database.is_postgres() { "FOR UPDATE SKIP LOCKED" } else { "" };
        let (open, table) = (one_of(self.open), self.name);
        let sql = format!(
            "WITH due AS MATERIALIZED ( \
               SELECT id FROM {table} WHERE {open} AND due_at <= $1 AND kind IN ({kinds}) {except} \
               ORDER BY due_at LIMIT $3 {lock}) \
             {} WHERE id IN (SELECT id FROM due) RETURNING {}",
            self.update_of_claim(),
            self.columns
        );
        let write = database.write();
        Ok(write.query_all_raw(statement(write, sql, values)).await?)
    }

    /// Claims one row, of whatever kind, if it is due.
    pub async fn claim(
        &self,
        database: &Database,
        id: Uuid,
        now: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Result<Option<QueryResult>, StoreError> {
        let write = database.write();
        let sql = format!(
            "{} WHERE id = $3 AND {} AND due_at <= $1 RETURNING {}",
            self.update_of_claim(),
            one_of(self.open),
            self.columns
        );
        let values: [Value; 3] = [now.into(), until.into(), id.into()];
        Ok(write.query_one_raw(statement(write, sql, values)).await?)
    }

    /// Its lease ends at `$2`.
    fn update_of_claim(&self) -> String {
        format!("UPDATE {} SET fence = fence + 1, due_at = $2, {}", self.name, self.on_claim)
    }

    /// Moves the end of a lease. False when the lease is lost, or the row is gone.
    pub(crate) async fn renew(
        &self,
        database: &Database,
        id: Uuid,
        fence: i64,
        until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let write = database.write();
        let sql = format!(
            "UPDATE {} SET due_at = $1 WHERE id = $2 AND fence = $3 AND {}",
            self.name,
            one_of(self.held)
        );
        let values: [Value; 3] = [until.into(), id.into(), fence.into()];
        Ok(write.execute_raw(statement(write, sql, values)).await?.rows_affected() > 0)
    }

    pub(crate) async fn exists(&self, database: &Database, id: Uuid) -> Result<bool, StoreError> {
        let read = database.read();
        let sql = format!("SELECT 1 AS one FROM {} WHERE id = $1", self.name);
        Ok(read.query_one_raw(statement(read, sql, [id.into()])).await?.is_some())
    }
}

fn one_of(statuses: &[&str]) -> String {
    let quoted: Vec<String> = statuses.iter().map(|status| format!("'{status}'")).collect();
    format!("status IN ({})", quoted.join(", "))
}
