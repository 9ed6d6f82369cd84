//! How a [`Gateway`] is put together, and what is refused before it serves.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use axum::Router;
use http::HeaderName;
use platform_core::{Clock, Ids, SystemClock};
use platform_listener::{AllowedHosts, Bodies, Shares};
use prometheus::{Registry, TextEncoder};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::auth::{
    ApiKeyLookup, Authenticator, ContextResolver, HttpJwks, JwksSource, JwtVerifier, RevocationList,
    RevocationSource, StandardAuthenticator,
};
use crate::config::GatewayConfig;
use crate::edge::{AllowedOrigins, CsrfGuard, Propagation, RateLimiter, TrustedProxies, parse_origins};
use crate::engine::{Engine, Masking, TransportFactory};
use crate::error::GatewayError;
use crate::events;
use crate::forward::{Mounts, Takes, check_endpoint};
use crate::gateway::Gateway;
use crate::metrics::Metrics;
use crate::named;
use crate::places::Places;
use crate::probes::{Probe, Probes};
use crate::reservations::EventStreams;
use crate::shared::Shared;
use crate::waiting::Waiting;

/// How long revocations are remembered at least.
const MIN_RETENTION: Duration = Duration::from_secs(3_600);

/// Operations of WebSockets and event streams that one network begins at once; further ones wait for these. An operation
/// begins in milliseconds, unless its subgraphs are slow.
const BEGINNING: usize = 256;

/// Collects what a [`Gateway`] is made of.
pub struct GatewayBuilder {
    config: GatewayConfig,
    supergraph_sdl: String,
    transports: TransportFactory,
    authenticator: Option<Arc<dyn Authenticator>>,
    jwks: Option<Arc<dyn JwksSource>>,
    api_keys: Option<Arc<dyn ApiKeyLookup>>,
    context: Option<Arc<dyn ContextResolver>>,
    revocations: Option<Arc<dyn RevocationSource>>,
    probes: Vec<(String, Arc<dyn Probe>)>,
    registry: Registry,
    metrics_text: Option<Box<dyn Fn() -> String + Send + Sync>>,
    mounts: Mounts,
    clock: Arc<dyn Clock>,
    welcome: Option<String>,
    error_extensions: Option<Vec<&'static str>>,
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
}

impl GatewayBuilder {
    fn new(config: GatewayConfig, supergraph_sdl: String, transports: TransportFactory) -> Self {
        Self {
            config,
            supergraph_sdl,
            transports,
            authenticator: None,
            jwks: None,
            api_keys: None,
            context: None,
            revocations: None,
            probes: Vec::new(),
            registry: Registry::new(),
            metrics_text: None,
            mounts: Mounts::default(),
            clock: Arc::new(SystemClock),
            welcome: None,
            error_extensions: None,
        }
    }

    /// Replaces the standard authenticator; the section `jwt` and what else says who calls then have no effect.
    #[must_use]
    pub fn authenticator(mut self, authenticator: Arc<dyn Authenticator>) -> Self {
        self.authenticator = Some(authenticator);
        self
    }

    /// Where the keys of clients' tokens come from, instead of `jwt.jwks_url`.
    #[must_use]
    pub fn jwks(mut self, source: Arc<dyn JwksSource>) -> Self {
        self.jwks = Some(source);
        self
    }

    #[must_use]
    pub fn api_keys(mut self, lookup: Arc<dyn ApiKeyLookup>) -> Self {
        self.api_keys = Some(lookup);
        self
    }

    /// What is made of a request's headers and claims for the subgraphs; without it callers have no context.
    #[must_use]
    pub fn context(mut self, resolver: Arc<dyn ContextResolver>) -> Self {
        self.context = Some(resolver);
        self
    }

    #[must_use]
    pub fn revocations(mut self, source: Arc<dyn RevocationSource>) -> Self {
        self.revocations = Some(source);
        self
    }

    /// Adds a line to `/api/status`.
    #[must_use]
    pub fn probe(mut self, name: impl Into<String>, probe: Arc<dyn Probe>) -> Self {
        self.probes.push((name.into(), probe));
        self
    }

    /// The registry that gets the gateway's metrics.
    #[must_use]
    pub fn registry(mut self, registry: Registry) -> Self {
        self.registry = registry;
        self
    }

    /// What `/metrics` answers, instead of the registry's content.
    #[must_use]
    pub fn metrics_text(mut self, text: impl Fn() -> String + Send + Sync + 'static) -> Self {
        self.metrics_text = Some(Box::new(text));
        self
    }

    /// Serves a path and all below it by a service of this process, with its path unchanged.
    #[must_use]
    pub fn mount(mut self, prefix: impl Into<String>, service: Router) -> Self {
        self.mounts.in_process(prefix.into(), service, Takes::Whole);
        self
    }

    /// Like [`Self::mount`], by a service that takes the bodies of files as they come, and itself limits how much of them it
    /// holds.
    #[must_use]
    pub fn mount_files(mut self, prefix: impl Into<String>, service: Router) -> Self {
        self.mounts.in_process(prefix.into(), service, Takes::Streams);
        self
    }

    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The text that GraphiQL shows at first.
    #[must_use]
    pub fn welcome(mut self, text: impl Into<String>) -> Self {
        self.welcome = Some(text.into());
        self
    }

