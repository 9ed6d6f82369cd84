//! Sections about the wire: time limits, CORS, subscriptions, rate limits, headers, forwarding.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::duration;

/// How long things may take, in milliseconds.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TimeoutConfig {
    /// From the last byte of a query or mutation to its answer. Default: 30000.
    #[serde(with = "duration")]
    #[schemars(with = "u64", range(min = 100, max = 3_600_000))]
    pub request: Duration,
    /// For the head of a request. Default: 10000.
    #[serde(with = "duration")]
    #[schemars(with = "u64", range(min = 100, max = 600_000))]
    pub header: Duration,
    /// How long a connection may carry no request: longer than clients and proxies keep idle ones, of which many do for
    /// 60 or 90 seconds. Default: 120000.
    #[serde(with = "duration")]
    #[schemars(with = "u64", range(min = 100, max = 3_600_000))]
    pub idle: Duration,
    /// For the body of a request; each 32 KiB of a file that have come give it a second more. Default: 15000.
    #[serde(with = "duration")]
    #[schemars(with = "u64", range(min = 100, max = 3_600_000))]
    pub body: Duration,
    /// For a client to take some of what waits for it. Default: 30000.
    #[serde(with = "duration")]
    #[schemars(with = "u64", range(min = 100, max = 3_600_000))]
    pub write: Duration,
    /// For open requests and subscriptions to end once the process is told to stop. Default: 20000.
    #[serde(with = "duration")]
    #[schemars(with = "u64", range(min = 0, max = 3_600_000))]
    pub shutdown: Duration,
    /// For one probe of a subgraph by `/api/status`; one whose database is away says so after 1500. Default: 2000.
    #[serde(with = "duration")]
    #[schemars(with = "u64", range(min = 100, max = 60_000))]
    pub probe: Duration,
}

impl Default for TimeoutConfig {
    fn default() -> Self {
        Self {
            request: Duration::from_secs(30),
            header: Duration::from_secs(10),
            idle: Duration::from_secs(120),
            body: Duration::from_secs(15),
            write: Duration::from_secs(30),
            shutdown: Duration::from_secs(20),
            probe: Duration::from_secs(2),
        }
    }
}

/// Which pages of other sites may use the endpoint from a browser.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CorsConfig {
    /// Origins such as `https://shop.example`; `*` for any. They hold for WebSockets too. The gateway's own origin is
    /// always accepted. Default: none.
    pub origins: Vec<String>,
    /// How long a browser may remember the answer to a preflight, in seconds. Default: 0.
    #[schemars(range(min = 0, max = 86_400))]
    pub max_age_s: u64,
}

/// Live connections.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SubscriptionConfig {
    /// Time for `connection_init`, in milliseconds. Default: 5000.
    #[serde(with = "duration")]
    #[schemars(with = "u64", range(min = 100, max = 600_000))]
    pub init_timeout: Duration,
    /// Pause between signs of life on an idle connection, in milliseconds. A WebSocket that answers none of two is
    /// closed. Default: 12000.
    #[serde(with = "duration")]
    #[schemars(with = "u64", range(min = 1_000, max = 3_600_000))]
    pub keep_alive: Duration,
    /// Operations at once on one WebSocket. Default: 50.
    #[schemars(range(min = 1, max = 100_000))]
    pub max_operations: usize,
    /// Subscriptions at once over all connections. Default: 20000.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub max_subscriptions: usize,
    /// Subscriptions at once of the clients of one address (of IPv6: of one /64). Default: 2000.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub max_subscriptions_per_address: usize,
    /// Subscriptions at once of one signed-in user or partner, over all of its addresses. Default: 500.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub max_subscriptions_per_user: usize,
    /// Messages that wait for a slow reader of one connection. Default: 64.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub queue: usize,
    /// Bytes of the messages that wait for a slow reader of one connection; one larger message waits alone. Default:
    /// 8 MiB.
    #[schemars(range(min = 1_024, max = 1_073_741_824))]
    pub queue_bytes: usize,
    /// Events that are answered at once, over all subscriptions; those of one address (of IPv6: of one /64) take half
    /// of that at most, the rest waits. Default: twice the processors, at least 8.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub events_at_once: Option<usize>,
    /// How long a full queue is borne before the connection is closed, in milliseconds. Default: 5000.
    #[serde(with = "duration")]
    #[schemars(with = "u64", range(min = 0, max = 600_000))]
    pub slow_reader: Duration,
}

