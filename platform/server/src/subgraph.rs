//! What a subgraph hands over to be served.

use std::sync::Arc;

use async_graphql::{ObjectType, Schema, SchemaBuilder, SubscriptionType};
use async_trait::async_trait;
use futures::future::BoxFuture;
use platform_database::Migrations;
use platform_events::Consumer;
use platform_jobs::JobHandlers;
use platform_sagas::SagaRegistry;
use tokio_util::sync::CancellationToken;

use crate::engine::Budgets;
use crate::platform::Platform;
use crate::schema::AnySchema;

/// The one public type of a subgraph's crate.
///
/// [`build`](Self::build) returns a boxed future, which has its code made in the subgraph's own crate. The code of a plain
/// `async fn`, and with it that of every resolver, would be made once more in each crate that awaits it.
#[async_trait]
pub trait SubgraphDefinition: Send + Sync + 'static {
    /// Names the subgraph in configuration, in tokens (as audience), in topics and in the supergraph.
    const NAME: &'static str;
    /// The committed schema that is composed: `include_str!("../schema.graphql")`.
    const SCHEMA: &'static str;
    /// Where it listens on this machine when it is served apart and nothing else is configured; its routes for
    /// anybody listen 100 above.
    const PORT: u16;
    /// Path prefixes of [`Subgraph::routes`] that the gateway forwards to anybody, such as `/.well-known/`.
    const PUBLIC_PREFIXES: &'static [&'static str] = &[];
    /// The most bytes of a file that its public routes take, where they take files: such a body is passed on as it comes,
    /// and held by nobody on its way. `None`: they read bodies as a whole, within the limit of all bodies.
    const MAX_FILE_BYTES: Option<u32> = None;
    /// Root fields of queries whose answer tells whether a guess was right: each counts as an operation of its own.
    const GUESSABLE: &'static [&'static str] = &[];
    /// The entities that are at home here, which have an `id` as their key: what resolves references to them says whether
    /// there is one of an id, and whether the caller may see it. `node(id:)` asks that.
    const NODES: &'static [&'static str] = &[];
    /// The kinds of [`Subgraph::sagas`].
    const SAGAS: &'static [&'static str] = &[];
    /// The migrations of its own tables; those of the platform run before them, see [`Migrator`](crate::Migrator).
    const MIGRATIONS: fn() -> Migrations = Vec::new;

    /// Builds the schemas and everything that runs beside them. The database is open and migrated.
    async fn build(platform: Platform) -> Result<Subgraph, BuildError>;
}

/// Why a subgraph could not be built; any error converts into it.
#[derive(Debug)]
pub struct BuildError(pub Box<dyn std::error::Error + Send + Sync>);

impl<E: Into<Box<dyn std::error::Error + Send + Sync>>> From<E> for BuildError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

/// Tells a background task that the process is stopping.
pub type Shutdown = CancellationToken;

/// Begins a background task, and begins it anew after a panic.
pub(crate) type Task = Box<dyn Fn(Shutdown) -> BoxFuture<'static, ()> + Send + Sync>;

/// A built subgraph: its schemas, and the workers and routes beside them.
pub struct Subgraph {
    pub(crate) schema: AnySchema,
    pub(crate) internal: Option<AnySchema>,
    pub(crate) consumers: Vec<Arc<dyn Consumer>>,
    pub(crate) jobs: JobHandlers,
    pub(crate) sagas: SagaRegistry,
    pub(crate) routes: axum::Router,
    pub(crate) background: Vec<(&'static str, Task)>,
}

impl Subgraph {
    /// `schema` is composed into the supergraph.
    pub fn new<Q, M, S>(schema: Schema<Q, M, S>) -> Self
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
        S: SubscriptionType + 'static,
    {
        Self {
            schema: AnySchema::new(schema),
            internal: None,
            consumers: Vec::new(),
            jobs: JobHandlers::new(),
            sagas: SagaRegistry::new(),
            routes: axum::Router::new(),
            background: Vec::new(),
        }
    }

    /// Serves `schema` to other subgraphs alone. Without one they have nothing to ask.
    #[must_use]
    pub fn internal<Q, M, S>(mut self, schema: Schema<Q, M, S>) -> Self
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
        S: SubscriptionType + 'static,
    {
        self.internal = Some(AnySchema::new(schema));
        self
    }

    /// Delivers events to these consumers while the subgraph is served.
    #[must_use]
    pub fn consumers(mut self, consumers: impl IntoIterator<Item = Arc<dyn Consumer>>) -> Self {
        self.consumers.extend(consumers);
        self
    }

    /// Runs these jobs, queued and recurring, while the subgraph is served.
    #[must_use]
    pub fn jobs(mut self, handlers: JobHandlers) -> Self {
        self.jobs = handlers;
        self
    }

    /// Drives these kinds of saga. They are known from the first request on, and resumed while the subgraph is served.
    #[must_use]
    pub fn sagas(mut self, registry: SagaRegistry) -> Self {
        self.sagas = registry;
        self
    }

    /// Serves `router` beside GraphQL, without identity: webhooks, uploads, key sets. The gateway forwards those below
    /// [`SubgraphDefinition::PUBLIC_PREFIXES`].
    #[must_use]
    pub fn routes(mut self, router: axum::Router) -> Self {
        self.routes = router;
        self
    }

    /// Runs `task` as long as the subgraph is served. It ends soon after `Shutdown` is cancelled; if it panics, it is
    /// begun anew after a pause.
    #[must_use]
    pub fn background<F>(
        mut self,
        name: &'static str,
        task: impl Fn(Shutdown) -> F + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.background.push((name, Box::new(move |shutdown| Box::pin(task(shutdown)))));
        self
    }
}

/// A builder of a composed schema, set up as every subgraph needs it.
pub fn schema_builder<Q, M, S>(query: Q, mutation: M, subscription: S) -> SchemaBuilder<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    Schema::build(query, mutation, subscription)
        .enable_federation()
        .enable_subscription_in_federation()
        .disable_suggestions()
        .extension(Budgets)
}

/// A builder of an internal schema.
pub fn internal_schema_builder<Q, M>(
    query: Q,
    mutation: M,
) -> SchemaBuilder<Q, M, async_graphql::EmptySubscription>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
{
    Schema::build(query, mutation, async_graphql::EmptySubscription).disable_suggestions().extension(Budgets)
}
