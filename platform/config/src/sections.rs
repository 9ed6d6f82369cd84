//! The sections that the platform itself needs.

use std::num::NonZeroU32;

use platform_text::Country;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};

/// Where a subgraph keeps its data.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct DatabaseConfig {
    /// `sqlite://…` or `postgres://…`. `{subgraph}` is replaced by the subgraph's name, and must be in a SQLite URL; a
    /// PostgreSQL URL without it gets a schema per subgraph in that one database. Empty means a SQLite file per subgraph
    /// in the data folder.
    pub url: String,
    /// A read replica of a PostgreSQL server, for reads that may lag; empty means the primary serves them, as it does while
    /// the replica is away. One that cannot be reached at the start is refused.
    pub replica_url: String,
    /// The most connections a subgraph opens to its database (for SQLite: to read; one more writes).
    #[schemars(range(min = 1, max = 1_000))]
    pub max_connections: NonZeroU32,
    /// How long a request waits for a connection, in milliseconds.
    #[schemars(range(min = 100, max = 600_000))]
    pub acquire_timeout_ms: u64,
    /// The longest a statement may run on PostgreSQL, in milliseconds.
    #[schemars(range(min = 100, max = 3_600_000))]
    pub statement_timeout_ms: u64,
    /// Whether SQLite waits for the disk at a commit. With `full` what was answered survives a power loss. With `normal`,
    /// which is faster, it survives the end of the process alone: after a power loss every subgraph may have forgotten
    /// its last moments, and not the same ones.
    pub synchronous: Synchronous,
}

/// `full` survives a power loss; `normal` survives a crash of the process, and is faster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Synchronous {
    Full,
    Normal,
}

impl Default for DatabaseConfig {
    fn default() -> Self {
        Self {
            url: String::new(),
            replica_url: String::new(),
            max_connections: NonZeroU32::MIN.saturating_add(7),
            acquire_timeout_ms: 5_000,
            statement_timeout_ms: 15_000,
            synchronous: Synchronous::Full,
        }
    }
}

/// How events leave a subgraph's outbox and how failing ones are treated.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EventsConfig {
    /// How often a consumer looks for events when nothing wakes it, in milliseconds.
    #[schemars(range(min = 10, max = 3_600_000))]
    pub poll_interval_ms: u64,
    /// The most events read at once.
    #[schemars(range(min = 1, max = 10_000))]
    pub batch: u64,
    /// Attempts before an event goes to the dead letters.
    #[schemars(range(min = 1, max = 1_000))]
    pub max_attempts: u32,
    /// First pause after a failure, in milliseconds; doubles with each attempt.
    #[schemars(range(min = 1, max = 3_600_000))]
    pub retry_base_ms: u64,
    /// The longest pause between attempts, in milliseconds.
    #[schemars(range(min = 1, max = 86_400_000))]
    pub retry_max_ms: u64,
    /// How long published events are kept for replay, in days.
    #[schemars(range(min = 1, max = 3_650))]
    pub retention_days: u32,
}

impl Default for EventsConfig {
    fn default() -> Self {
        Self {
            poll_interval_ms: 1_000,
            batch: 200,
            max_attempts: 8,
            retry_base_ms: 200,
            retry_max_ms: 30_000,
            retention_days: 30,
        }
    }
}

/// Durable jobs, schedules and sagas.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct JobsConfig {
    /// How often due work is looked for when nothing wakes the worker, in milliseconds.
    #[schemars(range(min = 10, max = 3_600_000))]
    pub poll_interval_ms: u64,
    /// How long a worker may hold a job or saga without renewing its lease, in milliseconds.
    #[schemars(range(min = 1_000, max = 3_600_000))]
    pub lease_ms: u64,
    /// How many jobs or sagas a process runs at once.
    #[schemars(range(min = 1, max = 1_000))]
    pub concurrency: usize,
}

impl Default for JobsConfig {
    fn default() -> Self {
        Self { poll_interval_ms: 1_000, lease_ms: 15_000, concurrency: 16 }
    }
}

/// Caches and the fan-out of live updates.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct CacheConfig {
    /// The most memory of the in-process cache of one subgraph, in MiB.
    #[schemars(range(min = 1, max = 65_536))]
    pub max_mib: u64,
    /// The longest an entry lives in process, in milliseconds.
    #[schemars(range(min = 0, max = 86_400_000))]
    pub local_ttl_ms: u64,
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self { max_mib: 32, local_ttl_ms: 10_000 }
    }
}

/// Where the shop sells, and where it is at home.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct SalesConfig {
    /// Countries that are sold to, by ISO 3166-1 alpha-2: requests may name them as their market, and orders may go
    /// there once a tax zone covers them. Both are refused for any other.
    #[serde(deserialize_with = "some_countries")]
    #[schemars(with = "Vec<String>")]
    pub countries: Vec<Country>,
    /// The shop's own country, by ISO 3166-1 alpha-2, one of `countries`. Prices in a currency that is no country's own, such as EUR, are
    /// entered as prices in its tax zone are; a business with a valid VAT id is exempt outside of it.
    #[schemars(with = "String")]
    pub home_country: Country,
}

