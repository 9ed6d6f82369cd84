//! The metrics of a process, in the text format of Prometheus.

use std::time::Duration;

use prometheus::{
    Encoder, HistogramOpts, HistogramVec, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder,
};

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
            Opts::new("souk_subgraph_rejected_total", "Requests refused before they ran, by reason"),
            &["subgraph", "reason"],
        )?;
        let subscriptions = IntGaugeVec::new(
            Opts::new("souk_subgraph_subscriptions", "Open subscriptions at a subgraph"),
            &["subgraph"],
        )?;
        registry.register(Box::new(operations.clone()))?;
        registry.register(Box::new(rejected.clone()))?;
        registry.register(Box::new(subscriptions.clone()))?;
        Ok(Self { registry, operations, rejected, subscriptions })
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
