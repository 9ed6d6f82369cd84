//! How the subgraphs, and other things that the gateway needs, are.
//!
//! People and dashboards ask, so probes run at most once a second however many ask.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use futures::future::join_all;
use serde::Serialize;
use serde_json::Value;
use tokio::sync::Mutex;

/// What a probe found: details for people, or a sentence about what is wrong.
pub type ProbeResult = Result<Value, String>;

/// Asks one subgraph, or another thing that the gateway needs, how it is.
#[async_trait]
pub trait Probe: Send + Sync + 'static {
    async fn probe(&self) -> ProbeResult;
}

/// The probes by name, and what they last found.
pub struct Probes {
    probes: Vec<(String, Arc<dyn Probe>)>,
    timeout: Duration,
    last: Mutex<Option<(Instant, Arc<[Probed]>)>>,
}

/// A subgraph's line of the status.
#[derive(Debug, Clone, Serialize)]
pub struct Probed {
    pub name: String,
    pub healthy: bool,
    #[serde(rename = "latencyMs")]
    latency_ms: u64,
    #[serde(skip_serializing_if = "Value::is_null")]
    details: Value,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

const REMEMBERED: Duration = Duration::from_secs(1);

impl Probes {
    pub fn new(probes: Vec<(String, Arc<dyn Probe>)>, timeout: Duration) -> Self {
        Self { probes, timeout, last: Mutex::new(None) }
    }

    pub async fn results(&self) -> Arc<[Probed]> {
        let mut last = self.last.lock().await;
        if let Some((at, results)) = &*last
            && at.elapsed() < REMEMBERED
        {
            return results.clone();
        }
        let asked = self.probes.iter().map(|(name, probe)| ask(name, probe.as_ref(), self.timeout));
        let results: Arc<[Probed]> = join_all(asked).await.into();
        *last = Some((Instant::now(), results.clone()));
        results
    }
}

async fn ask(name: &str, probe: &dyn Probe, timeout: Duration) -> Probed {
    let started = Instant::now();
    let result = tokio::time::timeout(timeout, probe.probe())
        .await
        .unwrap_or_else(|_| Err(format!("no answer within {timeout:?}")));
    let latency_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let (details, error) = match result {
        Ok(details) => (details, None),
        Err(error) => (Value::Null, Some(error)),
    };
    Probed { name: name.to_owned(), healthy: error.is_none(), latency_ms, details, error }
}
