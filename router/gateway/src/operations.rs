//! The operations of one connection that carries many: which are running.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// By the client's id. The serial number tells an operation from a later one under the same id.
#[derive(Clone, Default)]
pub struct Operations(Arc<Mutex<Running>>);

#[derive(Default)]
struct Running {
    by_id: HashMap<String, (u64, CancellationToken)>,
    next: u64,
}

/// Why an operation was not begun.
pub enum NotStarted {
    Duplicate,
    TooMany,
}

impl Operations {
    pub fn begin(&self, id: &str, max: usize) -> Result<(u64, CancellationToken), NotStarted> {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if running.by_id.contains_key(id) {
            return Err(NotStarted::Duplicate);
        }
        if running.by_id.len() >= max {
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
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cancel)) = running.by_id.remove(id) {
            cancel.cancel();
        }
    }

    pub fn cancel_all(&self) {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        running.by_id.drain().for_each(|(_, (_, cancel))| cancel.cancel());
    }

    /// True if the operation was still running: its id is free before the client hears of the end.
    pub fn end(&self, id: &str, serial: u64) -> bool {
        let mut running = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let current = running.by_id.get(id).is_some_and(|(running, _)| *running == serial);
        if current {
            running.by_id.remove(id);
        }
        current
    }
}
