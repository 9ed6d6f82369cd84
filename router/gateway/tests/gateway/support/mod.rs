//! A gateway on a free port with one subgraph, and clients for it.

pub mod raw;
pub mod remote;
pub mod socket;
pub mod subgraph;
pub mod tokens;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

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

const PATIENCE: Duration = Duration::from_secs(30);

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

/// Behind a proxy, so that there can be clients of several addresses.
pub fn proxied(mut config: GatewayConfig) -> GatewayConfig {
    config.trusted_proxies = vec!["127.0.0.1".parse::<std::net::IpAddr>().unwrap().into()];
    config
}

/// The value of a metric.
pub async fn metric(harness: &Harness, name: &str) -> u64 {
    let request = harness.http.get(harness.url("/metrics")).header("x-forwarded-for", "10.0.0.9");
    let text = request.send().await.unwrap().text().await.unwrap();
    let line = text.lines().find(|line| line.split(' ').next() == Some(name));
    line.unwrap_or_else(|| panic!("no {name} in {text}")).rsplit(' ').next().unwrap().parse().unwrap()
}

pub async fn eventually(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    let tried = async {
        while !holds().await {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, tried).await.unwrap_or_else(|_| panic!("{what}"));
}

pub async fn query_from(harness: &Harness, client: &str, query: &str) -> (StatusCode, Value) {
    let request = harness.post(&json!({ "query": query })).header("x-forwarded-for", client);
    read(request.send().await.unwrap()).await
}

/// `extensions.code` of the first error.
pub fn code(body: &Value) -> &str {
    body["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no code in {body}"))
}