fn some_countries<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Country>, D::Error> {
    let countries = Vec::<Country>::deserialize(deserializer)?;
    if countries.is_empty() {
        return Err(serde::de::Error::custom("name at least one country that is sold to"));
    }
    Ok(countries)
}

impl Default for SalesConfig {
    fn default() -> Self {
        let codes = ["AT", "BE", "CH", "DE", "ES", "FR", "GB", "IE", "IT", "JP", "NL", "US"];
        let countries = codes.iter().filter_map(|code| Country::parse("countries", code).ok()).collect();
        Self { countries, home_country: Country::DE }
    }
}

/// What becomes of an order after it is paid.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct FulfilmentConfig {
    /// For how many days after its delivery an order can be returned; then it is completed, and the points that were
    /// earned by it can be spent. With 0 it is completed when it is delivered.
    #[schemars(range(min = 0, max = 365))]
    pub return_days: u16,
    /// The points that a buyer earns by an order once it is completed, in hundredths of a percent of what was paid for it in
    /// money and not refunded: 100 is a point for each 1.00. With 0 none are earned.
    #[schemars(range(min = 0, max = 10_000))]
    pub points_earned_bps: u16,
    /// Whether routes are planned by themselves for couriers who are free. Otherwise staff has them planned.
    pub plan_routes: bool,
    /// For how many days it is kept where couriers were.
    #[schemars(range(min = 1, max = 365))]
    pub position_days: u16,
    /// For how many days photos are kept that couriers took as proof of a delivery.
    #[schemars(range(min = 1, max = 3_650))]
    pub proof_days: u16,
    /// Outside carriers, which bring what sellers give them; the others are brought by the own couriers.
    pub carriers: Vec<CarrierConfig>,
    /// Whether the sandbox's carrier is served, which brings nothing, below `/logistics/sandbox-carrier`. With demo data it is,
    /// and is one of the carriers.
    pub sandbox_carrier: bool,
    /// Lines with the name and address of the sender, at most five of 60 characters, as they stand on labels of shipments.
    pub label_sender: Vec<String>,
    /// File with a TrueType or OpenType font for what DejaVu Sans does not have, such as Chinese and Japanese: labels are
    /// printed with it. Empty: such characters are boxes.
    pub label_font_file: String,
    /// What the link begins with by which a delivery is followed, such as `https://shop.example.com/track/`: the tracking
    /// token comes after it. Labels show it as a QR code, mails about parcels have it. Empty: they have none; with demo data, the
    /// page of this process.
    pub tracking_url: String,
    /// Base URL of an OSRM server, such as `http://127.0.0.1:5000`, that knows the roads on which couriers drive. While it does
    /// not answer, ways are straight lines. Empty: the streets of the bundled town.
    pub osrm_url: String,
    /// How much longer a way by road is than the straight line, in percent of it, where OSRM does not answer.
    #[schemars(range(min = 100, max = 1_000))]
    pub straight_line_percent: u16,
    /// How fast couriers drive where OSRM does not answer, in kilometres per hour.
    #[schemars(range(min = 1, max = 130))]
    pub straight_line_kmh: u16,
    /// Base URL of a Nominatim server, such as `http://127.0.0.1:8080`, that knows where addresses are. It is told street, city,
    /// postal code and country of deliveries, and no name. While it does not answer, deliveries wait for it. Empty: the
    /// addresses of the bundled town.
    pub nominatim_url: String,
    /// How many addresses Nominatim is asked for in a second, at most: the public server allows one.
    #[schemars(range(min = 1, max = 1_000))]
    pub nominatim_per_second: NonZeroU32,
    /// How long OSRM and Nominatim may take for an answer, in milliseconds.
    #[schemars(range(min = 100, max = 60_000))]
    pub maps_timeout_ms: u64,
    /// Whom the operators of OSRM and Nominatim can write to, a mail address or the address of a page: part of the User-Agent
    /// that they are asked with. Public servers want one.
    pub maps_contact: String,
}

/// An outside carrier that speaks the API of docs/carriers.md.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CarrierConfig {
    /// What it is called here: up to 32 of a-z, 0-9 and `-`. It never changes, for shipments are kept with it.
    pub name: String,
    /// Base URL of its API, such as `https://carrier.example.com/v1`.
    pub url: String,
    /// File with the token that goes with each request. Empty: none does.
    #[serde(default)]
    pub token_file: String,
    /// File with the secret of its webhooks, `whsec_` and base64. They come to `/logistics/webhooks/` and its name. Empty: none
    /// is believed, and the carrier is asked every quarter of an hour.
    #[serde(default)]
    pub webhook_secret_file: String,
}

impl Default for FulfilmentConfig {
    fn default() -> Self {
        Self {
            return_days: 14,
            points_earned_bps: 100,
            plan_routes: true,
            position_days: 30,
            proof_days: 180,
            carriers: Vec::new(),
            sandbox_carrier: false,
            label_sender: vec!["Souk".to_owned()],
            label_font_file: String::new(),
            tracking_url: String::new(),
            osrm_url: String::new(),
            straight_line_percent: 130,
            straight_line_kmh: 30,
            nominatim_url: String::new(),
            nominatim_per_second: NonZeroU32::MIN,
            maps_timeout_ms: 5_000,
            maps_contact: String::new(),
        }
    }
}

