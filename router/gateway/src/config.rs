//! The gateway's configuration: a section each for listening, limits, HTTP, subscriptions, identity, rate limits and
//! forwarding. Every field has a default, so that an empty section is a working one.

mod duration;
mod edge;
mod identity;

pub use edge::{
    CorsConfig, ForwardConfig, HeaderRule, Quota, RateLimitConfig, SubscriptionConfig, TimeoutConfig,
};
pub use identity::JwtConfig;

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use router_limits::Limits;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// Loopback, RFC 1918, and unique local addresses of IPv6.
const PRIVATE_NETWORKS: &[&str] =
    &["127.0.0.0/8", "::1/128", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

/// The edge of the installation.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GatewayConfig {
    /// Address and port to listen on. Default: 127.0.0.1:4000.
    #[schemars(with = "String")]
    pub listen: SocketAddr,
    /// Path of the GraphQL endpoint, for HTTP, SSE and WebSocket alike. Default: /graphql.
    pub path: String,
    /// Answer introspection queries, and suggest names in place of unknown ones. Default: with the demo on loopback
    /// alone.
    pub introspection: Option<bool>,
    /// Serve GraphiQL at `/` and to browsers that open the endpoint. Default: with the demo on loopback alone.
    pub graphiql: Option<bool>,
    /// What is hidden of the errors of subgraphs. Default: internal.
    pub error_masking: ErrorMasking,
    /// What of the `extensions` of subgraphs' errors clients get, beside `code`; with `error_masking = "off"`
    /// everything. Default: field, retryAfter.
    pub error_extensions: Vec<String>,
    /// What a subgraph's forbidden fields do to an operation; a mutation with a root field that is forbidden is refused
    /// as a whole in any case. Default: filter.
    pub unauthorized: Unauthorized,
    /// The largest body of a request, in bytes, after decompression. Default: 2 MiB.
    #[schemars(range(min = 1_024, max = 1_073_741_824))]
    pub max_body_bytes: usize,
    /// Connections open at once, WebSockets among them; more wait in the backlog of the operating system. Fewer where
    /// the process may not open as many files. Default: 20000.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub max_connections: usize,
    /// Connections open at once of one address (of IPv6: of one /64), unless it is a trusted proxy's; more are closed
    /// at once. Default: 256.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub max_connections_per_address: usize,
    /// Bytes of answers that wait for their clients to read them, of all clients together. Who finds no room for its
    /// answer within a second is refused (`OVERLOADED`); a stream ends as that of a slow reader. Default: 256 MiB.
    #[schemars(range(min = 65_536, max = 1_099_511_627_776_u64))]
    pub max_waiting_bytes: usize,
    /// The same of the clients of one address (of IPv6: of one /64). Default: 32 MiB.
    #[schemars(range(min = 65_536, max = 1_099_511_627_776_u64))]
    pub max_waiting_bytes_per_address: usize,
    /// Bytes of what clients send that are held: of bodies (after decompression) until their requests are answered, of
    /// messages of WebSockets, and of the variables of operations that run and subscriptions that are open. Who finds
    /// no room is refused (`OVERLOADED`). Default: 256 MiB.
    #[schemars(range(min = 65_536, max = 1_099_511_627_776_u64))]
    pub max_body_bytes_open: usize,
    /// The same of the clients of one address (of IPv6: of one /64). Default: 32 MiB.
    #[schemars(range(min = 65_536, max = 1_099_511_627_776_u64))]
    pub max_body_bytes_open_per_address: usize,
    /// Names by which the gateway may be called, such as `shop.example` or `*.shop.example`, without port; `*` for
    /// any. Requests to other names are refused, for a page of another site could have made one lead here. The
    /// gateway's own address and the names of loopback always are allowed. None: those alone on loopback, any
    /// elsewhere. Default: none.
    pub allowed_hosts: Vec<String>,
    /// Memory that cached documents and their plans take, in MiB, half of it for either. Default: 16.
    #[schemars(range(min = 1, max = 65_536))]
    pub document_cache_mib: u64,
    /// Addresses or networks of proxies whose `X-Forwarded-For` is believed. Default: none.
    #[serde(deserialize_with = "networks")]
    #[schemars(with = "Vec<String>")]
    pub trusted_proxies: Vec<IpNet>,
    /// Addresses or networks that may read `/metrics` and the details of `/api/status`. Behind a proxy, name the proxy in
    /// `trusted_proxies`, or its own address counts. Default: loopback and private networks.
    #[serde(deserialize_with = "networks")]
    #[schemars(with = "Vec<String>")]
    pub operator_networks: Vec<IpNet>,
    /// Headers that a browser cannot send to another site without asking first; one of them turns a request that
    /// looks like a cross-site form or image into an accepted one.
    /// Default: x-requested-with, apollo-require-preflight, graphql-require-preflight.
    pub csrf_headers: Vec<String>,
    /// Labels of `@override(label:)` that hold for every request; `percent(x)` holds for its share without being
    /// named. Default: none.
    pub override_labels: Vec<String>,
    /// Which requests to one subgraph go together. Default: branches.
    pub batching: Batching,
    /// Ask a subgraph once where several requests need the same of it at the same time, by the same caller and with
    /// the same headers. An answer may then be as old as the request that was under way. Default: false.
    pub deduplicate_fetches: bool,
    /// Limits on documents.
    pub limits: Limits,
    pub timeouts: TimeoutConfig,
    pub cors: CorsConfig,
    pub subscriptions: SubscriptionConfig,
    pub rate_limit: RateLimitConfig,
    /// Check of clients' tokens; absent means that tokens are not accepted.
    pub jwt: Option<JwtConfig>,
    /// Headers of clients that subgraphs get. Default: none.
    pub propagate: Vec<HeaderRule>,
    /// Path prefixes that are passed on as they are (webhooks, uploads, key sets). Default: none.
    pub forward: Vec<ForwardConfig>,
}

