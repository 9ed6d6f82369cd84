//! A writing transaction that can do something once it is committed.

use std::sync::{Arc, Mutex, PoisonError};

use platform_core::failpoint;
use sea_orm::DatabaseTransaction;

use crate::group::Turn;
use crate::hooks::Hooks;
use crate::store_error::StoreError;
use crate::work::Counter;

/// Derefs to sea-orm's transaction; pass `&*tx` to queries. Dropped without [`Transaction::commit`] it is rolled back.
///
/// On SQLite it sees what transactions that are being committed with it have written, which nobody reads elsewhere
/// yet: what it decides by is read through it.
pub struct Transaction {
    inner: Inner,
    after_commit: Mutex<Hooks>,
    counter: Arc<Counter>,
}

enum Inner {
    /// On a connection of its own.
    Own(DatabaseTransaction),
    /// One of a group, on the connection that writes.
    Member(Turn),
}

impl Transaction {
    pub(crate) fn own(inner: DatabaseTransaction, counter: Arc<Counter>) -> Self {
        Self::new(Inner::Own(inner), counter)
    }

    pub(crate) fn member(turn: Turn, counter: Arc<Counter>) -> Self {
        Self::new(Inner::Member(turn), counter)
    }

    fn new(inner: Inner, counter: Arc<Counter>) -> Self {
        Self { inner, after_commit: Mutex::default(), counter }
    }

    /// Runs `hook` after the commit, and not at all after a rollback: to wake a worker or drop a cache entry. What
    /// must not be lost belongs in the outbox or a job instead.
    pub fn on_commit(&self, hook: impl FnOnce() + Send + 'static) {
        self.after_commit.lock().unwrap_or_else(PoisonError::into_inner).add(hook);
    }

    /// Returns when it is durable, together with those that are committed with it. A caller that stops waiting leaves
    /// it committed or rolled back as a whole.
    pub async fn commit(self) -> Result<(), StoreError> {
        failpoint::hit("database.commit.before");
        let hooks = self.after_commit.into_inner().unwrap_or_else(PoisonError::into_inner);
        let hooks = match self.inner {
            Inner::Own(transaction) => {
                transaction.commit().await?;
                self.counter.synced();
                hooks
            }
            Inner::Member(turn) => turn.commit(hooks).await?,
        };
        self.counter.committed();
        failpoint::hit("database.commit.after");
        hooks.run();
        Ok(())
    }

    /// Undoes what was done with it. Returns when what it saw is durable, so that an answer may be built on it.
    pub async fn rollback(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Own(transaction) => Ok(transaction.rollback().await?),
            Inner::Member(turn) => Ok(turn.rollback().await?),
        }
    }
}

impl std::ops::Deref for Transaction {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        match &self.inner {
            Inner::Own(transaction) => transaction,
            Inner::Member(turn) => turn.connection(),
        }
    }
}
