//! The subgraph of the tests: what it was asked, and answers that the tests control.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::{Context, ErrorExtensions, Interface, Object, Schema, SimpleObject, Subscription, Union};
use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::{self, BoxStream, Stream};
use router_transport::{GraphqlError, Request, Response, Transport, TransportError};
use serde::Serialize;
use tokio::sync::{Semaphore, watch};

/// The context of a caller, for those that have one.
#[derive(Debug, PartialEq, Eq, Hash, Serialize)]
pub struct Place(pub String);

pub const SUPERGRAPH: &str = r#"
schema
  @link(url: "https://specs.apollo.dev/link/v1.0")
  @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION)
  @link(url: "https://specs.apollo.dev/cost/v0.1", import: [{ name: "@listSize", as: "@size" }])
{
  query: Query
  mutation: Mutation
  subscription: Subscription
}

directive @join__enumValue(graph: join__Graph!) repeatable on ENUM_VALUE
directive @join__field(graph: join__Graph, requires: join__FieldSet, provides: join__FieldSet, type: String, external: Boolean, override: String, usedOverridden: Boolean) repeatable on FIELD_DEFINITION | INPUT_FIELD_DEFINITION
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__implements(graph: join__Graph!, interface: String!) repeatable on OBJECT | INTERFACE
directive @join__type(graph: join__Graph!, key: join__FieldSet, extension: Boolean! = false, resolvable: Boolean! = true, isInterfaceObject: Boolean! = false) repeatable on OBJECT | INTERFACE | UNION | ENUM | INPUT_OBJECT | SCALAR
directive @join__unionMember(graph: join__Graph!, member: String!) repeatable on UNION
directive @authenticated on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @size(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
directive @policy(policies: [[String!]!]!) on FIELD_DEFINITION | OBJECT | INTERFACE | SCALAR | ENUM
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA

scalar join__FieldSet
scalar link__Import
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph { DEMO @join__graph(name: "demo", url: "http://demo.invalid/graphql") }

type Query @join__type(graph: DEMO) {
  hello(name: String): String!
  sum(a: Int!, b: Int!): Int
  me: String
  place: String
  header(name: String!): String
  node: Node
  nodes(first: Int): [Node!]! @size(slicingArguments: ["first"], requireOneSlicingArgument: false)
  gated: Boolean
  boom: String
  clash: String
  talkative: String
  secret: String @authenticated
  report: String @requiresScopes(scopes: [["orders:read"], ["admin:read", "admin:all"]])
  staff: String @policy(policies: [["role:admin"]])
  things: [Thing!]
  named: [Named!]
  labelled: [Labelled!]
}

union Thing
  @join__type(graph: DEMO)
  @join__unionMember(graph: DEMO, member: "Open")
  @join__unionMember(graph: DEMO, member: "Closed")
= Open | Closed

interface Named @join__type(graph: DEMO) {
  name: String
}

interface Labelled @join__type(graph: DEMO) {
  label: String @requiresScopes(scopes: [["labels:read"]])
}

type Open implements Named & Labelled
  @join__type(graph: DEMO)
  @join__implements(graph: DEMO, interface: "Named")
  @join__implements(graph: DEMO, interface: "Labelled")
{
  name: String
  label: String
}

type Tagged implements Labelled @join__type(graph: DEMO) @join__implements(graph: DEMO, interface: "Labelled") {
  label: String @requiresScopes(scopes: [["labels:read"]])
}

type Closed implements Named
  @join__type(graph: DEMO)
  @join__implements(graph: DEMO, interface: "Named")
  @authenticated
{
  name: String
}

type Mutation @join__type(graph: DEMO) {
  login(name: String!): String
  gatedLogin(name: String!): String
  appoint: Boolean @policy(policies: [["role:admin"]])
}

type Subscription @join__type(graph: DEMO) {
  count(to: Int!): Int!
  version(of: String): Int!
  heavy: Int!
  lost: Int
}

type Node @join__type(graph: DEMO) {
  id: ID!
  child: Node
}
"#;

/// What the subgraph shares with the test.
pub struct Shared {
    /// Operations that reached it.
    pub operations: AtomicUsize,
    pub logins: AtomicUsize,
    /// `gated` takes a permit.
    pub gate: Semaphore,
    /// `gated` requests that wait, or waited.
    pub waiting: watch::Sender<usize>,
    /// Streams of `version` that are open.
    pub open_streams: watch::Sender<usize>,
    pub version: watch::Sender<i32>,
    /// Events of `heavy` that are being answered, and the most that there were; each takes a permit of the gate.
    pub answering: watch::Sender<(usize, usize)>,
}

#[derive(Clone)]
pub struct Subgraph(pub Arc<Shared>);

impl Default for Subgraph {
    fn default() -> Self {
        Self(Arc::new(Shared {
            operations: AtomicUsize::new(0),
            logins: AtomicUsize::new(0),
            gate: Semaphore::new(0),
            waiting: watch::Sender::new(0),
            open_streams: watch::Sender::new(0),
            version: watch::Sender::new(1),
            answering: watch::Sender::new((0, 0)),
        }))
    }
}

impl Subgraph {
    pub fn transport(&self) -> Arc<dyn Transport> {
        let schema = Schema::build(Query, Mutation, Live).data(self.0.clone()).finish();
        Arc::new(InProcess { schema, shared: self.0.clone() })
    }

    pub fn operations(&self) -> usize {
        self.0.operations.load(Ordering::SeqCst)
    }

    /// Waits until that many streams of `version` are open.
    pub async fn open_streams(&self, number: usize) {
        self.0.open_streams.subscribe().wait_for(|open| *open == number).await.unwrap();
    }
}

struct InProcess {
    schema: Schema<Query, Mutation, Live>,
    shared: Arc<Shared>,
}

fn translate(request: Request) -> async_graphql::Request {
    let variables = async_graphql::Variables::from_json(request.variables.to_json().into());
    let translated =
        async_graphql::Request::new(request.query.to_string()).variables(variables).data(request.headers);
    match request.caller {
        Some(caller) => translated.data(caller),
        None => translated,
    }
}

fn translate_back(response: async_graphql::Response) -> Response {
    let errors = response
        .errors
        .iter()
        .map(|error| serde_json::from_value::<GraphqlError>(serde_json::to_value(error).unwrap()).unwrap());
    Response { errors: errors.collect(), data: response.data.into_json().unwrap(), ..Response::default() }
}

#[async_trait]
impl Transport for InProcess {
    async fn execute(&self, request: Request) -> Result<Response, TransportError> {
        self.shared.operations.fetch_add(1, Ordering::SeqCst);
        Ok(translate_back(self.schema.execute(translate(request)).await))
    }

    async fn subscribe(&self, request: Request) -> Result<BoxStream<'static, Response>, TransportError> {
        self.shared.operations.fetch_add(1, Ordering::SeqCst);
        if request.query.contains("lost") {
            let error = GraphqlError { message: "the stream is lost".to_owned(), ..GraphqlError::default() };
            let last = Response { errors: vec![error], ended: true, ..Response::default() };
            let events = self.schema.execute_stream(translate(request)).map(translate_back);
            return Ok(events.chain(stream::iter([last])).boxed());
        }
        if !request.query.contains("heavy") {
            return Ok(self.schema.execute_stream(translate(request)).map(translate_back).boxed());
        }
        let shared = self.shared.clone();
        let events = self.schema.execute_stream(translate(request)).map(translate_back);
        Ok(events.then(move |event| answer_heavily(shared.clone(), event)).boxed())
    }
}

