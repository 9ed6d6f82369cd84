//! The gateway as a value: built once from a configuration, a supergraph and the ways to reach its subgraphs, then
//! served, reloaded and stopped.

use std::sync::Arc;
use std::time::Instant;

use arc_swap::ArcSwap;
use axum::Router;
use platform_core::{Clock, Ids};
use platform_listener::{Bodies, Shares};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::auth::{Authenticator, RevocationList, RevocationSource};
use crate::builder::GatewayBuilder;
use crate::config::GatewayConfig;
use crate::edge::{AllowedOrigins, CsrfGuard, Propagation, RateLimiter, TrustedProxies};
use crate::engine::{Engine, Masking, TransportFactory};
use crate::error::GatewayError;
use crate::event_stream::EventStreams;
use crate::forward::Mounts;
use crate::ops::{Metrics, Probes};
use crate::places::Places;
use crate::waiting::Waiting;

/// How long the start waits for the list of revocations.
const FIRST_POLL: std::time::Duration = std::time::Duration::from_secs(1);

/// What every request and connection uses.
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

/// A running edge. Cloning shares it.
#[derive(Clone)]
pub struct Gateway {
    pub(crate) shared: Arc<Shared>,
    pub(crate) mounts: Arc<Mounts>,
    pub(crate) transports: TransportFactory,
    pub(crate) revocation_source: Option<Arc<dyn RevocationSource>>,
}

impl Gateway {
    /// Starts from a supergraph's SDL and the factory of its subgraphs' transports.
    pub fn builder(
        config: GatewayConfig,
        supergraph_sdl: impl Into<String>,
        transports: TransportFactory,
    ) -> GatewayBuilder {
        GatewayBuilder::new(config, supergraph_sdl.into(), transports)
    }

    /// Replaces the supergraph. Plans of the most used documents are made first; requests and subscriptions under way
    /// end on the old one. On an error everything stays as it is.
    pub async fn reload(&self, supergraph_sdl: &str) -> Result<(), GatewayError> {
        let older = self.shared.engine.load_full();
        let (sdl, transports, config) =
            (supergraph_sdl.to_owned(), self.transports.clone(), self.shared.config.clone());
        let newer = tokio::task::spawn_blocking(move || Engine::build(&sdl, &transports, &config))
            .await
            .map_err(|_| GatewayError::Supergraph("reading it failed".to_owned()))??;
        newer.warm_up(&older).await;
        self.shared.engine.store(Arc::new(newer));
        tracing::info!("the supergraph was replaced");
        Ok(())
    }

    /// The whole edge as a service, for servers other than [`Gateway::serve`].
    pub fn router(&self) -> Router {
        crate::routes::router(self)
    }

    /// The list of revocations, for processes that hear of one before it is polled.
    pub fn revocations(&self) -> &RevocationList {
        &self.shared.revocations
    }

    /// Reads the revocations once, as long as that takes no more than a moment, then keeps reading them.
    pub(crate) async fn start_background(&self) {
        if let Some(source) = self.revocation_source.clone() {
            let first = self.shared.revocations.poll(source.as_ref());
            match tokio::time::timeout(FIRST_POLL, first).await {
                Ok(Ok(())) => {}
                Ok(Err(error)) => tracing::warn!(%error, "revocations cannot be read yet"),
                Err(_) => tracing::warn!("revocations cannot be read yet: no answer in time"),
            }
            let (list, stopping) = (self.shared.revocations.clone(), self.shared.stopping.clone());
            self.shared.tasks.spawn(async move {
                stopping.run_until_cancelled(list.keep_polling(source)).await;
            });
        }
    }
}
