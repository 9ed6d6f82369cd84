//! Events that were given up, for operators.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use platform_core::Clock;
use platform_database::sql::statement;
use platform_database::{Database, StoreError};
use sea_orm::{ConnectionTrait, DbErr, QueryResult, Value};

use crate::event::CloudEvent;

/// An event that a consumer gave up.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    pub id: i64,
    pub consumer: String,
    pub event: CloudEvent,
    pub attempts: i32,
    pub last_error: Option<String>,
    pub created_at: DateTime<Utc>,
}

/// The events that this subgraph's consumers gave up.
#[derive(Clone)]
pub struct DeadLetters {
    database: Database,
    clock: Arc<dyn Clock>,
}

impl DeadLetters {
    pub fn new(database: Database, clock: Arc<dyn Clock>) -> Self {
        Self { database, clock }
    }

    /// At most `limit` dead letters with ids above `after`, oldest first.
    pub async fn list(&self, after: i64, limit: u64) -> Result<Vec<DeadLetter>, StoreError> {
        let read = self.database.read();
        let sql = "SELECT id, consumer, event, attempts, last_error, created_at FROM held_events \
                   WHERE status = 'dead' AND id > $1 ORDER BY id LIMIT $2";
        let limit = i64::try_from(limit.min(1_000)).unwrap_or(1_000);
        let rows = read.query_all_raw(statement(read, sql, [after.into(), limit.into()])).await?;
        rows.iter().map(dead_letter).collect()
    }

    /// How many there are.
    pub async fn count(&self) -> Result<i64, StoreError> {
        let read = self.database.read();
        let sql = "SELECT COUNT(*) AS count FROM held_events WHERE status = 'dead'";
        let row = read.query_one_raw(statement(read, sql, [])).await?;
        row.map_or(Ok(0), |row| Ok(row.try_get("", "count")?))
    }

    /// Delivers a dead letter again, with all attempts. False when there is none of this id.
    pub async fn retry(&self, id: i64) -> Result<bool, StoreError> {
        let write = self.database.write();
        let sql = "UPDATE held_events SET status = 'held', attempts = 0, due_at = $1 \
                   WHERE id = $2 AND status = 'dead'";
        let values: [Value; 2] = [self.clock.now().into(), id.into()];
        Ok(write.execute_raw(statement(write, sql, values)).await?.rows_affected() > 0)
    }

    /// Forgets a dead letter. False when there is none of this id.
    pub async fn discard(&self, id: i64) -> Result<bool, StoreError> {
        let write = self.database.write();
        let sql = "DELETE FROM held_events WHERE id = $1 AND status = 'dead'";
        Ok(write.execute_raw(statement(write, sql, [id.into()])).await?.rows_affected() > 0)
    }
}

fn dead_letter(row: &QueryResult) -> Result<DeadLetter, StoreError> {
    let event: String = row.try_get("", "event")?;
    Ok(DeadLetter {
        id: row.try_get("", "id")?,
        consumer: row.try_get("", "consumer")?,
        event: serde_json::from_str(&event).map_err(|e| DbErr::Json(e.to_string()))?,
        attempts: row.try_get("", "attempts")?,
        last_error: row.try_get("", "last_error")?,
        created_at: row.try_get("", "created_at")?,
    })
}
