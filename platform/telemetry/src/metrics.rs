//! The metrics of a process, in the text format of Prometheus.

use std::time::Duration;

use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder,
};

use crate::counted::Counted;
use crate::pools::{PoolUse, Pools};

/// Bounds in seconds: a cached read in process takes a tenth of a millisecond, a checkout some tens.
const SECONDS: &[f64] =
    &[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// How an operation ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    Ok,
    /// An answer with errors that the caller can mend.
    ClientError,
    /// An answer with an error that it cannot, or none at all.
    ServerError,
}

impl Outcome {
    const fn label(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::ClientError => "client_error",
            Self::ServerError => "server_error",
        }
    }
}

/// Cheap to clone; clones share. Other crates add their own collectors to [`Self::registry`].
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    operations: HistogramVec,
    rejected: IntCounterVec,
    subscriptions: IntGaugeVec,
    restarts: IntCounterVec,
    sagas: IntGaugeVec,
    given_up: IntGaugeVec,
}

impl Metrics {
    pub fn new() -> Result<Self, prometheus::Error> {
        let registry = Registry::new();
        let operations = HistogramVec::new(
            HistogramOpts::new(
                "souk_subgraph_operation_seconds",
                "Time of GraphQL operations at a subgraph, by outcome",
            )
            .buckets(SECONDS.to_vec()),
            &["subgraph", "schema", "outcome"],
        )?;
        let rejected = IntCounterVec::new(
            Opts::new("souk_subgraph_rejected_total", "Requests rejected before they ran, by reason"),
            &["subgraph", "reason"],
        )?;
        let subscriptions = IntGaugeVec::new(
            Opts::new("souk_subgraph_subscriptions", "Open subscriptions at a subgraph"),
            &["subgraph"],
        )?;
        let restarts = IntCounterVec::new(
            Opts::new("souk_background_restarts_total", "Panics of background tasks, which begin anew"),
            &["subgraph", "task"],
        )?;
        let sagas = IntGaugeVec::new(
            Opts::new("souk_sagas", "Sagas that have not ended, by status; stuck ones wait for staff"),
            &["subgraph", "status"],
        )?;
        let given_up = IntGaugeVec::new(
            Opts::new("souk_dead_letters", "Events and jobs that were given up and wait for staff"),
            &["subgraph", "kind"],
        )?;
        registry.register(Box::new(operations.clone()))?;
        registry.register(Box::new(rejected.clone()))?;
        for gauge in [&subscriptions, &sagas, &given_up] {
            registry.register(Box::new(gauge.clone()))?;
        }
        registry.register(Box::new(restarts.clone()))?;
        Ok(Self { registry, operations, rejected, subscriptions, restarts, sagas, given_up })
    }

    pub fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Records one query or mutation; `schema` is `public` or `internal`.
    pub fn operation(&self, subgraph: &str, schema: &str, outcome: Outcome, took: Duration) {
        self.operations.with_label_values(&[subgraph, schema, outcome.label()]).observe(took.as_secs_f64());
    }

    /// Records a request that did not run. `reason` is one of a fixed few, never text of the request.
    pub fn rejected(&self, subgraph: &str, reason: &'static str) {
        self.rejected.with_label_values(&[subgraph, reason]).inc();
    }

    /// Records the beginning (`1`) or end (`-1`) of a subscription.
    pub fn subscription(&self, subgraph: &str, change: i64) {
        self.subscriptions.with_label_values(&[subgraph]).add(change);
    }

    /// Records that a background task panicked and begins anew.
    pub fn restarted(&self, subgraph: &str, task: &str) {
        self.restarts.with_label_values(&[subgraph, task]).inc();
    }

    /// How many sagas have a status now.
    pub fn sagas(&self, subgraph: &str, status: &str, count: i64) {
        self.sagas.with_label_values(&[subgraph, status]).set(count);
    }

    /// How many are given up now; `kind` is `event` or `job`.
    pub fn given_up(&self, subgraph: &str, kind: &str, count: i64) {
        self.given_up.with_label_values(&[subgraph, kind]).set(count);
    }

    /// Counts what is asked of a subgraph's database from now on, and its connections; once for each subgraph.
    pub fn database(
        &self,
        subgraph: &str,
        statements: impl Fn() -> u64 + Send + Sync + 'static,
        commits: impl Fn() -> u64 + Send + Sync + 'static,
        syncs: impl Fn() -> u64 + Send + Sync + 'static,
        pools: impl Fn() -> Vec<PoolUse> + Send + Sync + 'static,
    ) -> Result<(), prometheus::Error> {
        let options = |name, help| Opts::new(name, help).const_label("subgraph", subgraph);
        let sent = options("souk_database_statements_total", "Statements sent to a subgraph's database");
        self.registry.register(Box::new(Counted::new(sent, statements)?))?;
        let made = options("souk_database_commits_total", "Transactions committed by a subgraph's database");
        self.registry.register(Box::new(Counted::new(made, commits)?))?;
        let waited =
            options("souk_database_syncs_total", "Waits for the disk of a subgraph's database to commit");
        self.registry.register(Box::new(Counted::new(waited, syncs)?))?;
        let open = options("souk_database_connections", "Open connections to a subgraph's database, by pool");
        self.registry.register(Box::new(Pools::new(open, pools)?))
    }

    /// Everything recorded, as `/metrics` answers it.
    pub fn render(&self) -> Result<String, prometheus::Error> {
        let mut text = Vec::new();
        TextEncoder::new().encode(&self.registry.gather(), &mut text)?;
        Ok(String::from_utf8_lossy(&text).into_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn recorded_operations_are_rendered_by_outcome() {
        let metrics = Metrics::new().unwrap();
        metrics.operation("catalog", "public", Outcome::Ok, Duration::from_micros(300));
        metrics.operation("catalog", "public", Outcome::ServerError, Duration::from_millis(3));
        metrics.rejected("catalog", "limits");
        let text = metrics.render().unwrap();
        assert!(text.contains(
            r#"souk_subgraph_operation_seconds_count{outcome="ok",schema="public",subgraph="catalog"} 1"#
        ));
        assert!(text.contains(r#"souk_subgraph_rejected_total{reason="limits",subgraph="catalog"} 1"#));
    }
}
