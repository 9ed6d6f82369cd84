//! A writing transaction that can do something once it is committed.

use std::sync::{Arc, Mutex, PoisonError};

use platform_core::failpoint;
use sea_orm::DatabaseTransaction;

use crate::store_error::StoreError;
use crate::work::Counter;
use crate::writing::Writing;

type Hook = Box<dyn FnOnce() + Send>;

/// Derefs to sea-orm's transaction; pass `&*tx` to queries. Dropped without [`Transaction::commit`] it is rolled back.
pub struct Transaction {
    inner: DatabaseTransaction,
    after_commit: Mutex<Vec<Hook>>,
    counter: Arc<Counter>,
    writing: Writing,
}

impl Transaction {
    pub(crate) fn new(inner: DatabaseTransaction, counter: Arc<Counter>, writing: Writing) -> Self {
        Self { inner, after_commit: Mutex::new(Vec::new()), counter, writing }
    }

    /// Runs `hook` after the commit, and not at all after a rollback: to wake a worker or drop a cache entry. What
    /// must not be lost belongs in the outbox or a job instead.
    pub fn on_commit(&self, hook: impl FnOnce() + Send + 'static) {
        self.after_commit.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(hook));
    }

    pub async fn commit(self) -> Result<(), StoreError> {
        failpoint::hit("database.commit.before");
        let committed = self.inner.commit().await;
        self.writing.note(committed.is_ok());
        committed?;
        self.counter.committed();
        failpoint::hit("database.commit.after");
        for hook in self.after_commit.into_inner().unwrap_or_else(PoisonError::into_inner) {
            hook();
        }
        Ok(())
    }

    pub async fn rollback(self) -> Result<(), StoreError> {
        Ok(self.inner.rollback().await?)
    }
}

impl std::ops::Deref for Transaction {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}
