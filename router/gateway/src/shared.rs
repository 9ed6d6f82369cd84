//! What every request and connection uses.

use std::sync::Arc;
use std::time::Instant;

use arc_swap::ArcSwap;
use platform_core::{Clock, Ids};
use platform_listener::{Bodies, Shares};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::auth::{Authenticator, RevocationList};
use crate::config::GatewayConfig;
use crate::edge::{AllowedOrigins, CsrfGuard, Propagation, RateLimiter, TrustedProxies};
use crate::engine::{Engine, Masking};
use crate::metrics::Metrics;
use crate::places::Places;
use crate::probes::Probes;
use crate::reservations::EventStreams;
use crate::waiting::Waiting;

/// One for the life of a gateway; only the engine is replaced.
pub struct Shared {
    pub config: GatewayConfig,
    pub engine: ArcSwap<Engine>,
    pub authenticator: Arc<dyn Authenticator>,
    pub revocations: RevocationList,
    pub rate_limiter: RateLimiter,
    pub proxies: TrustedProxies,
    pub origins: AllowedOrigins,
    pub csrf: CsrfGuard,
    pub propagation: Propagation,
    pub masking: Masking,
    pub metrics: Metrics,
    pub metrics_text: Box<dyn Fn() -> String + Send + Sync>,
    pub probes: Probes,
    pub subscriptions: Places,
    /// Answers that are not written yet.
    pub waiting: Waiting,
    /// What clients send, while it is held.
    pub bodies: Bodies,
    /// Operations of WebSockets and event streams that are beginning: until they have their answer, or their stream.
    pub beginning: Arc<Shares>,
    /// Events that are being answered.
    pub events: Arc<Shares>,
    pub event_streams: EventStreams,
    pub ids: Ids,
    pub clock: Arc<dyn Clock>,
    pub welcome: Option<String>,
    /// Cancelled when the process is told to stop: no new work, open subscriptions end.
    pub stopping: CancellationToken,
    /// Connections that outlive their HTTP request.
    pub tasks: TaskTracker,
    pub started: Instant,
}
