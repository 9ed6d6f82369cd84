//! What operators look at: health, the status of all subgraphs, metrics.

mod health;
mod metrics;

pub use health::{Probe, ProbeResult, Probes, routes};
pub use metrics::Metrics;
