//! How the gateway finds out about each subgraph, for its readiness and `/api/status`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use platform_core::Market;
use platform_identity::{Caller, Identity};
use platform_server::Hosted;
use router_gateway::{Probe, ProbeResult};
use router_transport::{Request, Transport, Value};

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

/// A subgraph of another process, asked the way that operations go.
pub struct RemoteProbe(pub Arc<dyn Transport>);

#[async_trait]
impl Probe for RemoteProbe {
    async fn probe(&self) -> ProbeResult {
        let request = Request {
            query: "{ __typename }".into(),
            operation_name: None,
            variables: router_transport::tree::Object::default(),
            caller: Some(Caller::new(Identity::guest(Market::default()))),
            headers: Arc::default(),
            deadline: Some(Instant::now() + PATIENCE),
            idempotent: true,
        };
        let response = self.0.execute(request).await.map_err(|error| error.to_string())?;
        match response.errors.first() {
            Some(error) => Err(error.message.clone()),
            None => Ok(Value::Null),
        }
    }
}
