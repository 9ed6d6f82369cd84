//! From definitions and configuration to a [`Host`].

use std::collections::BTreeSet;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::try_join_all;
use platform_cache::{Broadcast, LocalBroadcast, LocalCache};
use platform_core::{Clock, Ids, SystemClock};
use platform_database::{Database, Pool};
use platform_events::{EventRuntime, EventSource, LocalSource, Outbox};
use platform_identity::InternalKeys;
use platform_jobs::Jobs;
use platform_sagas::Sagas;
use platform_telemetry::{Metrics, PoolUse};
use router_transport::Transport;
use tokio_util::sync::CancellationToken;

use super::error::HostError;
use super::event_source::HttpEventSource;
use super::gauges::Gauges;
use super::registration::{Of, Registration};
use super::remote::{address, client, remote_transport};
use super::workers::Workers;
use super::{Host, Hosted};
use crate::config::PlatformConfig;
use crate::engine::{Engine, Kind, Recheck};
use crate::in_process::InProcess;
use crate::peers::{PeerDirectory, Peers};
use crate::platform::{Platform, Secrets};
use crate::serve::{Belief, RemotePeer, Served};
use crate::subgraph::{Subgraph, SubgraphDefinition, Task};

/// What happens to a database whose schema is older than this build.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchemaPolicy {
    /// It is migrated, under a lock: the embedded shape.
    Migrate,
    /// Nothing starts: migrating is a job of its own.
    Require,
}

/// Makes a source for a topic that is neither hosted nor configured.
pub type SourceFallback = Arc<dyn Fn(&str) -> Arc<dyn EventSource> + Send + Sync>;

/// What a host is made of.
pub struct HostOptions {
    pub config: Arc<PlatformConfig>,
    pub data_dir: PathBuf,
    pub schema: SchemaPolicy,
    pub clock: Arc<dyn Clock>,
    pub metrics: Metrics,
    /// Defaults to the key file that the configuration names.
    pub keys: Option<InternalKeys>,
    /// Asked about callers with open subscriptions.
    pub recheck: Option<Arc<dyn Recheck>>,
    /// Without one, a consumer of a topic that cannot be reached is an error.
    pub source_fallback: Option<SourceFallback>,
}

impl HostOptions {
    pub fn new(
        config: Arc<PlatformConfig>,
        data_dir: PathBuf,
        schema: SchemaPolicy,
        metrics: Metrics,
    ) -> Self {
        let clock = Arc::new(SystemClock);
        Self { config, data_dir, schema, clock, metrics, keys: None, recheck: None, source_fallback: None }
    }
}

pub struct HostBuilder {
    options: HostOptions,
    registrations: Vec<Box<dyn Registration>>,
    directory: PeerDirectory,
}

/// A subgraph on its way: its parts before they are connected.
struct Part {
    name: &'static str,
    public_prefixes: &'static [&'static str],
    platform: Platform,
    database: Database,
    outbox: Outbox,
    jobs: Jobs,
    sagas: Sagas,
    subgraph: Subgraph,
}

impl HostBuilder {
    pub(super) fn new(options: HostOptions) -> Self {
        Self { options, registrations: Vec::new(), directory: PeerDirectory::default() }
    }

    #[must_use]
    pub fn subgraph<D: SubgraphDefinition>(mut self) -> Self {
        self.registrations.push(Box::new(Of::<D>(PhantomData)));
        self
    }

    /// Reaches `subgraph`'s internal schema by `transport`: for tests that play the other side.
    #[must_use]
    pub fn peer(self, subgraph: &str, transport: Arc<dyn Transport>) -> Self {
        self.directory.register(subgraph, transport);
        self
    }

    /// Asks what `make` returns about callers with open subscriptions. It may ask a subgraph's internal schema: the
    /// directory is filled when the host is built.
    #[must_use]
    pub fn recheck(mut self, make: impl FnOnce(PeerDirectory) -> Arc<dyn Recheck>) -> Self {
        self.options.recheck = Some(make(self.directory.clone()));
        self
    }

    /// Opens the databases and migrates them; returns how many migrations each had. For `souk migrate`.
    pub async fn migrate(self) -> Result<Vec<(&'static str, usize)>, HostError> {
        let options = &self.options;
        let each = self.registrations.iter().map(|registration| async move {
            let database = registration.open(&options.config.database, &options.data_dir).await?;
            Ok::<_, HostError>((registration.name(), registration.migrate(&database).await?))
        });
        try_join_all(each).await
    }

