//! What is measured now and then rather than at each event: sagas under way and stuck, and what was given up.

use std::sync::Arc;
use std::time::Duration;

use platform_core::Clock;
use platform_core::error::describe;
use platform_database::{Database, StoreError};
use platform_events::DeadLetters;
use platform_jobs::Jobs;
use platform_sagas::{SagaStatus, Sagas};
use platform_telemetry::Metrics;
use tokio_util::sync::CancellationToken;

/// As often as a Prometheus server usually asks.
const INTERVAL: Duration = Duration::from_secs(10);
/// Those that have not ended.
const STATUSES: [SagaStatus; 4] =
    [SagaStatus::Running, SagaStatus::Parked, SagaStatus::Compensating, SagaStatus::Stuck];

/// What a subgraph's gauges are read from.
#[derive(Clone)]
pub(super) struct Gauges {
    subgraph: &'static str,
    metrics: Metrics,
    sagas: Sagas,
    jobs: Jobs,
    dead_letters: DeadLetters,
}

impl Gauges {
    pub(super) fn new(
        subgraph: &'static str,
        metrics: Metrics,
        database: Database,
        sagas: Sagas,
        jobs: Jobs,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let dead_letters = DeadLetters::new(database, clock);
        Self { subgraph, metrics, sagas, jobs, dead_letters }
    }

    pub(super) async fn run(self, stop: CancellationToken) {
        loop {
            // One that cannot be read keeps its value; what ails the database is logged by those who work with it.
            if let Err(error) = self.read().await {
                tracing::debug!(subgraph = self.subgraph, error = %describe(&error), "gauges cannot be read");
            }
            tokio::select! {
                () = stop.cancelled() => return,
                () = tokio::time::sleep(INTERVAL) => {}
            }
        }
    }

    async fn read(&self) -> Result<(), StoreError> {
        self.metrics.given_up(self.subgraph, "event", self.dead_letters.count().await?);
        self.metrics.given_up(self.subgraph, "job", self.jobs.count_dead().await?);
        if self.sagas.drives_any() {
            for status in STATUSES {
                self.metrics.sagas(self.subgraph, status.as_str(), self.sagas.count(status).await?);
            }
        }
        Ok(())
    }
}
