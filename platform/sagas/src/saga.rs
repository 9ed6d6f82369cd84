//! What a saga is made of: steps, each beside its undo.

use async_trait::async_trait;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::context::StepContext;
use crate::outcome::{Outcome, StepError};

/// A kind of saga: the value that its steps work with (clients, databases), its state and its steps.
pub trait Saga: Send + Sync + Sized + 'static {
    /// Stored with every saga, so it must never change.
    const KIND: &'static str;
    /// Attempts of one step before the saga is stuck: the pauses between so many are over an hour in all.
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
