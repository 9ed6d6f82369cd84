//! Two subgraphs, in one process and in two: calls, events and traces reach the other side either way.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use async_graphql::{Context, EmptyMutation, EmptySubscription, Object, Result, SimpleObject};
use async_trait::async_trait;
use http::HeaderMap;
use platform_events::{Consumer, EventContext, EventHandler, HandlerError, Handlers};
use platform_identity::{Caller, Identity};
use platform_server::{
    BuildError, Host, HostOptions, Peers, Platform, PlatformConfig, Question, SchemaPolicy, Subgraph,
    SubgraphDefinition, access, caller, internal_schema_builder, schema_builder,
};
use platform_telemetry::Metrics;
use platform_testkit::{TestDatabase, eventually};
use router_transport::{Request, Transport};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::sample::{Added, Sample};

/// Counts what it hears of the sample's events.
struct Watcher;

#[async_trait]
impl SubgraphDefinition for Watcher {
    const NAME: &'static str = "watcher";
    const SCHEMA: &'static str = "";
    const PORT: u16 = 0;

    async fn build(platform: Platform) -> Result<Subgraph, BuildError> {
        let heard = Heard::default();
        let schema = schema_builder(Query, EmptyMutation, EmptySubscription)
            .data(heard.clone())
            .data(platform.peers.clone())
            .finish();
        let internal = internal_schema_builder(Query, EmptyMutation).data(heard.clone()).finish();
        let consumer = Handlers::new("watcher.count", heard).on::<Added>();
        Ok(Subgraph::new(schema).internal(internal).consumers([Arc::new(consumer) as Arc<dyn Consumer>]))
    }
}

#[derive(Clone, Default)]
struct Heard(Arc<AtomicI64>);

impl EventHandler<Added> for Heard {
    async fn handle(&self, context: EventContext<'_>, event: Added) -> Result<(), HandlerError> {
        let heard = self.0.clone();
        context.tx.on_commit(move || {
            heard.fetch_add(event.by, Ordering::SeqCst);
        });
        Ok(())
    }
}

#[derive(SimpleObject)]
struct Asked {
    counter: i64,
    asked_by: String,
}

/// What the watcher asks of the sample.
#[derive(Serialize)]
struct Counter;

impl Question for Counter {
    type Answer = i64;
    const NAME: &'static str = "Counter";
    const PEER: &'static str = "sample";
    const DOCUMENT: &'static str = "query Counter { counter }";
}

#[derive(Serialize)]
struct AskedBy;

impl Question for AskedBy {
    type Answer = String;
    const NAME: &'static str = "AskedBy";
    const PEER: &'static str = "sample";
    const DOCUMENT: &'static str = "query AskedBy { askedBy }";
}

#[derive(Serialize)]
struct TraceId;

impl Question for TraceId {
    type Answer = String;
    const NAME: &'static str = "TraceId";
    const PEER: &'static str = "sample";
    const DOCUMENT: &'static str = "{ traceId }";
}

struct Query;

#[Object]
impl Query {
    #[graphql(directive = access::public::apply())]
    async fn heard(&self, ctx: &Context<'_>) -> i64 {
        ctx.data_unchecked::<Heard>().0.load(Ordering::SeqCst)
    }

    #[graphql(directive = access::public::apply())]
    async fn asked(&self, ctx: &Context<'_>) -> Result<Asked> {
        let peers = ctx.data_unchecked::<Peers>();
        let counter = peers.ask(Counter, caller(ctx)?).await?;
        Ok(Asked { counter, asked_by: peers.ask(AskedBy, caller(ctx)?).await? })
    }

    /// The trace by which the other side knows this request.
    #[graphql(directive = access::public::apply())]
    async fn trace_elsewhere(&self, ctx: &Context<'_>) -> Result<String> {
        let peers = ctx.data_unchecked::<Peers>();
        Ok(peers.ask(TraceId, caller(ctx)?).await?)
    }
}

async fn databases() -> TestDatabase {
    let mut database = TestDatabase::create::<Sample>().await;
    database.add::<Watcher>().await;
    database
}

fn options(database: &TestDatabase, peers: &[(&str, String)]) -> HostOptions {
    let config = PlatformConfig {
        database: database.config().clone(),
        peers: peers.iter().map(|(name, url)| ((*name).to_owned(), url.clone())).collect(),
        ..PlatformConfig::default()
    };
    HostOptions::new(Arc::new(config), database.data_dir(), SchemaPolicy::Require, Metrics::new().unwrap())
}

async fn run(transport: &Arc<dyn Transport>, query: &str, traceparent: Option<&'static str>) -> Value {
    let mut headers = HeaderMap::new();
    headers.extend(
        traceparent.map(|value| (http::HeaderName::from_static("traceparent"), value.parse().unwrap())),
    );
    let request = Request {
        query: query.into(),
        operation_name: None,
        variables: router_transport::tree::Object::new(),
        caller: Some(Caller::new(Identity::service("test"))),
        headers: Arc::new(headers),
        deadline: None,
        idempotent: true,
    };
    let response = transport.execute(request).await.unwrap();
    assert!(response.errors.is_empty(), "{:?}", response.errors);
    response.data
}

/// What must hold however the two are put together.
async fn they_work_together(sample: Arc<dyn Transport>, watcher: Arc<dyn Transport>) {
    for by in [1, 2, 3] {
        run(&sample, &format!("mutation {{ add(input: {{by: {by}}}) }}"), None).await;
    }
    eventually(async || run(&watcher, "{ heard }", None).await == json!({ "heard": 6 })).await;
    let asked = run(&watcher, "{ asked { counter askedBy } }", None).await;
    assert_eq!(asked["asked"]["counter"], 6);
    assert_eq!(asked["asked"]["askedBy"], "watcher", "the service that calls last is the one that is seen");
    let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let traced = run(&watcher, "{ traceElsewhere }", Some(parent)).await;
    assert_eq!(traced["traceElsewhere"], "4bf92f3577b34da6a3ce929d0e0e4736");
}

#[tokio::test]
async fn two_subgraphs_of_one_process_work_together() {
    let database = databases().await;
    let mut host = Host::builder(options(&database, &[]))
        .subgraph::<Sample>()
        .subgraph::<Watcher>()
        .build()
        .await
        .unwrap();
    host.start_workers();
    let transport = |name| host.subgraph(name).unwrap().transport();
    they_work_together(transport("sample"), transport("watcher")).await;
    host.stop().await;
}

#[tokio::test]
async fn two_subgraphs_of_two_processes_work_together() {
    let database = databases().await;
    let mut sample = Host::builder(options(&database, &[])).subgraph::<Sample>().build().await.unwrap();
    sample.start_workers();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(sample.subgraph("sample").unwrap().serve(listener));

    let others = [("sample", url)];
    let mut watcher = Host::builder(options(&database, &others)).subgraph::<Watcher>().build().await.unwrap();
    watcher.start_workers();
    let transport = |host: &Host, name| host.subgraph(name).unwrap().transport();
    they_work_together(transport(&sample, "sample"), transport(&watcher, "watcher")).await;
    watcher.stop().await;
    sample.stop().await;
    serving.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_consumer_without_its_topic_is_one_clear_sentence() {
    let database = databases().await;
    let error = Host::builder(options(&database, &[])).subgraph::<Watcher>().build().await.err().unwrap();
    let message = error.to_string();
    assert!(message.contains("watcher.count") && message.contains("sample"), "{message}");
}
