//! Waiting for what happens in its own time, without guessing how long that takes.

use std::time::{Duration, Instant};

/// Generous: only a test that fails waits this long.
const PATIENCE: Duration = Duration::from_secs(30);

/// Asks until `condition` holds.
pub async fn eventually(what: &str, mut condition: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !condition().await {
        assert!(started.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
