//! Recurring jobs: a row each, made when a process that runs them starts.

use std::time::Duration;

use platform_core::Ids;
use platform_database::StoreError;
use platform_database::sql::statement;
use sea_orm::{ConnectionTrait, Value};

use crate::queue::Shared;

/// Marks the one row of a recurring job.
const UNIQUE_KEY: &str = "recurring";

/// Makes the rows of recurring jobs and brings those of older releases up to date. A time to run that lies further
/// off than one pause (the pause was longer before, or the clock was ahead) is drawn near.
pub(crate) async fn register(
    shared: &Shared,
    recurring: &[(&'static str, Duration)],
) -> Result<(), StoreError> {
    let (now, ids) = (shared.clock.now(), Ids::new(shared.clock.clone()));
    for (name, every) in recurring {
        let write = shared.database.write();
        let sql = "INSERT INTO jobs (id, kind, unique_key, payload, status, attempts, max_attempts, every_ms, run_at, \
                   due_at, fence, created_at) VALUES ($1, $2, $3, 'null', 'waiting', 0, 0, $4, $5, $5, 0, $5) \
                   ON CONFLICT (kind, unique_key) DO UPDATE SET every_ms = excluded.every_ms, \
                   due_at = CASE WHEN jobs.due_at > $6 THEN $6 ELSE jobs.due_at END";
        let pause = i64::try_from(every.as_millis()).unwrap_or(i64::MAX);
        let values: [Value; 6] = [
            ids.next_uuid().into(),
            (*name).into(),
            UNIQUE_KEY.into(),
            pause.into(),
            now.into(),
            (now + (*every).max(shared.pace.lease)).into(),
        ];
        write.execute_raw(statement(write, sql, values)).await?;
    }
    Ok(())
}
