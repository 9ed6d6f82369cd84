//! Holds up reads of what somebody saw before it was committed.
//!
//! A member that is dropped is gone at once, and goes on with what it saw of those before it in its group: that a key
//! is taken, that an order exists. What it then reads outside the transaction must not be older. So it shuts the gate
//! as it is dropped, in its own task, and the leader opens it when the group has ended, which it does at once.
//! Nobody has a turn while the gate is shut: nothing that the leader waits for waits for the gate.

use std::sync::Arc;

use tokio::sync::watch;

/// Open at first. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Gate(Arc<watch::Sender<bool>>);

impl Default for Gate {
    fn default() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }
}

impl Gate {
    pub(super) fn shut(&self) {
        self.0.send_replace(true);
    }

    pub(super) fn open(&self) {
        self.0.send_if_modified(std::mem::take);
    }

    /// Waits while the gate is shut.
    pub(crate) async fn pass(&self) {
        if *self.0.borrow() {
            // It fails when there is no sender, and `self` is one.
            self.0.subscribe().wait_for(|is_shut| !is_shut).await.ok();
        }
    }
}
