//! What a saga is made of: steps, each beside its undo.

use std::error::Error;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use platform_core::ApiError;
use platform_core::error::{causes, describe};
use platform_core::id::SagaId;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::store;

/// A kind of saga: the value that its steps work with (clients, databases), its state and its steps.
pub trait Saga: Send + Sync + Sized + 'static {
    /// Stored with every saga, so it must never change.
    const KIND: &'static str;
    /// Attempts of one step before the saga is stuck.
    const MAX_ATTEMPTS: u32 = 40;
    /// The step from which on the saga only goes forward: neither it nor a later one aborts or is undone. `None`: every
    /// step may be. It is passed when what it did is stored: what it asks of others before that must be taken back by
    /// the undo of a step before it.
    const PIVOT: Option<&'static str> = None;
    /// What it means that staff give up a step from the pivot on.
    const GIVE_UP: GiveUp = GiveUp::End;
    /// What the steps know and learn; stored as JSON. New fields need defaults: sagas outlive releases.
    type State: Serialize + DeserializeOwned + Send + Sync + 'static;

    /// Takes out of the state what must not be kept once the saga is stuck or has ended, such as a secret that a step was
    /// to use. A step that staff retry finds the state without it.
    fn forget(state: &mut Self::State) {
        let _unused = state;
    }

    /// In order. A step may be added or removed, but one under way by its name must be found again.
    fn steps(&self) -> &'static [&'static dyn Step<Self>];
}

/// What becomes of a saga when a step that can only go forward is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GiveUp {
    /// It ends where it stands: what was done stays, what follows is not done.
    End,
    /// The step counts as done (by hand, say), and those after it run.
    Skip,
}

/// One step of a saga `S`.
///
/// It may run again after it has taken effect, and after later steps have too (their ends were not stored), and its undo
/// may run although it never took effect, or run twice: both are idempotent. [`StepContext::key`] is the idempotency key
/// for calls, and [`StepContext::finish_in`] makes a step on the own database exactly once.
#[async_trait]
pub trait Step<S: Saga>: Send + Sync {
    /// Stored with the saga; unique within it.
    fn name(&self) -> &'static str;

    /// What it changes in `state` is kept unless it fails and is to be tried again.
    async fn run(&self, saga: &S, context: &StepContext, state: &mut S::State) -> Result<Outcome, StepError>;

    async fn undo(&self, saga: &S, context: &StepContext, state: &mut S::State) -> Result<(), StepError> {
        let _unused = (saga, context, state);
        Ok(())
    }
}

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// On to the next.
    Done,
    /// There was nothing to do (no coupon, nothing to pay): on to the next. It has not done anything outside `state`.
    Skipped,
    /// Wait. The step runs again when a signal arrives, which it finds in [`StepContext::signals`].
    Park { until: DateTime<Utc>, on_deadline: OnDeadline },
    /// A refusal of the business (out of stock, declined): undo this step and those before it. From the pivot on it is
    /// a defect, and the saga is stuck.
    Abort(String),
}

/// What the passing of a parked step's deadline means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OnDeadline {
    /// The step counts as done.
    Continue,
    /// The saga is aborted for this reason.
    Fail(String),
}

/// Why a step failed. An [`ApiError`] converts by `?` once its crate has said `platform_sagas::step_error!(MyError)`:
/// its code decides whether another attempt is of use.
#[derive(Debug)]
pub enum StepError {
    /// Try again later.
    Retry(Box<dyn Error + Send + Sync>),
    /// No repetition changes it. Before the pivot the saga is undone for `reason`; from the pivot on, and in an undo,
    /// it is stuck at once.
    Permanent { reason: String, source: Box<dyn Error + Send + Sync> },
    /// Neither trying again nor undoing is of use; staff must look.
    Stuck(String),
}

impl StepError {
    pub fn stuck(reason: impl Into<String>) -> Self {
        Self::Stuck(reason.into())
    }

    /// Try again later, for a reason that is no error value.
    pub fn retry(reason: impl Into<String>) -> Self {
        Self::Retry(reason.into().into())
    }

    /// What an error of this code means to a step.
    pub fn of<E: ApiError>(error: E) -> Self {
        let code = error.code();
        if code.is_transient() {
            return Self::Retry(Box::new(error));
        }
        Self::Permanent { reason: format!("{}: {error}", code.as_str()), source: Box::new(error) }
    }

    /// The message with its causes.
    pub(crate) fn describe(&self) -> String {
        match self {
            Self::Stuck(reason) => reason.clone(),
            Self::Retry(error) => describe(&**error),
            Self::Permanent { reason, source } => match causes(&**source) {
                causes if causes.is_empty() => reason.clone(),
                causes => format!("{reason}: {causes}"),
            },
        }
    }
}

impl From<serde_json::Error> for StepError {
    fn from(error: serde_json::Error) -> Self {
        Self::Permanent {
            reason: format!("a document cannot be written or read: {error}"),
            source: Box::new(error),
        }
    }
}

/// Gives an [`ApiError`] its conversion into a [`StepError`], by its code.
#[macro_export]
macro_rules! step_error {
    ($($error:ty),+ $(,)?) => { $(
        impl From<$error> for $crate::StepError {
            fn from(error: $error) -> Self {
                $crate::StepError::of(error)
            }
        }
    )+ };
}

step_error!(StoreError);
platform_database::query_error!(StepError);

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