/// What support may give back.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct RefundsConfig {
    /// The most that support may refund of one order by its pieces and shipping, in money and points, in minor units of
    /// the order's currency: 10000 is 100.00 EUR or 10000 JPY. Whoever has the scope `payments:manage` refunds beyond it,
    /// and what they refund does not count. With 0 support refunds nothing. Calling an order off before it is delivered
    /// is not limited.
    #[schemars(range(min = 0, max = 1_000_000_000))]
    pub support_limit_minor: i64,
}

impl Default for RefundsConfig {
    fn default() -> Self {
        Self { support_limit_minor: 10_000 }
    }
}

/// Keys and lifetimes of tokens.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct AuthConfig {
    /// `iss` of the tokens given to clients.
    #[schemars(length(min = 1))]
    pub issuer: String,
    /// `aud` of the tokens given to clients.
    #[schemars(length(min = 1))]
    pub audience: String,
    /// File with the Ed25519 private key (PEM, PKCS#8) that signs identities between processes. Every process of an
    /// installation needs the same one. Empty: `keys/internal.pem` in the data folder, made at the first start.
    pub internal_key_file: String,
    /// File with the key that encrypts the private keys by which clients' tokens are signed, in the database of users:
    /// 32 bytes in base64, as `openssl rand -base64 32` makes them. Every process that serves users needs the same
    /// one. Empty: they are stored as they are, and whoever reads that database can sign tokens. Where it is set later,
    /// the keys that are stored are encrypted at the next start.
    pub signing_key_encryption_file: String,
    /// Lifetime of an access token, in seconds.
    #[schemars(range(min = 10, max = 2_592_000))]
    pub access_ttl_s: u64,
    /// Lifetime of a refresh token, in seconds.
    #[schemars(range(min = 60, max = 31_536_000))]
    pub refresh_ttl_s: u64,
    /// Memory of one argon2id hash, in KiB.
    #[schemars(range(min = 8, max = 1_048_576))]
    pub argon2_memory_kib: u32,
    /// Passes of one argon2id hash.
    #[schemars(range(min = 1, max = 100))]
    pub argon2_passes: u32,
}

impl Default for AuthConfig {
    fn default() -> Self {
        Self {
            issuer: "souk".to_owned(),
            audience: "souk-clients".to_owned(),
            internal_key_file: String::new(),
            signing_key_encryption_file: String::new(),
            access_ttl_s: 3_600,
            refresh_ttl_s: 86_400,
            argon2_memory_kib: 19_456,
            argon2_passes: 2,
        }
    }
}

/// How mails leave.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MailConfig {
    /// `smtps://user:password@host` or `smtp://user:password@host:587` (with STARTTLS, unless the host is this machine
    /// or the URL says `?tls=opportunistic`), or `folder`, which writes files instead. Empty: `folder` with demo data;
    /// without it users is not served, since nobody could register or choose a new password. No server is given mail to
    /// an address of the demo (`demo.souk.example`).
    pub url: String,
    /// Address of the sender, such as `shop@example.com`; SMTP needs one.
    pub from: String,
    /// Name of the sender.
    pub from_name: String,
    /// Where `folder` writes mails. Empty: `users/mail` in the data folder.
    pub folder: String,
    /// The longest that one conversation with the mail server may take, in milliseconds.
    #[schemars(range(min = 100, max = 600_000))]
    pub timeout_ms: u64,
    pub limits: MailLimits,
}

/// How many mails anybody can have sent: codes for registering, for a new password, for confirming an address and for
/// orders. More are refused with RATE_LIMITED until enough time has passed; they come back one by one.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct MailLimits {
    /// The most that one network (an IPv4 address, or the /64 of an IPv6 address) can have sent within the period, to
    /// whichever addresses. Behind one network can be a whole office.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub per_network: u32,
    /// The most that one address gets within the period, from whomever.
    #[schemars(range(min = 1, max = 10_000_000))]
    pub per_address: u32,
    /// The period, in seconds.
    #[schemars(range(min = 1, max = 2_592_000))]
    pub period_s: u32,
}

impl Default for MailLimits {
    fn default() -> Self {
        Self { per_network: 60, per_address: 10, period_s: 3_600 }
    }
}

impl Default for MailConfig {
    fn default() -> Self {
        Self {
            url: String::new(),
            from: String::new(),
            from_name: "Souk".to_owned(),
            folder: String::new(),
            timeout_ms: 20_000,
            limits: MailLimits::default(),
        }
    }
}

/// Logs and metrics.
#[derive(Debug, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct TelemetryConfig {
    /// Filter in the syntax of `RUST_LOG`.
    pub filter: String,
    /// Logs as JSON, a line each.
    pub json: bool,
}

impl Default for TelemetryConfig {
    fn default() -> Self {
        Self { filter: "warn,souk=info".to_owned(), json: false }
    }
}
