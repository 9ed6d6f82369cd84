//! Whether SQLite's writing connection can be used, and whether the transaction on it still stands.
//!
//! When the disk is full or fails, SQLite rolls a whole transaction back by itself. The driver does not hear of that: it
//! counts the transaction as open, and what is sent as a part of it would be committed statement by statement. SQLite
//! tells by its hooks, which it calls on its own thread before the statement that met the fault is answered. From then
//! on nothing is committed on that connection; it is closed, and another opened in its place.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sea_orm::SqlxError;
use sea_orm::sqlx::{Connection, SqliteConnection};

/// Cheap to clone. One file has one writing connection at a time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Writing(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// A transaction is open, and nobody means to roll it back.
    stands: AtomicBool,
    /// It was rolled back all the same.
    lost: AtomicBool,
    /// The last writing that is known of failed.
    failed: AtomicBool,
}

impl Writing {
    /// Listens to SQLite on a connection that was just opened.
    pub(crate) async fn listen(&self, connection: &mut SqliteConnection) -> Result<(), SqlxError> {
        let State { stands, lost, .. } = &*self.0;
        stands.store(false, Ordering::SeqCst);
        lost.store(false, Ordering::SeqCst);
        let mut handle = connection.lock_handle().await?;
        let state = self.0.clone();
        handle.set_rollback_hook(move || {
            if state.stands.swap(false, Ordering::SeqCst) {
                state.lost.store(true, Ordering::SeqCst);
            }
        });
        let state = self.0.clone();
        handle.set_commit_hook(move || !state.lost.load(Ordering::SeqCst));
        Ok(())
    }

    /// A transaction has begun.
    pub(crate) fn began(&self) {
        self.0.stands.store(true, Ordering::SeqCst);
    }

    /// The transaction is committed, or is going to be rolled back by whoever began it.
    pub(crate) fn ends(&self) {
        self.0.stands.store(false, Ordering::SeqCst);
    }

    /// Whether SQLite has rolled the transaction back.
    pub(crate) fn is_lost(&self) -> bool {
        self.0.lost.load(Ordering::SeqCst)
    }

    /// Whether a connection that rests in the pool has left its last transaction. Tells that it failed otherwise.
    pub(crate) fn is_over(&self, connection: &SqliteConnection) -> bool {
        let is_over = !self.is_lost() && !connection.is_in_transaction();
        if !is_over {
            tracing::warn!("a transaction ended by itself, as on a full disk; its connection is replaced");
            self.note(false);
        }
        is_over
    }

    pub(crate) fn note(&self, succeeded: bool) {
        // Mostly nothing changes: a load leaves the cache line with all who share it.
        if self.has_failed() == succeeded {
            self.0.failed.store(!succeeded, Ordering::Relaxed);
        }
    }

    pub(crate) fn has_failed(&self) -> bool {
        self.0.failed.load(Ordering::Relaxed)
    }
}
