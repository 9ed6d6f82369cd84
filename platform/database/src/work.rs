//! What a database is asked, counted where it is sent: a statement too many shows before anybody feels it.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::DatabaseConnection;

/// What was asked of a database since it was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Round trips, without those that begin and end transactions.
    pub statements: u64,
    /// Transactions that were made durable, single writing statements among them.
    pub commits: u64,
    /// How often the disk was waited for to make them durable: on SQLite once for a group of transactions.
    pub syncs: u64,
}

/// Counts for all connections of a database.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    statements: AtomicU64,
    commits: AtomicU64,
    syncs: AtomicU64,
    /// Whether the text of each statement is kept too, as tests alone want it.
    is_recording: AtomicBool,
    recorded: Mutex<Vec<String>>,
}

impl Counter {
    pub(crate) fn work(&self) -> Work {
        Work {
            statements: self.statements.load(Ordering::Relaxed),
            commits: self.commits.load(Ordering::Relaxed),
            syncs: self.syncs.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn sent(&self, sql: &str) {
        self.statements.fetch_add(1, Ordering::Relaxed);
        if self.is_recording.load(Ordering::Relaxed) {
            self.recorded.lock().unwrap_or_else(PoisonError::into_inner).push(sql.to_owned());
        }
    }

    /// Begins to keep the text of each statement, or ends it; returns what was kept.
    pub(crate) fn record(&self, is_recording: bool) -> Vec<String> {
        self.is_recording.store(is_recording, Ordering::Relaxed);
        std::mem::take(&mut *self.recorded.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn committed(&self) {
        self.commits.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn synced(&self) {
        self.syncs.fetch_add(1, Ordering::Relaxed);
    }

    /// The connection, whose statements count from now on.
    pub(crate) fn of_statements(self: &Arc<Self>, mut connection: DatabaseConnection) -> DatabaseConnection {
        let counter = self.clone();
        connection.set_metric_callback(move |info| {
            counter.sent(&info.statement.sql);
        });
        connection
    }
}