    /// All names that the subgraphs' errors have in their extensions: a setting that names another is refused.
    #[must_use]
    pub fn error_extensions(mut self, names: impl IntoIterator<Item = &'static str>) -> Self {
        self.error_extensions = Some(names.into_iter().collect());
        self
    }

    pub fn build(mut self) -> Result<Gateway, GatewayError> {
        let config = self.config;
        check_endpoint(&config.path)?;
        AllowedHosts::check_listed(&config.allowed_hosts)
            .map_err(|fault| GatewayError::Config(format!("allowed_hosts: {fault}")))?;
        let engine = Engine::build(&self.supergraph_sdl, &self.transports, &config)?;
        named::check(&config, engine.supergraph(), self.error_extensions.as_deref())?;
        let max_lifetime = config.jwt.as_ref().map(|jwt| jwt.max_lifetime + jwt.leeway).unwrap_or_default();
        let revocations = RevocationList::new(self.clock.clone(), max_lifetime.max(MIN_RETENTION));
        let authenticator = match self.authenticator {
            Some(own) => own,
            None => standard(&config, self.jwks, self.api_keys, self.context, &revocations, &self.clock)?,
        };
        let origins = parse_origins(&config.cors.origins)?;
        let csrf = parse_all::<HeaderName>("csrf_headers", &config.csrf_headers)?;
        self.mounts.configure(&config)?;
        let registry = self.registry;
        let waiting = Waiting::new(config.max_waiting_bytes, config.max_waiting_bytes_per_address);
        let bodies = Bodies::new(config.max_body_bytes_open, config.max_body_bytes_open_per_address);
        let events_at_once = config.subscriptions.events_at_once.unwrap_or_else(events::default_at_once);
        let metrics = Metrics::register(&registry, &waiting, &bodies)?;
        let metrics_text = self.metrics_text.unwrap_or_else(|| {
            Box::new(move || TextEncoder::new().encode_to_string(&registry.gather()).unwrap_or_default())
        });
        let shared = Shared {
            engine: ArcSwap::from_pointee(engine),
            authenticator,
            revocations,
            rate_limiter: RateLimiter::new(config.rate_limit.clone()),
            proxies: TrustedProxies::new(config.trusted_proxies.clone()),
            origins: AllowedOrigins::new(&origins),
            csrf: CsrfGuard::new(csrf),
            propagation: Propagation::new(&config.propagate)?,
            masking: Masking::new(config.error_masking, &config.error_extensions),
            metrics,
            metrics_text,
            probes: Probes::new(self.probes, config.timeouts.probe),
            subscriptions: Places::new(&config.subscriptions),
            beginning: Shares::new(usize::MAX, BEGINNING),
            events: Shares::new(events_at_once, events_at_once.div_ceil(2)),
            waiting,
            bodies,
            event_streams: EventStreams::new(&config.subscriptions),
            ids: Ids::new(self.clock.clone()),
            clock: self.clock,
            welcome: self.welcome,
            stopping: CancellationToken::new(),
            tasks: TaskTracker::new(),
            started: Instant::now(),
            config,
        };
        Ok(Gateway {
            shared: Arc::new(shared),
            mounts: Arc::new(self.mounts),
            transports: self.transports,
            revocation_source: self.revocations,
        })
    }
}

fn standard(
    config: &GatewayConfig,
    jwks: Option<Arc<dyn JwksSource>>,
    api_keys: Option<Arc<dyn ApiKeyLookup>>,
    context: Option<Arc<dyn ContextResolver>>,
    revocations: &RevocationList,
    clock: &Arc<dyn Clock>,
) -> Result<Arc<dyn Authenticator>, GatewayError> {
    let tokens = match &config.jwt {
        None => None,
        Some(jwt) => {
            let source = match (jwks, &jwt.jwks_url) {
                (Some(source), _) => source,
                (None, Some(url)) => {
                    let source = HttpJwks::new(url.clone())
                        .map_err(|reason| GatewayError::Config(format!("jwt.jwks_url: {reason}")))?;
                    Arc::new(source) as Arc<dyn JwksSource>
                }
                (None, None) => {
                    return Err(GatewayError::Config("jwt: set `jwks_url`, the tokens' key set".to_owned()));
                }
            };
            let claims = context.as_ref().map(|resolver| resolver.claims()).unwrap_or_default();
            Some(JwtVerifier::new(jwt.clone(), source, clock.clone(), claims))
        }
    };
    Ok(Arc::new(StandardAuthenticator::new(tokens, api_keys, context, revocations.clone(), clock)))
}

fn parse_all<T: std::str::FromStr>(setting: &str, texts: &[String]) -> Result<Vec<T>, GatewayError> {
    texts
        .iter()
        .map(|text| {
            text.parse().map_err(|_| GatewayError::Config(format!("{setting}: `{text}` is not valid")))
        })
        .collect()
}
