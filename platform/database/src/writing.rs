//! Whether SQLite's writing connection can be used again.
//!
//! When the disk is full or fails, SQLite rolls back by itself. The driver does not hear of that: it counts the
//! transaction as open, and every later one would be a part of it that is never committed. Such a connection is closed,
//! and another opened in its place.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::sqlx::{Connection, SqliteConnection};

/// Whether the last writing that is known of failed. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(crate) struct Writing(Arc<AtomicBool>);

impl Writing {
    /// Whether a connection that rests in the pool has left its last transaction. Tells that it failed otherwise.
    pub(crate) fn is_over(&self, connection: &SqliteConnection) -> bool {
        let is_over = !connection.is_in_transaction();
        if !is_over {
            tracing::warn!("a transaction ended by itself, as on a full disk; its connection is replaced");
            self.note(false);
        }
        is_over
    }

    pub(crate) fn note(&self, succeeded: bool) {
        // Mostly nothing changes: a load leaves the cache line with all who share it.
        if self.has_failed() == succeeded {
            self.0.store(!succeeded, Ordering::Relaxed);
        }
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
