//! Counters and histograms of the gateway, in the process's Prometheus registry.

use std::time::Duration;

use http::StatusCode;
use platform_listener::Bodies;
use prometheus::core::{Collector, Desc};
use prometheus::proto::MetricFamily;
use prometheus::{
    Histogram, HistogramOpts, HistogramVec, IntCounterVec, IntGauge, Opts, Registry, exponential_buckets,
};
use router_schema::OperationKind;

use crate::answer::Refusal;
use crate::error::GatewayError;
use crate::waiting::Waiting;

pub struct Metrics {
    requests: IntCounterVec,
    request_seconds: Histogram,
    operation_seconds: HistogramVec,
    refusals: IntCounterVec,
    subscriptions: IntGauge,
    websockets: IntGauge,
}

/// Reads how many bytes are held when it is asked for them.
struct Bytes {
    gauge: IntGauge,
    held: Box<dyn Fn() -> usize + Send + Sync>,
}

impl Bytes {
    fn new(
        name: &str,
        help: &str,
        held: impl Fn() -> usize + Send + Sync + 'static,
    ) -> Result<Self, prometheus::Error> {
        Ok(Self { gauge: IntGauge::new(name, help)?, held: Box::new(held) })
    }
}

impl Collector for Bytes {
    fn desc(&self) -> Vec<&Desc> {
        self.gauge.desc()
    }

    fn collect(&self) -> Vec<MetricFamily> {
        self.gauge.set(i64::try_from((self.held)()).unwrap_or(i64::MAX));
        self.gauge.collect()
    }
}

/// Counts one open thing for as long as it lives.
pub struct Open(IntGauge);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    pub fn register(registry: &Registry, waiting: &Waiting, bodies: &Bodies) -> Result<Self, GatewayError> {
        let failed = |error: prometheus::Error| GatewayError::Config(format!("metrics: {error}"));
        // 0.5 ms to 16 s.
        let buckets = exponential_buckets(0.0005, 2.0, 16).map_err(failed)?;
        let seconds = |name: &str, help: &str| HistogramOpts::new(name, help).buckets(buckets.clone());
        let metrics = Self {
            requests: IntCounterVec::new(
                Opts::new("souk_gateway_requests_total", "HTTP requests by status class"),
                &["status"],
            )
            .map_err(failed)?,
            request_seconds: Histogram::with_opts(seconds(
                "souk_gateway_request_seconds",
                "time from a request's head to its response's head",
            ))
            .map_err(failed)?,
            operation_seconds: HistogramVec::new(
                seconds("souk_gateway_operation_seconds", "time in the engine"),
                &["kind", "outcome"],
            )
            .map_err(failed)?,
            refusals: IntCounterVec::new(
                Opts::new("souk_gateway_refusals_total", "operations that were not run, by error code"),
                &["code"],
            )
            .map_err(failed)?,
            subscriptions: IntGauge::new("souk_gateway_subscriptions", "open subscriptions")
                .map_err(failed)?,
            websockets: IntGauge::new("souk_gateway_websockets", "open WebSockets").map_err(failed)?,
        };
        let (waiting, bodies) = (waiting.clone(), bodies.clone());
        let unread = "bytes of answers that wait for their clients to read them";
        let sent = "bytes of bodies, messages and variables that clients sent and that are held";
        let unread = Bytes::new("souk_gateway_waiting_bytes", unread, move || waiting.bytes());
        let sent = Bytes::new("souk_gateway_body_bytes", sent, move || bodies.bytes());
        let collectors: [Box<dyn Collector>; 8] = [
            Box::new(unread.map_err(failed)?),
            Box::new(sent.map_err(failed)?),
            Box::new(metrics.requests.clone()),
            Box::new(metrics.request_seconds.clone()),
            Box::new(metrics.operation_seconds.clone()),
            Box::new(metrics.refusals.clone()),
            Box::new(metrics.subscriptions.clone()),
            Box::new(metrics.websockets.clone()),
        ];
        collectors.into_iter().try_for_each(|collector| registry.register(collector)).map_err(failed)?;
        Ok(metrics)
    }

    pub fn request(&self, status: StatusCode, elapsed: Duration) {
        let class = match status.as_u16() / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        self.requests.with_label_values(&[class]).inc();
        self.request_seconds.observe(elapsed.as_secs_f64());
    }

    pub fn operation(&self, kind: OperationKind, clean: bool, elapsed: Duration) {
        let kind = match kind {
            OperationKind::Query => "query",
            OperationKind::Mutation => "mutation",
            OperationKind::Subscription => "subscription",
        };
        let outcome = if clean { "ok" } else { "errors" };
        self.operation_seconds.with_label_values(&[kind, outcome]).observe(elapsed.as_secs_f64());
    }

    /// Codes come from our own code only, so the number of label values is bounded.
    pub fn refused(&self, refusal: &Refusal) {
        let code = refusal
            .errors
            .first()
            .and_then(|error| error.extensions.get("code"))
            .and_then(|code| code.as_str());
        self.refusals.with_label_values(&[code.unwrap_or("UNKNOWN")]).inc();
    }

    pub fn subscription_opened(&self) -> Open {
        self.subscriptions.inc();
        Open(self.subscriptions.clone())
    }

    pub fn websocket_opened(&self) -> Open {
        self.websockets.inc();
        Open(self.websockets.clone())
    }
}
