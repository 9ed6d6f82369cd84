//! Watches whether a live connection may go on: until its credentials expire, its session is revoked, or the process
//! stops.

use std::sync::Arc;
use std::time::Duration;

use platform_core::Clock;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::auth::{Authentication, RevocationList};
use crate::gateway::Shared;

/// Clocks get stepped; the time left is measured anew this often.
const REMEASURE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Expired,
    Revoked,
    Stopping,
}

pub struct Guard {
    authentication: Authentication,
    revocations: RevocationList,
    changes: watch::Receiver<u64>,
    clock: Arc<dyn Clock>,
    stopping: CancellationToken,
}

impl Guard {
    pub fn new(shared: &Shared, authentication: Authentication) -> Self {
        Self {
            authentication,
            changes: shared.revocations.changes(),
            revocations: shared.revocations.clone(),
            clock: shared.clock.clone(),
            stopping: shared.stopping.clone(),
        }
    }

    /// Returns when the connection has to end. May be dropped and called again.
    pub async fn ended(&mut self) -> Ended {
        loop {
            // Seen before it is checked, so that a change in between is not missed.
            self.changes.mark_unchanged();
            if self.revocations.is_revoked(&self.authentication) {
                return Ended::Revoked;
            }
            let left =
                self.authentication.expires_at.map(|at| (at - self.clock.now()).to_std().unwrap_or_default());
            if left.is_some_and(|left| left.is_zero()) {
                return Ended::Expired;
            }
            let pause = left.map_or(REMEASURE, |left| left.min(REMEASURE));
            tokio::select! {
                () = self.stopping.cancelled() => return Ended::Stopping,
                // The list lives as long as the gateway, so its sender is never gone.
                _ = self.changes.changed() => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
    }
}
