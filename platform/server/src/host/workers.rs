//! What runs beside the requests.

use std::panic::AssertUnwindSafe;

use futures::FutureExt;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::subgraph::Task;

#[derive(Default)]
pub(super) struct Workers {
    waiting: Vec<(&'static str, &'static str, Task)>,
    running: JoinSet<()>,
}

impl Workers {
    pub(super) fn add(&mut self, subgraph: &'static str, name: &'static str, task: Task) {
        self.waiting.push((subgraph, name, task));
    }

    /// Starts what was added and does not run yet.
    pub(super) fn start(&mut self, shutdown: &CancellationToken) {
        for (subgraph, name, task) in self.waiting.drain(..) {
            let stop = shutdown.child_token();
            self.running.spawn(async move {
                if AssertUnwindSafe(task(stop)).catch_unwind().await.is_err() {
                    tracing::error!(target: "souk", subgraph, name, "a background task panicked and stays away until the next start");
                }
            });
        }
    }

    /// Waits until all have ended.
    pub(super) async fn finish(mut self) {
        while let Some(ended) = self.running.join_next().await {
            if let Err(error) = ended {
                tracing::warn!(target: "souk", %error, "a background task did not end well");
            }
        }
    }
}
