//! A gateway on a free port with one subgraph, and clients for it.

pub mod raw;
pub mod remote;
pub mod socket;
pub mod subgraph;
pub mod tokens;

use std::net::SocketAddr;
use std::sync::Arc;

use platform_core::clock::ShiftedClock;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{RequestBuilder, Response, StatusCode};
use router_gateway::{Gateway, GatewayBuilder, GatewayConfig};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use subgraph::{SUPERGRAPH, Subgraph};

pub struct Harness {
    pub gateway: Gateway,
    pub address: SocketAddr,
    pub subgraph: Subgraph,
    pub clock: Arc<ShiftedClock>,
    pub http: reqwest::Client,
    stop: CancellationToken,
    server: JoinHandle<()>,
}

/// The default configuration without a rate limit, which tests of other things would run into.
pub fn config() -> GatewayConfig {
    let mut config = GatewayConfig::default();
    config.rate_limit.enabled = false;
    config.graphiql = Some(true);
    config.introspection = Some(true);
    config
}

impl Harness {
    pub async fn start() -> Self {
        Self::with(config(), |builder| builder).await
    }

    pub async fn with(config: GatewayConfig, more: impl FnOnce(GatewayBuilder) -> GatewayBuilder) -> Self {
        let subgraph = Subgraph::default();
        let clock = Arc::new(ShiftedClock::default());
        let transport = subgraph.transport();
        let builder = Gateway::builder(config, SUPERGRAPH, Arc::new(move |_, _| Ok(transport.clone())));
        let gateway = more(builder.clock(clock.clone())).build().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let server = {
            let (gateway, stop) = (gateway.clone(), stop.clone());
            tokio::spawn(async move { gateway.serve(listener, stop.cancelled_owned()).await })
        };
        Self { gateway, address, subgraph, clock, http: reqwest::Client::new(), stop, server }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// A POST of a body, by a client that takes the newer media type.
    pub fn post(&self, body: &Value) -> RequestBuilder {
        self.http
            .post(self.url("/graphql"))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/graphql-response+json")
            .body(body.to_string())
    }

    pub async fn query(&self, query: &str) -> (StatusCode, Value) {
        read(self.post(&json!({ "query": query })).send().await.unwrap()).await
    }

    pub fn begin_stop(&self) {
        self.stop.cancel();
    }

    /// Waits until the server has ended.
    pub async fn stopped(self) {
        self.stop.cancel();
        self.server.await.unwrap();
    }
}

pub async fn read(response: Response) -> (StatusCode, Value) {
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("not JSON: {text}")))
}

/// `extensions.code` of the first error.
pub fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no code in {body}"))
}
