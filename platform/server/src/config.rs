//! The sections of the configuration that a subgraph's process needs.

use std::collections::BTreeMap;

use platform_config::{
    AuthConfig, CacheConfig, DatabaseConfig, EventsConfig, FulfilmentConfig, JobsConfig, MailConfig,
    RefundsConfig, SalesConfig, TelemetryConfig,
};
use router_limits::Limits;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Everything that a subgraph is configured by.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PlatformConfig {
    /// Whether the demo's users and keys may be used: their passwords are known to everybody.
    pub demo: bool,
    /// Whether payments can be made through the sandbox gateway, which moves no money.
    pub sandbox_gateway: bool,
    pub database: DatabaseConfig,
    pub events: EventsConfig,
    pub jobs: JobsConfig,
    pub cache: CacheConfig,
    pub auth: AuthConfig,
    pub market: SalesConfig,
    pub fulfilment: FulfilmentConfig,
    pub refunds: RefundsConfig,
    pub mail: MailConfig,
    pub telemetry: TelemetryConfig,
    pub server: ServerConfig,
    /// Where the subgraphs that other processes serve are found: base URL by name, as in
    /// `catalog = "http://127.0.0.1:4002"`.
    pub peers: BTreeMap<String, String>,
}

/// How a subgraph serves.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// The largest request body, decompressed, in bytes.
    #[schemars(range(min = 1_024, max = 1_073_741_824))]
    pub body_limit: usize,
    /// The longest a query or mutation may run, in milliseconds; a caller's own deadline may be shorter.
    #[schemars(range(min = 100, max = 3_600_000))]
    pub request_timeout_ms: u64,
    /// The longest a call to another subgraph may take, in milliseconds.
    #[schemars(range(min = 100, max = 600_000))]
    pub peer_timeout_ms: u64,
    /// What a document may ask for and its answer come to: more than at the gateway, whose documents arrive here with
    /// fragments expanded.
    pub limits: Limits,
    /// Memory that the parsed documents of a subgraph take, in MiB.
    #[schemars(range(min = 1, max = 65_536))]
    pub document_cache_mib: u64,
    /// Open subscriptions of one WebSocket connection (the router multiplexes its own over few).
    #[schemars(range(min = 1, max = 1_000_000))]
    pub subscriptions_per_connection: usize,
    /// How long a WebSocket may take to introduce itself, in milliseconds.
    #[schemars(range(min = 100, max = 600_000))]
    pub websocket_init_timeout_ms: u64,
    /// How often an open subscription's caller is checked again, in milliseconds.
    #[schemars(range(min = 100, max = 3_600_000))]
    pub recheck_interval_ms: u64,
    /// How long requests may take to end when the process stops, in milliseconds.
    #[schemars(range(min = 0, max = 3_600_000))]
    pub shutdown_grace_ms: u64,
    /// Connections open at once on one listener; more wait in the backlog of the operating system. Fewer where the
    /// process may not open as many files.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub max_connections: usize,
    /// Connections open at once of one address (of IPv6: of one /64); more are closed at once. A router is one
    /// address.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub max_connections_per_address: usize,
    /// For the head of a request, in milliseconds.
    #[schemars(range(min = 100, max = 600_000))]
    pub header_timeout_ms: u64,
    /// How long a connection may carry no request, in milliseconds: longer than routers and proxies keep idle ones.
    #[schemars(range(min = 100, max = 3_600_000))]
    pub idle_timeout_ms: u64,
    /// For the body of a request, in milliseconds; each 32 KiB that have come give it a second more.
    #[schemars(range(min = 100, max = 3_600_000))]
    pub body_timeout_ms: u64,
    /// For a client to take some of what waits for it, in milliseconds.
    #[schemars(range(min = 100, max = 3_600_000))]
    pub write_timeout_ms: u64,
    /// Names by which subgraphs may be called, such as `catalog` or `*.shop.svc`, without port; `*` for any. Their
    /// own addresses and the names of loopback always are. None: those alone on loopback, any elsewhere.
    pub allowed_hosts: Vec<String>,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            body_limit: 2 << 20,
            request_timeout_ms: 30_000,
            peer_timeout_ms: 5_000,
            limits: Limits::behind_router(),
            document_cache_mib: 4,
            subscriptions_per_connection: 10_000,
            websocket_init_timeout_ms: 10_000,
            recheck_interval_ms: 2_000,
            shutdown_grace_ms: 10_000,
            max_connections: 10_000,
            max_connections_per_address: 5_000,
            header_timeout_ms: 30_000,
            idle_timeout_ms: 120_000,
            body_timeout_ms: 15_000,
            write_timeout_ms: 30_000,
            allowed_hosts: Vec::new(),
        }
    }
}
