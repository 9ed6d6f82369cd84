//! How the gateway finds out about each subgraph, for its readiness and `/api/status`.

use std::time::Duration;

use async_trait::async_trait;
use platform_identity::{Caller, Identity, InternalKeys};
use platform_server::Hosted;
use reqwest::StatusCode;
use router_gateway::{Probe, ProbeResult};
use router_transport::{TransportError, Value};

/// Longer than the gateway waits for a probe.
const PATIENCE: Duration = Duration::from_secs(10);

/// A subgraph of this process.
pub struct HostedProbe(pub Hosted);

#[async_trait]
impl Probe for HostedProbe {
    async fn probe(&self) -> ProbeResult {
        let status = self.0.status().await;
        match status.reason {
            Some(reason) => Err(reason),
            None => serde_json::to_value(&status).map_err(|error| error.to_string()),
        }
    }
}

/// A subgraph of another process, asked whether it is ready: that a process answers does not say that its database does.
pub struct RemoteProbe {
    pub client: reqwest::Client,
    /// The URL of its `/health/ready`.
    pub ready: String,
    /// Its name, for which the question is signed: a subgraph that does not believe this process serves it nothing.
    pub name: String,
    pub keys: InternalKeys,
}

impl RemoteProbe {
    /// `url`: where its process listens for this one.
    pub fn new(client: reqwest::Client, name: &str, url: &str, keys: InternalKeys) -> Self {
        let ready = format!("{}/health/ready", url.trim_end_matches('/'));
        Self { client, ready, name: name.to_owned(), keys }
    }
}

#[async_trait]
impl Probe for RemoteProbe {
    async fn probe(&self) -> ProbeResult {
        let signed = self.keys.mint(&Caller::new(Identity::service("gateway")), &self.name);
        let signed = signed.map_err(|error| error.to_string())?;
        let request = self.client.get(&self.ready).bearer_auth(signed).timeout(PATIENCE).send();
        let answer = request.await.map_err(|error| {
            let kind = if error.is_connect() { "it cannot be reached" } else { "it does not answer" };
            tracing::debug!(%error, "a subgraph's readiness is not known");
            kind.to_owned()
        })?;
        let is_ready = answer.status().is_success();
        if answer.status() == StatusCode::UNAUTHORIZED {
            let fault = TransportError::Unbelieved { subgraph: self.name.clone() };
            tracing::error!(target: "souk", "{fault}");
            return Err(fault.to_string());
        }
        let told: Value = answer.json().await.map_err(|_| "its answer is not understood".to_owned())?;
        if is_ready {
            return Ok(told);
        }
        let reason = told.get("reason").and_then(Value::as_str);
        Err(reason.unwrap_or("it is not ready").to_owned())
    }
}