    /// Opens, migrates or checks, builds and connects everything. Workers stand still until they are started.
    pub async fn build(self) -> Result<Host, HostError> {
        let Self { options, registrations, directory } = self;
        let keys = match options.keys.clone() {
            Some(keys) => keys,
            None => load_keys(&options)?,
        };
        for (index, registration) in registrations.iter().enumerate() {
            if registrations.iter().take(index).any(|earlier| earlier.name() == registration.name()) {
                return Err(HostError::Duplicate(registration.name()));
            }
        }
        let parts =
            registrations.iter().map(|registration| part(&**registration, &options, &directory, &keys));
        let parts = try_join_all(parts).await?;
        let shutdown = CancellationToken::new();
        let mut workers = Workers::new(options.metrics.clone());
        let mut subgraphs = Vec::with_capacity(parts.len());
        let logs: Vec<Outbox> = parts.iter().map(|part| part.outbox.clone()).collect();
        let hosted: Vec<&str> = parts.iter().map(|part| part.name).collect();
        for part in parts {
            let sources = sources(&part, &logs, &options, &keys)?;
            let belief = belief(part.name, &hosted, &options, &keys)?;
            subgraphs.push(connect(part, belief, &options, &keys, &shutdown, &sources, &mut workers)?);
        }
        for hosted in &subgraphs {
            if let Some(internal) = &hosted.served.internal {
                directory.register(hosted.name(), Arc::new(InProcess::new(internal.clone())));
            }
        }
        for (name, url) in &options.config.peers {
            if directory.get(name).is_none() {
                let transport = remote_transport(name, url, "/internal/graphql", keys.clone())?;
                directory.register(name, transport);
            }
        }
        let grace = Duration::from_millis(options.config.server.shutdown_grace_ms);
        Ok(Host { subgraphs, keys, metrics: options.metrics, directory, workers, shutdown, grace })
    }
}

fn load_keys(options: &HostOptions) -> Result<InternalKeys, HostError> {
    let configured = &options.config.auth.internal_key_file;
    Ok(match configured.as_str() {
        "" => {
            let path = options.data_dir.join("keys").join("internal.pem");
            InternalKeys::load_or_create(&path, options.clock.clone())?
        }
        // One that is named is the installation's: a new one in its place would be another installation's.
        path => InternalKeys::load(Path::new(path), options.clock.clone())?,
    })
}

async fn part(
    registration: &dyn Registration,
    options: &HostOptions,
    directory: &PeerDirectory,
    keys: &InternalKeys,
) -> Result<Part, HostError> {
    let name = registration.name();
    let config = &options.config;
    let database = registration.open(&config.database, &options.data_dir).await?;
    match options.schema {
        SchemaPolicy::Migrate => {
            let applied = registration.migrate(&database).await?;
            tracing::debug!(target: "souk", subgraph = name, applied, "the database is up to date");
        }
        SchemaPolicy::Require => match registration.pending(&database).await? {
            0 => {}
            pending => return Err(HostError::OldSchema { subgraph: name, pending }),
        },
    }
    let clock = options.clock.clone();
    let outbox = Outbox::new(database.clone(), clock.clone());
    let jobs = Jobs::new(database.clone(), clock.clone(), &config.jobs);
    let sagas = Sagas::new(database.clone(), clock.clone(), &config.jobs);
    let broadcast: Arc<dyn Broadcast> = Arc::new(LocalBroadcast::new());
    let cache = LocalCache::new(&config.cache, name, broadcast.clone()).await;
    let platform = Platform {
        name,
        config: config.clone(),
        database: database.clone(),
        ids: Ids::new(clock.clone()),
        clock,
        outbox: outbox.clone(),
        jobs: jobs.clone(),
        sagas: sagas.clone(),
        cache: Arc::new(cache),
        broadcast,
        peers: Peers::new(name, directory.clone(), Duration::from_millis(config.server.peer_timeout_ms)),
        secrets: Secrets::new(keys.clone()),
        data_dir: options.data_dir.clone(),
    };
    let subgraph = registration
        .build(platform.clone())
        .await
        .map_err(|error| HostError::Build { subgraph: name, source: error.0 })?;
    if !subgraph.sagas.kinds().eq(registration.sagas().iter().copied().collect::<BTreeSet<_>>()) {
        return Err(HostError::SagaKinds { subgraph: name, declared: registration.sagas() });
    }
    Ok(Part {
        name,
        public_prefixes: registration.public_prefixes(),
        platform,
        database,
        outbox,
        jobs,
        sagas,
        subgraph,
    })
}

