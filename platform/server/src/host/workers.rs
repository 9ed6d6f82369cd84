//! What runs beside the requests, and is begun anew when it panics.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures::FutureExt;
use platform_telemetry::Metrics;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::subgraph::Task;

/// The pause before a task that panicked is begun anew; it doubles with each panic.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

pub(super) struct Workers {
    metrics: Metrics,
    waiting: Vec<(&'static str, &'static str, Task)>,
    running: JoinSet<()>,
}

impl Workers {
    pub(super) fn new(metrics: Metrics) -> Self {
        Self { metrics, waiting: Vec::new(), running: JoinSet::new() }
    }

    pub(super) fn add(&mut self, subgraph: &'static str, name: &'static str, task: Task) {
        self.waiting.push((subgraph, name, task));
    }

    /// Starts what was added and does not run yet.
    pub(super) fn start(&mut self, shutdown: &CancellationToken) {
        for (subgraph, name, task) in self.waiting.drain(..) {
            self.running.spawn(supervise(subgraph, name, task, self.metrics.clone(), shutdown.child_token()));
        }
    }

    /// Waits until all have ended.
    pub(super) async fn finish(&mut self) {
        while let Some(ended) = self.running.join_next().await {
            if let Err(error) = ended {
                tracing::warn!(target: "souk", %error, "a background task did not end well");
            }
        }
    }
}

/// Runs a task until it ends by itself or is told to stop.
async fn supervise(
    subgraph: &'static str,
    name: &'static str,
    task: Task,
    metrics: Metrics,
    stop: CancellationToken,
) {
    let mut pause = FIRST_PAUSE;
    loop {
        let began = Instant::now();
        let Err(panic) = AssertUnwindSafe(async { task(stop.clone()).await }).catch_unwind().await else {
            return;
        };
        if began.elapsed() > LONGEST_PAUSE {
            pause = FIRST_PAUSE;
        }
        metrics.restarted(subgraph, name);
        let reason = message(&*panic);
        tracing::error!(target: "souk", subgraph, name, reason, ?pause, "a background task panicked and begins anew");
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
}

/// What a panic said.
fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("it did not say why")
}
