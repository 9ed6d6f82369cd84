//! Connections that were opened while PostgreSQL only read: to a standby, where an address led for a while after a
//! failover, or to a database that is set to read only, as hosted ones are on a full disk.
//!
//! Such a connection may go on refusing to write when the database writes again, for a session is told when it begins
//! what it is for. So those that were opened in that time are asked before they are used, and replaced while they only
//! read; until the database writes again its data can be read through them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use sea_orm::SqlxError;
use sea_orm::sqlx::pool::PoolConnectionMetadata;
use sea_orm::sqlx::{Executor, PgConnection, Row};

/// A connection is used for as long before it is replaced: opening one costs more than asking.
const USED_FOR: Duration = Duration::from_secs(2);

/// Between the answer of a connection that was just opened and its entry into the pool.
const ENTRY: Duration = Duration::from_secs(1);

/// How to ask a connection whether it refuses to write.
pub(crate) const ASKED: &str = "SHOW transaction_read_only";
/// Its answer where it does.
pub(crate) const READS_ONLY: &str = "on";

/// When connections that only read were opened, first and last. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct ReadOnly(Arc<Mutex<Option<(Instant, Instant)>>>);

impl ReadOnly {
    /// Asks a connection that was just opened.
    pub async fn opened(&self, connection: &mut PgConnection) -> Result<(), SqlxError> {
        if reads_only(connection).await? {
            tracing::warn!("a connection to the database was opened that only reads");
            let now = Instant::now();
            let mut opened = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            *opened = Some((opened.map_or(now, |(first, _)| first), now));
        }
        Ok(())
    }

    /// Whether a connection that rests in the pool is to be used.
    pub async fn is_usable(
        &self,
        connection: &mut PgConnection,
        about: PoolConnectionMetadata,
    ) -> Result<bool, SqlxError> {
        Ok(about.age < USED_FOR || !self.was_opened_meanwhile(about.age) || !reads_only(connection).await?)
    }

    fn was_opened_meanwhile(&self, age: Duration) -> bool {
        let opened = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        opened.is_some_and(|(first, last)| {
            first.elapsed() >= age && last.elapsed() <= age.saturating_add(ENTRY)
        })
    }
}

async fn reads_only(connection: &mut PgConnection) -> Result<bool, SqlxError> {
    let answer: String = connection.fetch_one(ASKED).await?.try_get(0)?;
    Ok(answer == READS_ONLY)
}
