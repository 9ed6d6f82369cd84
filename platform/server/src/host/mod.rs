//! Assembles the subgraphs of a process: databases, schemas, the ways between them, and the workers beside them.
//!
//! Invariant: a subgraph cannot tell whether another lives in this process or behind HTTP; the host alone knows.

mod builder;
mod error;
mod event_source;
mod gauges;
mod registration;
mod remote;
mod workers;

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use platform_core::error::describe;
use platform_database::Database;
use platform_events::{Consumer, EventLog};
use platform_identity::InternalKeys;
use platform_sagas::Sagas;
use platform_telemetry::Metrics;
use router_transport::Transport;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

pub use builder::{HostBuilder, HostOptions, SchemaPolicy, SourceFallback};
pub use error::HostError;
pub use event_source::HttpEventSource;
pub use remote::{RemoteError, SignedIdentity, check_address, remote_transport};

use crate::in_process::InProcess;
use crate::peers::PeerDirectory;
use crate::platform::Platform;
use crate::public_routes::PublicRoutes;
use crate::serve::{self, Served, Status};
use workers::Workers;

/// The subgraphs of a process, built and connected.
pub struct Host {
    subgraphs: Vec<Hosted>,
    keys: InternalKeys,
    metrics: Metrics,
    directory: PeerDirectory,
    workers: Workers,
    shutdown: CancellationToken,
    grace: Duration,
}

/// One subgraph of a process.
#[derive(Clone)]
pub struct Hosted {
    served: Arc<Served>,
    platform: Platform,
    consumers: Vec<Arc<dyn Consumer>>,
    routes: PublicRoutes,
}

impl Hosted {
    pub fn name(&self) -> &'static str {
        self.served.name
    }

    /// The SDL that is composed into the supergraph.
    pub fn sdl(&self) -> &str {
        self.served.composed.sdl()
    }

    /// The SDL of the internal schema, if there is one.
    pub fn internal_sdl(&self) -> Option<&str> {
        self.served.internal.as_ref().map(|internal| internal.sdl())
    }

    /// How the gateway of this process reaches the subgraph.
    pub fn transport(&self) -> Arc<dyn Transport> {
        Arc::new(InProcess::new(self.served.composed.clone()))
    }

    /// What the subgraph stands on, for commands of the same process such as seeding.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    pub fn database(&self) -> &Database {
        &self.served.database
    }

    /// The events that the subgraph has published.
    pub fn event_log(&self) -> &EventLog {
        &self.served.log
    }

    /// Who hears of events, of this subgraph and of others.
    pub fn consumers(&self) -> &[Arc<dyn Consumer>] {
        &self.consumers
    }

    /// The subgraph's sagas, for operators.
    pub fn sagas(&self) -> &Sagas {
        &self.served.sagas
    }

    pub async fn status(&self) -> Status {
        self.served.check().await
    }

    /// Everything that the subgraph serves.
    pub fn router(&self) -> Router {
        serve::all(self.served.clone(), self.routes.clone())
    }

    /// The subgraph's extra routes alone, for a gateway in the same process.
    pub fn public_routes(&self) -> PublicRoutes {
        self.routes.clone()
    }

    /// Whether there is something for [`Self::serve_public`].
    pub fn has_public_routes(&self) -> bool {
        !self.routes.prefixes.is_empty()
    }

    /// Serves [`Self::router`] until the host is shut down and its requests are answered.
    pub fn serve(&self, listener: TcpListener) -> impl Future<Output = io::Result<()>> + Send + use<> {
        self.listen(listener, self.router())
    }

    /// Serves what is for the installation alone: GraphQL, the internal schema, events, health, metrics.
    pub fn serve_private(
        &self,
        listener: TcpListener,
    ) -> impl Future<Output = io::Result<()>> + Send + use<> {
        self.listen(listener, serve::private(self.served.clone()))
    }

    /// Serves the subgraph's extra routes alone: what the gateway of another process passes on.
    pub fn serve_public(&self, listener: TcpListener) -> impl Future<Output = io::Result<()>> + Send + use<> {
        self.listen(listener, serve::public(&self.served, self.routes.clone()))
    }

    fn listen(
        &self,
        listener: TcpListener,
        router: Router,
    ) -> impl Future<Output = io::Result<()>> + Send + use<> {
        serve::listen(listener, router, self.served.config.clone(), self.served.shutdown.clone())
    }
}

impl Host {
    pub fn builder(options: HostOptions) -> HostBuilder {
        HostBuilder::new(options)
    }

    pub fn subgraphs(&self) -> &[Hosted] {
        &self.subgraphs
    }

    pub fn subgraph(&self, name: &str) -> Option<&Hosted> {
        self.subgraphs.iter().find(|hosted| hosted.name() == name)
    }

    /// The installation's signing key, for a gateway in the same process.
    pub fn keys(&self) -> &InternalKeys {
        &self.keys
    }

    pub fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The internal schemas within reach, for adapters of the same process.
    pub fn directory(&self) -> &PeerDirectory {
        &self.directory
    }

    /// Cancelled when the host begins to stop.
    pub fn shutdown_token(&self) -> CancellationToken {
        self.shutdown.clone()
    }

    /// Starts relays, consumers and background tasks. A host that only answers (for a migration, an SDL) does without.
    pub fn start_workers(&mut self) {
        self.workers.start(&self.shutdown);
    }

    /// Stops the workers, waits for what they are at, and closes the databases. A process that serves cancels
    /// [`Self::shutdown_token`] and awaits its listeners first, so that no request loses its database.
    pub async fn stop(mut self) {
        self.shutdown.cancel();
        if tokio::time::timeout(self.grace, self.workers.finish()).await.is_err() {
            tracing::warn!(target: "souk", "background work was cut off; it resumes at the next start");
        }
        for hosted in &self.subgraphs {
            if let Err(error) = hosted.served.database.clone().close().await {
                tracing::warn!(target: "souk", subgraph = hosted.name(), error = %describe(&error), "the database was not closed");
            }
        }
    }
}

impl Drop for Host {
    /// The subgraphs hold the directory, and the directory holds them: without this neither would ever be freed.
    fn drop(&mut self) {
        self.shutdown.cancel();
        self.directory.clear();
    }
}
