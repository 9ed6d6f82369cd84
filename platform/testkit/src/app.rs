//! A subgraph under test, served over HTTP on a port of its own.

use std::marker::PhantomData;
use std::path::PathBuf;
use std::sync::Arc;

use platform_core::clock::ShiftedClock;
use platform_core::id::{PartnerId, UserId};
use platform_core::{Clock, Ids};
use platform_database::Database;
use platform_events::{CloudEvent, Event, EventSource};
use platform_identity::{Identity, InternalKeys};
use platform_server::{
    Host, HostOptions, Hosted, Migrator, PlatformConfig, Recheck, SchemaPolicy, SubgraphDefinition,
};
use platform_telemetry::Metrics;
use router_transport::Transport;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::client::TestClient;
use crate::database::TestDatabase;
use crate::topic::Topics;
use crate::wait::eventually;

/// What is known before the subgraph starts.
pub struct TestSubgraphBuilder<D> {
    config: PlatformConfig,
    peers: Vec<(String, Arc<dyn Transport>)>,
    recheck: Option<Arc<dyn Recheck>>,
    workers: bool,
    definition: PhantomData<D>,
}

impl<D: SubgraphDefinition> TestSubgraphBuilder<D> {
    /// Plays the other side of calls to `subgraph`.
    #[must_use]
    pub fn peer(mut self, subgraph: &str, transport: impl Transport) -> Self {
        self.peers.push((subgraph.to_owned(), Arc::new(transport)));
        self
    }

    #[must_use]
    pub fn configure(mut self, change: impl FnOnce(&mut PlatformConfig)) -> Self {
        change(&mut self.config);
        self
    }

    #[must_use]
    pub fn recheck(mut self, recheck: impl Recheck) -> Self {
        self.recheck = Some(Arc::new(recheck));
        self
    }

    /// Leaves relays, consumers, jobs, sagas and background tasks standing still.
    #[must_use]
    pub fn without_workers(mut self) -> Self {
        self.workers = false;
        self
    }

    pub async fn start(self) -> TestSubgraph<D> {
        let database = TestDatabase::create::<D>().await;
        self.start_on(database).await
    }

    async fn start_on(self, database: TestDatabase) -> TestSubgraph<D> {
        let clock = Arc::new(ShiftedClock::default());
        let keys = InternalKeys::ephemeral(clock.clone()).expect("a key can be made");
        let topics = Topics::new(clock.clone());
        let mut config = self.config;
        config.database = database.config().clone();
        let metrics = Metrics::new().expect("the metrics are sound");
        let mut options =
            HostOptions::new(Arc::new(config), database.data_dir(), SchemaPolicy::Require, metrics);
        options.clock = clock.clone();
        options.keys = Some(keys.clone());
        options.recheck = self.recheck;
        let fallback = topics.clone();
        options.source_fallback = Some(Arc::new(move |topic| fallback.source(topic) as Arc<dyn EventSource>));
        let mut builder = Host::builder(options).subgraph::<D>();
        for (name, transport) in self.peers {
            builder = builder.peer(&name, transport);
        }
        let mut host = match builder.build().await {
            Ok(host) => host,
            Err(error) => panic!("the subgraph does not start: {error} ({error:?})"),
        };
        if self.workers {
            host.start_workers();
        }
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        let base = format!("http://{}", listener.local_addr().expect("the port has a number"));
        let hosted = host.subgraph(D::NAME).expect("the subgraph is hosted");
        let serving = hosted.serve(listener);
        let serving = tokio::spawn(async move { serving.await.expect("the server runs") });
        TestSubgraph {
            serving,
            host,
            clock,
            keys,
            topics,
            base: base.into(),
            http: reqwest::Client::builder()
                .no_proxy()
                .tls_certs_only([])
                .build()
                .expect("a client can be made"),
            database,
            definition: PhantomData,
        }
    }
}

/// A running subgraph with a database of its own. Dropping it stops it and removes its data.
pub struct TestSubgraph<D> {
    serving: JoinHandle<()>,
    host: Host,
    clock: Arc<ShiftedClock>,
    keys: InternalKeys,
    topics: Topics,
    base: Arc<str>,
    http: reqwest::Client,
    database: TestDatabase,
    definition: PhantomData<D>,
}

impl<D: SubgraphDefinition> TestSubgraph<D> {
    pub fn builder() -> TestSubgraphBuilder<D> {
        TestSubgraphBuilder {
            // Tests play with what demo installations have.
            config: PlatformConfig { demo: true, sandbox_gateway: true, ..PlatformConfig::default() },
            peers: Vec::new(),
            recheck: None,
            workers: true,
            definition: PhantomData,
        }
    }

    pub async fn start() -> Self {
        Self::builder().start().await
    }

    pub fn as_guest(&self) -> TestClient {
        self.as_identity(Identity::guest())
    }

    pub fn as_user(&self, user: UserId) -> TestClient {
        self.as_identity(Identity { user: Some(user), ..Identity::guest() })
    }

