//! Waiting for what happens in its own time, without guessing how long that takes.

use std::future::Future;
use std::time::{Duration, Instant};

/// Generous: only a test that fails waits this long.
const PATIENCE: Duration = Duration::from_secs(20);
const PAUSE: Duration = Duration::from_millis(10);

/// Asks until `condition` holds.
pub async fn eventually<F: Future<Output = bool>>(mut condition: impl FnMut() -> F) {
    eventually_some(|| {
        let asked = condition();
        async move { asked.await.then_some(()) }
    })
    .await;
}

/// Asks until there is an answer, and returns it.
pub async fn eventually_some<T, F: Future<Output = Option<T>>>(mut ask: impl FnMut() -> F) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < PATIENCE, "the condition did not come true within {PATIENCE:?}");
        tokio::time::sleep(PAUSE).await;
    }
}