/// As a subgraph of the same process does whose answer to an event takes some time.
async fn answer_heavily(shared: Arc<Shared>, event: Response) -> Response {
    router_transport::turn::begin().await;
    shared.answering.send_modify(|(now, most)| {
        *now += 1;
        *most = (*most).max(*now);
    });
    shared.gate.acquire().await.unwrap().forget();
    shared.answering.send_modify(|(now, _)| *now -= 1);
    event
}

struct Query;
struct Mutation;
struct Live;
struct Node(i32);

fn caller<'a>(ctx: &'a Context<'_>) -> &'a platform_identity::Caller {
    ctx.data_unchecked()
}

#[Object]
impl Query {
    async fn hello(&self, name: Option<String>) -> String {
        format!("hello {}", name.as_deref().unwrap_or("you"))
    }

    async fn sum(&self, a: i32, b: i32) -> i32 {
        a.wrapping_add(b)
    }

    async fn me(&self, ctx: &Context<'_>) -> Option<String> {
        let caller = caller(ctx);
        caller.user.map(|user| user.to_string()).or_else(|| caller.partner.map(|partner| partner.to_string()))
    }

    async fn place(&self, ctx: &Context<'_>) -> Option<String> {
        caller(ctx).context.get::<Place>().map(|place| place.0.clone())
    }

    async fn header(&self, ctx: &Context<'_>, name: String) -> Option<String> {
        let headers: &Arc<http::HeaderMap> = ctx.data_unchecked();
        headers.get(name).map(|value| value.to_str().unwrap().to_owned())
    }

    async fn node(&self) -> Node {
        Node(0)
    }

    async fn nodes(&self, first: Option<i32>) -> Vec<Node> {
        (0..first.unwrap_or(10)).map(Node).collect()
    }