impl Default for GatewayConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 4000)),
            path: "/graphql".to_owned(),
            introspection: None,
            graphiql: None,
            error_masking: ErrorMasking::Internal,
            error_extensions: vec!["field".to_owned(), "retryAfter".to_owned()],
            unauthorized: Unauthorized::Filter,
            max_body_bytes: 2 << 20,
            max_connections: 20_000,
            max_connections_per_address: 256,
            max_waiting_bytes: 256 << 20,
            max_waiting_bytes_per_address: 32 << 20,
            max_body_bytes_open: 256 << 20,
            max_body_bytes_open_per_address: 32 << 20,
            allowed_hosts: Vec::new(),
            document_cache_mib: 16,
            trusted_proxies: Vec::new(),
            operator_networks: PRIVATE_NETWORKS.iter().filter_map(|network| network.parse().ok()).collect(),
            csrf_headers: ["x-requested-with", "apollo-require-preflight", "graphql-require-preflight"]
                .map(str::to_owned)
                .to_vec(),
            override_labels: Vec::new(),
            batching: Batching::Branches,
            deduplicate_fetches: false,
            limits: Limits::default(),
            timeouts: TimeoutConfig::default(),
            cors: CorsConfig::default(),
            subscriptions: SubscriptionConfig::default(),
            rate_limit: RateLimitConfig::default(),
            jwt: None,
            propagate: Vec::new(),
            forward: Vec::new(),
        }
    }
}

impl GatewayConfig {
    /// Whether introspection queries are answered.
    pub fn answers_introspection(&self) -> bool {
        self.introspection.unwrap_or(false)
    }

    /// Whether GraphiQL is served.
    pub fn serves_graphiql(&self) -> bool {
        self.graphiql.unwrap_or(false)
    }
}

/// What is hidden of the errors of subgraphs. What is hidden is logged once, under the trace id that the client gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum ErrorMasking {
    /// Nothing: for development.
    Off,
    /// The text of errors with the code INTERNAL, which may tell about the inside.
    Internal,
    /// The text of those, and of every error without a code.
    Uncoded,
}

/// Which requests for entities of one subgraph go together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Batching {
    /// Those that wait for the same: no branch of an operation waits for what another needs.
    Branches,
    /// Those at the same stage: fewer requests, of which each waits for the slowest that it serves.
    Stages,
}

/// What fields that the caller may not see do to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Unauthorized {
    /// They are left out, answered by null and an error; the rest is answered.
    Filter,
    /// The whole operation is refused.
    Refuse,
}

/// Networks such as `10.0.0.0/8`, and single addresses.
fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let read = |text: String| {
        let address = text.parse::<IpAddr>().map(IpNet::from);
        address.or_else(|_| text.parse::<IpNet>()).map_err(|_| {
            D::Error::custom(format!("`{text}` is neither an address nor a network such as 10.0.0.0/8"))
        })
    };
    Vec::<String>::deserialize(deserializer)?.into_iter().map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_section_is_the_default_and_unknown_settings_are_refused() {
        let empty: GatewayConfig = serde_json::from_str("{}").unwrap();
        let defaults = serde_json::to_value(GatewayConfig::default()).unwrap();
        assert_eq!(serde_json::to_value(&empty).unwrap(), defaults);
        assert_eq!(empty.operator_networks.len(), PRIVATE_NETWORKS.len());
        assert!(serde_json::from_value::<GatewayConfig>(defaults).is_ok());
        for wrong in
            [r#"{"lissten":"127.0.0.1:1"}"#, r#"{"timeouts":{"request_s":1}}"#, r#"{"listen":"here"}"#]
        {
            assert!(serde_json::from_str::<GatewayConfig>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn every_setting_is_described_in_the_schema() {
        let schema = serde_json::to_value(schemars::schema_for!(GatewayConfig)).unwrap();
        let sections = schema["$defs"].as_object().unwrap().values().chain([&schema]);
        for section in sections {
            for (name, setting) in section["properties"].as_object().into_iter().flatten() {
                let described = setting.get("description").is_some() || setting.get("$ref").is_some();
                assert!(described, "{name}: {setting}");
            }
        }
    }
}
