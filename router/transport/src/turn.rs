//! Turns at making answers to events. One event may be answered to very many subscriptions at once, and each answer takes
//! memory and time: how many are made together is limited by whoever carries the subscriptions, and whoever makes an
//! answer asks for a turn first.
//!
//! The two know nothing of each other: a turn lies around the polls of a stream, and [`begin`] finds it there. Without
//! one, it returns at once. A turn that has begun lasts until the stream has yielded. So nothing may begin one that does
//! not lead to an answer: what a stream asks of others goes [`aside`].

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;

tokio::task_local! {
    static TURN: Option<Turn>;
}

/// What a turn holds while it lasts.
pub type Held = Box<dyn Send>;

/// Hands out turns.
#[async_trait]
pub trait Turns: Send + Sync {
    /// Waits for a turn, which ends when what is returned is dropped.
    async fn take(&self) -> Held;
}

/// The turns of one stream: one after the other.
#[derive(Clone)]
pub struct Turn {
    turns: Arc<dyn Turns>,
    held: Arc<Mutex<Option<Held>>>,
}

impl Turn {
    pub fn new(turns: Arc<dyn Turns>) -> Self {
        Self { turns, held: Arc::default() }
    }

    /// Runs a poll of the stream, within which a turn can begin.
    pub fn around<R>(&self, poll: impl FnOnce() -> R) -> R {
        TURN.sync_scope(Some(self.clone()), poll)
    }

    /// The stream has yielded.
    pub fn end(&self) {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(held);
    }

    fn has_begun(&self) -> bool {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }
}

/// Runs what is asked beside an answer, or for one that has its turn: no turn is found within it.
pub async fn aside<F: Future>(asked: F) -> F::Output {
    TURN.scope(None, asked).await
}

/// Waits until an event may be answered.
pub async fn begin() {
    let Ok(Some(turn)) = TURN.try_with(Clone::clone) else { return };
    if turn.has_begun() {
        return;
    }
    let held = turn.turns.take().await;
    *turn.held.lock().unwrap_or_else(PoisonError::into_inner) = Some(held);
}
