//! The worker: finds sagas that are due because a pause, a deadline or a dead worker's lease has run out.

use std::sync::Arc;
use std::time::Duration;

use platform_core::error::describe;
use platform_core::id::SagaId;
use platform_database::StoreError;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::engine;
use crate::sagas::{Sagas, Shared};
use crate::store;

/// How long sagas at work may take to rest when the process stops; after that their leases run out.
const STOP_PATIENCE: Duration = Duration::from_secs(10);
/// The longest pause after looking for sagas has failed again and again.
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// How long a saga is kept after its end, and how often those older are removed.
const RETENTION: Duration = Duration::from_secs(30 * 24 * 3_600);
const CLEANING_INTERVAL: Duration = Duration::from_secs(3_600);
const CLEANING_ROWS: u64 = 500;

impl Sagas {
    /// Whether this process drives any kind of saga; where none does, there may be no table of them.
    pub fn drives_any(&self) -> bool {
        self.shared.registry.get().is_some_and(|registry| registry.kinds().next().is_some())
    }

    /// Works until `stop` is cancelled, and then until the sagas at work here rest.
    pub async fn run(&self, stop: CancellationToken) {
        let shared = &self.shared;
        let kinds: Vec<&str> = shared.registry.get().map(|r| r.kinds().collect()).unwrap_or_default();
        if kinds.is_empty() {
            return stop.cancelled().await;
        }
        let slots = Arc::new(Semaphore::new(shared.concurrency));
        let (mut cleaned, mut failures) = (None, 0_u32);
        while !stop.is_cancelled() {
            if cleaned.is_none_or(|at: tokio::time::Instant| at.elapsed() >= CLEANING_INTERVAL) {
                cleaned = Some(tokio::time::Instant::now());
                clean(shared).await;
            }
            let pause = match start_due(shared, &kinds, &slots).await {
                Ok(pause) => {
                    failures = 0;
                    pause.min(shared.poll)
                }
                Err(error) => {
                    failures = failures.saturating_add(1);
                    let (subgraph, pause) =
                        (shared.at.database.subgraph(), engine::pause(failures).min(LONGEST_PAUSE));
                    tracing::warn!(subgraph, error = %describe(&error), ?pause, "sagas are not looked for; trying again");
                    pause
                }
            };
            tokio::select! {
                () = stop.cancelled() => break,
                // Where nothing can be stored, every saga that fails by it would ring.
                () = shared.changed.notified(), if failures == 0 => {}
                () = tokio::time::sleep(pause) => {}
            }
        }
        if tokio::time::timeout(STOP_PATIENCE, rest(shared)).await.is_err() {
            let (subgraph, left) = (shared.at.database.subgraph(), shared.active().len());
            tracing::warn!(subgraph, left, "sagas are cut off; they go on when their leases end");
        }
    }
}

/// Waits until this process drives no saga.
async fn rest(shared: &Shared) {
    loop {
        let next = shared.active().keys().next().copied();
        let Some(id) = next else { return };
        shared.wait(id).await;
    }
}

/// Starts what is due, as far as slots are free; returns how long nothing more is.
async fn start_due(
    shared: &Arc<Shared>,
    kinds: &[&str],
    slots: &Arc<Semaphore>,
) -> Result<Duration, StoreError> {
    loop {
        let now = shared.at.clock.now();
        match store::next_due(&shared.at.database).await? {
            None => return Ok(shared.poll),
            Some(at) if at > now => return Ok((at - now).to_std().unwrap_or(Duration::ZERO)),
            Some(_) => {}
        }
        let free = slots.available_permits();
        if free == 0 {
            return Ok(shared.poll);
        }
        let active: Vec<SagaId> = shared.active().keys().copied().collect();
        let rows =
            store::claim_due(&shared.at.database, kinds, &active, free, now, now + shared.at.lease).await?;
        if rows.is_empty() {
            return Ok(shared.poll);
        }
        for row in rows {
            if let Ok(slot) = slots.clone().try_acquire_owned() {
                shared.spawn(row, Some(slot));
            }
        }
    }
}

async fn clean(shared: &Shared) {
    let before = shared.at.clock.now() - RETENTION;
    loop {
        match store::purge(&shared.at.database, before, CLEANING_ROWS).await {
            Ok(CLEANING_ROWS) => {}
            Ok(_) => return,
            Err(error) => {
                let subgraph = shared.at.database.subgraph();
                tracing::warn!(subgraph, error = %describe(&error), "ended sagas are not removed");
                return;
            }
        }
    }
}