impl Default for SubscriptionConfig {
    fn default() -> Self {
        Self {
            init_timeout: Duration::from_secs(5),
            keep_alive: Duration::from_secs(12),
            max_operations: 50,
            max_subscriptions: 20_000,
            max_subscriptions_per_address: 2_000,
            max_subscriptions_per_user: 500,
            queue: 64,
            queue_bytes: 8 << 20,
            events_at_once: None,
            slow_reader: Duration::from_secs(5),
        }
    }
}

/// A rate and how far it may be exceeded for a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// Operations per second in the long run.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub per_second: u32,
    /// Operations at once after a pause.
    #[schemars(range(min = 1, max = 1_000_000))]
    pub burst: u32,
}

/// How many operations a caller may run. Each operation of a batch counts, each root field of a mutation, and a dear
/// operation counts as several. Each event of a subscription counts, too: a caller that has spent its account waits for
/// its next event.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RateLimitConfig {
    /// Count and refuse. Default: true.
    pub enabled: bool,
    /// Guests, and refused credentials, by address (IPv6: by /64). Default: 10 a second, burst 20.
    pub address: Quota,
    /// Signed-in users, each over all of its addresses. Default: 30 a second, burst 60.
    pub user: Quota,
    /// Partners with an API key, unless the key has a rate of its own. Default: 100 a second, burst 200.
    pub partner: Quota,
    /// How much cost one operation may have; one that has more counts as another for each time that much is begun.
    /// Default: 1000.
    #[schemars(range(min = 1, max = 1_000_000_000))]
    pub cost_per_operation: u64,
    /// How many bytes the answer to one operation may have; one that has more counts as another for each time that
    /// many are begun. It is charged when the answer is made, so that the next operation may have to wait.
    /// Default: 256 KiB.
    #[schemars(range(min = 1_024, max = 1_073_741_824))]
    pub bytes_per_operation: usize,
    /// Requests that are passed on as they are (webhooks, pictures, key sets), by address. Default: 100 a second,
    /// burst 400.
    pub forwarded: Quota,
    /// Root fields of queries that count as an operation each time they are asked for, as each of a mutation does:
    /// those that answer a guess. Default: none.
    pub counted_fields: Vec<String>,
    /// Callers remembered at once; the longest idle are forgotten first. Default: 200000.
    #[schemars(range(min = 1, max = 100_000_000))]
    pub max_callers: u64,
}

impl Default for RateLimitConfig {
    fn default() -> Self {
        Self {
            enabled: true,
            address: Quota { per_second: 10, burst: 20 },
            user: Quota { per_second: 30, burst: 60 },
            partner: Quota { per_second: 100, burst: 200 },
            cost_per_operation: 1_000,
            bytes_per_operation: 256 << 10,
            forwarded: Quota { per_second: 100, burst: 400 },
            counted_fields: Vec::new(),
            max_callers: 200_000,
        }
    }
}

/// A header of the client's request that subgraphs get.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HeaderRule {
    /// Its name in the client's request.
    pub name: String,
    /// Its name in requests to subgraphs; absent: the same.
    #[serde(default)]
    pub rename: Option<String>,
    /// Its value when the client sends none; absent: the header is not sent.
    #[serde(default)]
    pub default: Option<String>,
}

/// A path prefix that is passed on to another server.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ForwardConfig {
    /// Such as `/webhooks/payments`; everything below it is passed on with its path unchanged.
    pub prefix: String,
    /// Where to: `http://host:port`.
    pub url: String,
    /// The largest body, in bytes; absent: that of GraphQL requests.
    #[serde(default)]
    #[schemars(range(min = 1, max = 1_073_741_824))]
    pub max_body_bytes: Option<usize>,
}
