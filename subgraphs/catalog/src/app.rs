//! What every operation that changes the catalog works with.

use chrono::{DateTime, Utc};
use platform_database::{Database, StoreError, Transaction};
use platform_server::Platform;

use crate::changes::{Change, Changes};

/// Cheap to clone.
#[derive(Clone)]
pub struct App {
    pub platform: Platform,
    pub changes: Changes,
}

impl App {
    pub fn database(&self) -> &Database {
        &self.platform.database
    }

    pub async fn begin(&self) -> Result<Transaction, StoreError> {
        self.platform.database.begin().await
    }

    /// Commits, and lets every process know what was changed.
    pub async fn commit(&self, tx: Transaction, change: Change) -> Result<(), StoreError> {
        self.changes.announce(&tx, change);
        tx.commit().await
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.platform.clock.now()
    }

    pub fn next_id<I: From<uuid::Uuid>>(&self) -> I {
        self.platform.ids.next()
    }
}
