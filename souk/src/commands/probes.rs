//! How the gateway finds out about each subgraph, for its readiness and `/api/status`.

use std::time::Duration;

use async_trait::async_trait;
use platform_server::Hosted;
use router_gateway::{Probe, ProbeResult};
use router_transport::Value;

/// Longer than the gateway waits for a probe.
const PATIENCE: Duration = Duration::from_secs(10);

/// A subgraph of this process.
pub struct HostedProbe(pub Hosted);

#[async_trait]
impl Probe for HostedProbe {
    async fn probe(&self) -> ProbeResult {
        let status = self.0.status().await;
        match status.reason {
            Some(reason) => Err(reason.to_owned()),
            None => serde_json::to_value(&status).map_err(|error| error.to_string()),
        }
    }
}

/// A subgraph of another process, asked whether it is ready: that a process answers does not say that its database does.
pub struct RemoteProbe {
    pub client: reqwest::Client,
    /// The URL of its `/health/ready`.
    pub ready: String,
}

impl RemoteProbe {
    /// `url`: where its process listens for this one.
    pub fn new(client: reqwest::Client, url: &str) -> Self {
        Self { client, ready: format!("{}/health/ready", url.trim_end_matches('/')) }
    }
}

#[async_trait]
impl Probe for RemoteProbe {
    async fn probe(&self) -> ProbeResult {
        let request = self.client.get(&self.ready).timeout(PATIENCE).send();
        let answer = request.await.map_err(|error| {
            let kind = if error.is_connect() { "it cannot be reached" } else { "it does not answer" };
            tracing::debug!(%error, "a subgraph's readiness is not known");
            kind.to_owned()
        })?;
        let is_ready = answer.status().is_success();
        let told: Value = answer.json().await.map_err(|_| "its answer is not understood".to_owned())?;
        if is_ready {
            return Ok(told);
        }
        let reason = told.get("reason").and_then(Value::as_str);
        Err(reason.unwrap_or("it is not ready").to_owned())
    }
}