    async fn gated(&self, ctx: &Context<'_>) -> bool {
        let shared: &Arc<Shared> = ctx.data_unchecked();
        shared.waiting.send_modify(|waiting| *waiting += 1);
        shared.gate.acquire().await.unwrap().forget();
        true
    }

    async fn secret(&self) -> &str {
        "secret"
    }

    async fn report(&self) -> &str {
        "report"
    }

    async fn staff(&self) -> &str {
        "staff"
    }

    async fn things(&self) -> Vec<Thing> {
        vec![Thing::Open(open()), Thing::Closed(closed())]
    }

    async fn named(&self) -> Vec<Named> {
        vec![Named::Open(open()), Named::Closed(closed())]
    }

    async fn labelled(&self) -> Vec<Labelled> {
        vec![Labelled::Open(open()), Labelled::Tagged(Tagged { label: Some("tagged".to_owned()) })]
    }

    async fn boom(&self) -> async_graphql::Result<Option<String>> {
        Err(async_graphql::Error::new("password=hunter2 at db:5432")
            .extend_with(|_, e| e.set("code", "INTERNAL")))
    }

    async fn talkative(&self) -> async_graphql::Result<Option<String>> {
        Err(async_graphql::Error::new("no such thing").extend_with(|_, e| {
            e.set("code", "NOT_FOUND");
            e.set("field", "name");
            e.set("exception", "at Db.query (/srv/app/db.js:17)");
            e.set("query", "SELECT password FROM users");
        }))
    }

    async fn clash(&self) -> async_graphql::Result<Option<String>> {
        Err(async_graphql::Error::new("the order changed meanwhile")
            .extend_with(|_, e| e.set("code", "CONFLICT")))
    }
}

#[derive(SimpleObject)]
struct Open {
    name: Option<String>,
    label: Option<String>,
}

#[derive(SimpleObject)]
struct Closed {
    name: Option<String>,
}

#[derive(Union)]
enum Thing {
    Open(Open),
    Closed(Closed),
}

#[derive(Interface)]
#[graphql(field(name = "name", ty = "&Option<String>"))]
enum Named {
    Open(Open),
    Closed(Closed),
}

#[derive(SimpleObject)]
struct Tagged {
    label: Option<String>,
}

#[derive(Interface)]
#[graphql(field(name = "label", ty = "&Option<String>"))]
enum Labelled {
    Open(Open),
    Tagged(Tagged),
}

fn open() -> Open {
    Open { name: Some("open".to_owned()), label: Some("plain".to_owned()) }
}

fn closed() -> Closed {
    Closed { name: Some("closed".to_owned()) }
}

#[Object]
impl Node {
    async fn id(&self) -> async_graphql::ID {
        self.0.into()
    }

    async fn child(&self) -> Node {
        Node(self.0 + 1)
    }
}

#[Object]
impl Mutation {
    async fn appoint(&self) -> bool {
        true
    }

    /// Counts once the gate lets it pass.
    async fn gated_login(&self, ctx: &Context<'_>, name: String) -> String {
        let shared: &Arc<Shared> = ctx.data_unchecked();
        shared.waiting.send_modify(|waiting| *waiting += 1);
        shared.gate.acquire().await.unwrap().forget();
        shared.logins.fetch_add(1, Ordering::SeqCst);
        name
    }

    async fn login(&self, ctx: &Context<'_>, name: String) -> String {
        let shared: &Arc<Shared> = ctx.data_unchecked();
        shared.logins.fetch_add(1, Ordering::SeqCst);
        name
    }
}

/// Counts an open stream.
struct Opened(Arc<Shared>);

impl Drop for Opened {
    fn drop(&mut self) {
        self.0.open_streams.send_modify(|open| *open -= 1);
    }
}

#[Subscription(name = "Subscription")]
impl Live {
    async fn count(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(1..=to)
    }

    /// An event that failed; then the stream does.
    async fn lost(&self) -> impl Stream<Item = async_graphql::Result<Option<i32>>> {
        stream::iter([Ok(Some(1)), Err(async_graphql::Error::new("no number"))])
    }

    async fn heavy(&self) -> impl Stream<Item = i32> {
        stream::iter(1..=3)
    }

    /// The current version, then each new one.
    async fn version(&self, ctx: &Context<'_>, of: Option<String>) -> impl Stream<Item = i32> + use<> {
        drop(of);
        let shared: Arc<Shared> = ctx.data_unchecked::<Arc<Shared>>().clone();
        shared.open_streams.send_modify(|open| *open += 1);
        let state = (shared.version.subscribe(), true, Opened(shared));
        stream::unfold(state, |(mut versions, first, opened)| async move {
            if !first {
                versions.changed().await.ok()?;
            }
            let version = *versions.borrow_and_update();
            Some((version, (versions, false, opened)))
        })
    }
}