    pub fn as_partner(&self, partner: PartnerId) -> TestClient {
        self.as_identity(Identity { partner: Some(partner), ..Identity::guest() })
    }

    pub fn as_service(&self, name: &str) -> TestClient {
        self.as_identity(Identity::service(name))
    }

    pub fn as_identity(&self, identity: Identity) -> TestClient {
        let (http, base, keys) = (self.http.clone(), self.base.clone(), self.keys.clone());
        TestClient { http, base, subgraph: D::NAME, keys, identity }
    }

    /// Requests that no client makes: without identity, malformed, to other paths.
    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub fn keys(&self) -> &InternalKeys {
        &self.keys
    }

    pub fn clock(&self) -> &ShiftedClock {
        &self.clock
    }

    /// Ids as the subgraph makes them.
    pub fn ids(&self) -> Ids {
        Ids::new(self.clock.clone() as Arc<dyn Clock>)
    }

    pub fn database(&self) -> &Database {
        self.hosted().database()
    }

    /// Runs the migrations that the database lacks, as the next release does; returns how many those were.
    pub async fn migrate(&self) -> usize {
        platform_database::migrate::<Migrator<D>>(self.database()).await.expect("the migrations run")
    }

    /// Fails unless `work` sends so many statements to the subgraph's database, and shows them. Without workers, which ask
    /// by themselves ([`TestSubgraphBuilder::without_workers`]).
    pub async fn assert_queries<T>(&self, expected: usize, work: impl Future<Output = T>) -> T {
        let (outcome, sent) = self.database().recorded(work).await;
        let count = sent.len();
        assert_eq!(count, expected, "statements sent to the database of {}:\n{}", D::NAME, sent.join("\n"));
        outcome
    }

    /// Fails unless an operation asks the database no more for many things than for one. `one` and `many` are its
    /// variables; both answers are without errors, and that for many is the larger. Without workers.
    pub async fn assert_queries_do_not_grow(
        &self,
        client: &TestClient,
        operation: &str,
        one: Value,
        many: Value,
    ) {
        let (for_one, few) = self.database().recorded(client.execute(operation, one)).await;
        let (for_many, sent) = self.database().recorded(client.execute(operation, many)).await;
        let [length, longer] = [&for_one, &for_many].map(|answer| answer.data().to_string().len());
        assert!(longer > length, "{operation}\nhas as much for one as for many: {}", for_many.body);
        let (count, more) = (few.len(), sent.len());
        assert!(
            more <= count,
            "{operation}\nasks {count} statements for one and {more} for many:\n{}",
            sent.join("\n")
        );
    }

    pub fn data_dir(&self) -> PathBuf {
        self.database.data_dir()
    }

    pub fn host(&self) -> &Host {
        &self.host
    }

    pub fn hosted(&self) -> &Hosted {
        self.host.subgraph(D::NAME).expect("the subgraph is hosted")
    }

    /// The subgraph as a gateway of the same process reaches it.
    pub fn in_process(&self) -> Arc<dyn Transport> {
        self.hosted().transport()
    }

    /// Publishes an event of another subgraph to this one's consumers.
    pub fn publish<E: Event>(&self, event: &E) {
        assert_ne!(E::TOPIC, D::NAME, "the subgraph publishes its own events");
        self.topics.publish(event);
    }

    /// Delivers the newest event of another subgraph's topic a second time.
    pub fn redeliver_last(&self, topic: &str) {
        self.topics.republish_last(topic);
    }

    /// The events that the subgraph has published so far, oldest first.
    pub async fn published(&self) -> Vec<CloudEvent> {
        eventually(|| async { matches!(self.hosted().event_log().any_unplaced().await, Ok(false)) }).await;
        let (mut events, mut after) = (Vec::new(), 0);
        loop {
            let batch =
                self.hosted().event_log().read_after(after, 1_000).await.expect("the outbox can be read");
            let Some(last) = batch.last() else { return events };
            after = last.position;
            events.extend(batch);
        }
    }

    /// The payloads of one type among [`Self::published`].
    pub async fn published_of<E: Event>(&self) -> Vec<E> {
        let events = self.published().await;
        events
            .iter()
            .filter(|event| event.is::<E>())
            .map(|event| event.payload().expect("the payload fits"))
            .collect()
    }

    /// Stops the subgraph in an orderly way and starts it anew on the same data, as after a deployment.
    pub async fn restart(self) -> Self {
        self.restart_with(Self::builder()).await
    }

    /// Like [`Self::restart`], with other peers or another configuration.
    pub async fn restart_with(self, builder: TestSubgraphBuilder<D>) -> Self {
        let database = self.stop().await;
        builder.start_on(database).await
    }

    async fn stop(self) -> TestDatabase {
        let Self { serving, host, database, .. } = self;
        host.shutdown_token().cancel();
        serving.await.expect("the server ends well");
        host.stop().await;
        database
    }
}
