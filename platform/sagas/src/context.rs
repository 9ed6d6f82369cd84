//! What a step works with: its key, its signals, and how its progress is stored.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use platform_core::id::SagaId;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use serde_json::Value;

use crate::outcome::StepError;
use crate::store;

/// One run of a step or of its undo.
pub struct StepContext {
    pub id: SagaId,
    /// Raised with every claim: of two workers the one with the lower fence is the stale one.
    pub fence: i64,
    /// 1 at the first run.
    pub attempt: u32,
    pub(crate) step: &'static str,
    pub(crate) signals: Vec<Value>,
    pub(crate) failure: Option<String>,
    pub(crate) database: Database,
    pub(crate) finish: Mutex<Option<Transaction>>,
    pub(crate) checkpoint: AtomicBool,
}

impl StepContext {
    /// `<saga id>:<step>`: the same however often the step runs. Send it as the callee's idempotency key.
    pub fn key(&self) -> String {
        format!("{}:{}", self.id, self.step)
    }

    /// What has arrived since the step first ran; empty unless it has parked. Consumed when the step ends without an
    /// error.
    pub fn signals(&self) -> &[Value] {
        &self.signals
    }

    /// Why the saga is being undone.
    pub fn failure(&self) -> Option<&str> {
        self.failure.as_deref()
    }

    /// Stores `state` in the midst of a step, for what must be known if the process dies before the step's end.
    pub async fn checkpoint<T: Serialize>(&self, state: &T) -> Result<(), StepError> {
        self.checkpoint_on(self.database.write(), state).await
    }

    /// Like [`Self::checkpoint`], if and when `tx` commits: what the step did so far is kept though it fails after that.
    pub async fn checkpoint_in<T: Serialize>(&self, tx: &Transaction, state: &T) -> Result<(), StepError> {
        self.checkpoint_on(&**tx, state).await
    }

    async fn checkpoint_on<T: Serialize>(
        &self,
        connection: &impl ConnectionTrait,
        state: &T,
    ) -> Result<(), StepError> {
        let state = serde_json::to_string(state)?;
        if store::checkpoint(connection, self.id, self.fence, self.step, &state).await? {
            self.checkpoint.store(true, Ordering::SeqCst);
            return Ok(());
        }
        Err(StepError::retry("another worker has taken the saga over"))
    }

    /// Hands over the step's own transaction: the progress is stored in it and it is committed, both or neither. If
    /// the step fails after all, or has lost its lease, it is rolled back.
    pub fn finish_in(&self, tx: Transaction) {
        *self.finish.lock().unwrap_or_else(PoisonError::into_inner) = Some(tx);
    }

    pub(crate) fn has_checkpoint(&self) -> bool {
        self.checkpoint.load(Ordering::SeqCst)
    }

    pub(crate) fn has_transaction(&self) -> bool {
        self.finish.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    pub(crate) fn take_transaction(&self) -> Option<Transaction> {
        self.finish.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Rolls back a transaction that was handed over by a step which then failed.
    pub(crate) async fn discard_transaction(&self) -> Result<(), StoreError> {
        match self.take_transaction() {
            Some(tx) => tx.rollback().await,
            None => Ok(()),
        }
    }
}
