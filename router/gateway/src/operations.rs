//! The operations of one connection that carries many: which are running, and how many tasks they have.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// By the client's id. The serial number tells an operation from a later one under the same id.
#[derive(Clone)]
pub struct Operations {
    running: Arc<Mutex<Running>>,
    /// Twice as many as may run: an operation that its client has completed frees its id at once, and its task a moment
    /// later. A client that begins and completes faster than tasks end has to wait for them.
    tasks: Arc<Semaphore>,
    max: usize,
}

#[derive(Default)]
struct Running {
    by_id: HashMap<String, (u64, CancellationToken)>,
    next: u64,
}

/// The place of an operation's task, which it has until it has ended.
pub type Place = OwnedSemaphorePermit;

/// Why an operation was not begun.
pub enum NotStarted {
    Duplicate,
    TooMany,
}

impl Operations {
    /// For at most `max` operations at once.
    pub fn new(max: usize) -> Self {
        let tasks = max.saturating_mul(2).clamp(1, Semaphore::MAX_PERMITS);
        Self { running: Arc::default(), tasks: Arc::new(Semaphore::new(tasks)), max }
    }

    /// Waits for the end of tasks whose operations were completed, where there are too many of them.
    pub async fn place(&self) -> Option<Place> {
        // The semaphore is never closed.
        Arc::clone(&self.tasks).acquire_owned().await.ok()
    }

    /// Likewise for who does not wait.
    pub fn try_place(&self) -> Option<Place> {
        Arc::clone(&self.tasks).try_acquire_owned().ok()
    }

    pub fn begin(&self, id: &str) -> Result<(u64, CancellationToken), NotStarted> {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if running.by_id.contains_key(id) {
            return Err(NotStarted::Duplicate);
        }
        if running.by_id.len() >= self.max {
            return Err(NotStarted::TooMany);
        }
        let serial = running.next;
        running.next += 1;
        let cancel = CancellationToken::new();
        running.by_id.insert(id.to_owned(), (serial, cancel.clone()));
        Ok((serial, cancel))
    }

    /// The client wants no more of it.
    pub fn cancel(&self, id: &str) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cancel)) = running.by_id.remove(id) {
            cancel.cancel();
        }
    }

    pub fn cancel_all(&self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        running.by_id.drain().for_each(|(_, (_, cancel))| cancel.cancel());
    }

    /// True if the operation was still running: its id is free before the client hears of the end.
    pub fn end(&self, id: &str, serial: u64) -> bool {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let current = running.by_id.get(id).is_some_and(|(running, _)| *running == serial);
        if current {
            running.by_id.remove(id);
        }
        current
    }
}