/// The logs that the subgraph's consumers read: of this process directly, of others over HTTP.
fn sources(
    part: &Part,
    logs: &[Outbox],
    options: &HostOptions,
    keys: &InternalKeys,
) -> Result<Vec<Arc<dyn EventSource>>, HostError> {
    let mut topics: Vec<&str> = Vec::new();
    for (topic, _) in part.subgraph.consumers.iter().flat_map(|consumer| consumer.handles()) {
        if !topics.contains(topic) {
            topics.push(topic);
        }
    }
    let mut sources: Vec<Arc<dyn EventSource>> = Vec::new();
    for topic in topics {
        if let Some(outbox) = logs.iter().find(|outbox| outbox.log().topic() == topic) {
            sources.push(Arc::new(LocalSource::new(outbox.log().clone())));
        } else if let Some(url) = options.config.peers.get(topic) {
            sources.push(Arc::new(HttpEventSource::new(part.name, topic, url, keys.clone())?));
        } else if let Some(fallback) = &options.source_fallback {
            sources.push(fallback(topic));
        }
    }
    Ok(sources)
}

fn pool_use(pool: Pool) -> PoolUse {
    PoolUse { pool: pool.name, in_use: pool.in_use, idle: pool.idle }
}

/// The ways to ask subgraphs of other processes whether they believe `service`.
fn belief(
    service: &str,
    hosted: &[&str],
    options: &HostOptions,
    keys: &InternalKeys,
) -> Result<Belief, HostError> {
    let elsewhere = options.config.peers.iter().filter(|(name, _)| !hosted.contains(&name.as_str()));
    let peers = elsewhere.map(|(name, url)| {
        let uri = address(&format!("peers.{name}"), url, "/internal/events")?;
        Ok::<_, HostError>(RemotePeer { name: name.clone(), client: client(name, &uri)?, url: uri })
    });
    Ok(Belief::new(service, peers.collect::<Result<_, _>>()?, keys.clone()))
}

fn connect(
    part: Part,
    belief: Belief,
    options: &HostOptions,
    keys: &InternalKeys,
    shutdown: &CancellationToken,
    sources: &[Arc<dyn EventSource>],
    workers: &mut Workers,
) -> Result<Hosted, HostError> {
    let Part { name, public_prefixes, platform, database, outbox, jobs, sagas, subgraph } = part;
    let Subgraph { schema, internal, consumers, jobs: handlers, sagas: registry, routes, background } =
        subgraph;
    let config = &options.config;
    let engine = |kind, schema| {
        Engine::new(name, kind, schema, &config.server, options.metrics.clone(), options.recheck.clone())
            .map(Arc::new)
            .map_err(|source| HostError::Sdl { subgraph: name, source })
    };
    let composed = engine(Kind::Composed, schema)?;
    let internal = internal.map(|schema| engine(Kind::Internal, schema)).transpose()?;
    if !composed.rule_faults().is_empty() {
        return Err(HostError::Rules { subgraph: name, faults: composed.rule_faults().to_vec() });
    }
    let events = EventRuntime::new(&outbox, &consumers, sources, &config.events)
        .map_err(|source| HostError::Events { subgraph: name, source })?;
    let is_first = sagas.install(registry);
    debug_assert!(is_first, "the kinds of saga are installed once");
    let metrics = options.metrics.clone();
    let [asked, written, waited, connected] = [(); 4].map(|()| database.clone());
    let statements = move || asked.work().statements;
    let commits = move || written.work().commits;
    let syncs = move || waited.work().syncs;
    let pools = move || connected.pools().into_iter().map(pool_use).collect();
    let counted = metrics.database(name, statements, commits, syncs, pools);
    if let Err(error) = counted {
        tracing::warn!(subgraph = name, %error, "what its database is asked is not counted");
    }
    let gauges =
        Gauges::new(name, metrics, database.clone(), sagas.clone(), jobs.clone(), options.clock.clone());
    let driven = sagas.clone();
    let platform_tasks: [(&str, Task); 4] = [
        ("events", Box::new(move |stop| Box::pin(events.clone().run(stop)))),
        (
            "jobs",
            Box::new(move |stop| {
                let (jobs, handlers) = (jobs.clone(), handlers.clone());
                Box::pin(async move { jobs.run(handlers, stop).await })
            }),
        ),
        (
            "sagas",
            Box::new(move |stop| {
                let sagas = driven.clone();
                Box::pin(async move { sagas.run(stop).await })
            }),
        ),
        ("gauges", Box::new(move |stop| Box::pin(gauges.clone().run(stop)))),
    ];
    for (task, run) in platform_tasks.into_iter().chain(background) {
        workers.add(name, task, run);
    }
    let served = Served {
        name,
        composed,
        internal,
        keys: keys.clone(),
        belief,
        database,
        log: outbox.log().clone(),
        sagas,
        metrics: options.metrics.clone(),
        config: config.server.clone(),
        started: Instant::now(),
        shutdown: shutdown.clone(),
    };
    Ok(Hosted { served: Arc::new(served), platform, consumers, routes, public_prefixes })
}
