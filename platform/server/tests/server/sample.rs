//! A small subgraph with every kind of rule, failure and root.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use async_graphql::{
    ComplexObject, Context, Enum, ID, InputObject, Interface, Object, Result, SimpleObject, Subscription,
    Union,
};
use async_trait::async_trait;
use futures::stream::{Stream, StreamExt};
use platform_commerce::Market;
use platform_core::{ApiError, ErrorCode};
use platform_database::Database;
use platform_events::{Event, Outbox};
use platform_identity::{Policy, Role, Scope};
use platform_server::{
    BuildError, Peers, Platform, Question, Subgraph, SubgraphDefinition, access, caller, cost,
    internal_schema_builder, schema_builder,
};
use platform_telemetry::TraceContext;
use serde::{Deserialize, Serialize};

/// Serves what the tests ask for.
pub struct Sample;

#[async_trait]
impl SubgraphDefinition for Sample {
    const NAME: &'static str = "sample";
    const SCHEMA: &'static str = "";
    const PORT: u16 = 0;
    const PUBLIC_PREFIXES: &'static [&'static str] = &["/hooks/"];

    async fn build(platform: Platform) -> Result<Subgraph, BuildError> {
        let counter = Counter::default();
        let store = Store { database: platform.database.clone(), outbox: platform.outbox.clone() };
        let schema = schema_builder(Query, Mutation, Subscriptions)
            .data(counter.clone())
            .data(store)
            .data(platform.peers.clone())
            .finish();
        let internal = internal_schema_builder(Internal, InternalMutation).data(counter).finish();
        let begun = Arc::new(AtomicI64::new(0));
        let shown = begun.clone();
        let routes = axum::Router::new().route("/hooks/ping", axum::routing::get(|| async { "pong" })).route(
            "/hooks/begun",
            axum::routing::get(async move || shown.load(Ordering::SeqCst).to_string()),
        );
        Ok(Subgraph::new(schema).internal(internal).routes(routes).background("shaky", move |stop| {
            let times = begun.fetch_add(1, Ordering::SeqCst) + 1;
            async move {
                assert!(times > 2, "begun {times} times");
                stop.cancelled().await;
            }
        }))
    }
}

#[derive(Clone, Default)]
struct Counter(Arc<AtomicI64>);

struct Store {
    database: Database,
    outbox: Outbox,
}

/// Something was added.
#[derive(Serialize, Deserialize)]
pub struct Added {
    pub by: i64,
}

impl Event for Added {
    const TYPE: &'static str = "Added";
    const VERSION: u16 = 1;
    const TOPIC: &'static str = "sample";

    fn key(&self) -> String {
        "counter".to_owned()
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SampleError {
    #[error("there is no such person")]
    NotFound,
    #[error("the database said: relation \"person\" is gone")]
    Database(#[source] std::io::Error),
}

impl ApiError for SampleError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::NotFound => ErrorCode::NotFound,
            Self::Database(_) => ErrorCode::Internal,
        }
    }
}

platform_core::api_error!(SampleError);

#[derive(SimpleObject)]
#[graphql(complex)]
pub struct Person {
    id: ID,
    name: String,
    #[graphql(directive = access::scope::apply(Scope::AuditRead))]
    secret: String,
}

#[ComplexObject]
impl Person {
    #[graphql(directive = cost::list::apply(5))]
    async fn friends(&self) -> Vec<Person> {
        vec![person("2")]
    }

    /// A connection's page, without the connection.
    async fn crowd(&self, first: Option<i32>) -> Vec<Person> {
        (0..first.unwrap_or(20)).map(|number| person(&number.to_string())).collect()
    }

    /// Longer than anybody would think.
    #[graphql(directive = cost::list::apply(2))]
    async fn followers(&self, number: i32) -> Vec<Person> {
        (0..number).map(|number| person(&number.to_string())).collect()
    }

    /// A text of 100,000 bytes.
    #[graphql(directive = cost::of::apply(3))]
    async fn diary(&self) -> String {
        "dear diary".repeat(10_000)
    }

    async fn broken(&self) -> Result<String, SampleError> {
        Err(SampleError::NotFound)
    }
}

/// Everything about a robot is for those who may look into robots.
#[derive(SimpleObject)]
#[graphql(directive = access::scope::apply(Scope::StockRead))]
pub struct Robot {
    id: ID,
    name: String,
    secret: String,
}

#[derive(Interface)]
#[expect(clippy::duplicated_attributes, reason = "two fields may have one type")]
#[graphql(field(name = "name", ty = "&String"))]
#[graphql(field(name = "secret", ty = "&String"))]
enum Named {
    Person(Person),
    Robot(Robot),
}

#[derive(Union)]
enum Being {
    Person(Person),
    Robot(Robot),
}

#[derive(Enum, Clone, Copy, PartialEq, Eq)]
enum Failure {
    NotFound,
    Internal,
    Uncoded,
    Panic,
}

#[derive(InputObject)]
struct AddInput {
    #[graphql(validator(maximum = 100))]
    by: i64,
}

#[derive(InputObject)]
struct Summand {
    #[graphql(default = 10)]
    value: i32,
    more: Option<Vec<Option<i32>>>,
}

fn person(id: &str) -> Person {
    Person { id: id.into(), name: "Ada".to_owned(), secret: "s3cret".to_owned() }
}

fn robot() -> Robot {
    Robot { id: "9".into(), name: "R2".to_owned(), secret: "oil".to_owned() }
}

struct Query;

#[Object]
impl Query {
    /// Says hello.
    #[graphql(directive = access::public::apply())]
    async fn greeting(&self) -> &str {
        "hello"
    }

    /// `one`, the value of `other`, and 100 for each null in its list.
    #[graphql(directive = access::public::apply())]
    async fn sum(&self, #[graphql(default = 1)] one: i32, other: Option<Summand>) -> i32 {
        let other = other.map_or(0, |Summand { value, more }| {
            let more = more.unwrap_or_default();
            value + more.into_iter().map(|number| number.unwrap_or(100)).sum::<i32>()
        });
        one + other
    }

    #[graphql(directive = access::authenticated::apply())]
    async fn me(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(caller(ctx)?.user.map(|user| user.to_string()))
    }

    #[graphql(directive = access::public::apply())]
    async fn market(&self, ctx: &Context<'_>) -> Result<String> {
        Ok(Market::of(caller(ctx)?).to_string())
    }

    #[graphql(directive = access::requires_scopes::apply(vec![
        vec![Scope::LedgerRead, Scope::UsersRead],
        vec![Scope::PaymentsManage],
    ]))]
    async fn salary(&self, #[graphql(default = 1)] factor: i64) -> i64 {
        42 * factor
    }

    #[graphql(directive = access::policy::apply(Policy::Role(Role::Admin)))]
    async fn admin(&self) -> &str {
        "welcome"
    }

    #[graphql(directive = access::public::apply())]
    async fn person(&self) -> Person {
        person("1")
    }

    #[graphql(directive = access::public::apply())]
    async fn named(&self) -> Vec<Named> {
        vec![Named::Person(person("1")), Named::Robot(robot())]
    }

    #[graphql(directive = access::public::apply())]
    async fn beings(&self) -> Vec<Being> {
        vec![Being::Person(person("1")), Being::Robot(robot())]
    }

    #[graphql(directive = access::public::apply())]
    async fn fail(&self, how: Failure) -> Result<String> {
        match how {
            Failure::NotFound => Err(SampleError::NotFound.into()),
            Failure::Internal => Err(SampleError::Database(std::io::Error::other("host db-1")).into()),
            Failure::Uncoded => Err(async_graphql::Error::new("password is hunter2")),
            Failure::Panic => panic!("password is hunter2"),
        }
    }

    /// Takes an hour.
    #[graphql(directive = access::public::apply())]
    async fn slow(&self) -> bool {
        tokio::time::sleep(Duration::from_secs(3_600)).await;
        true
    }

    /// Asks the subgraph `other`.
    #[graphql(directive = access::public::apply())]
    async fn stock_elsewhere(&self, ctx: &Context<'_>, sku: String) -> Result<i64> {
        let stock = ctx.data_unchecked::<Peers>().ask(StockElsewhere { sku }, caller(ctx)?).await?;
        Ok(stock.available)
    }

    #[graphql(entity)]
    async fn person_by_id(&self, id: ID) -> Option<Person> {
        Some(person(&id))
    }
}

/// What is asked of the subgraph `other`, whose internal schema is [`OTHER`].
#[derive(Serialize)]
struct StockElsewhere {
    sku: String,
}

pub const OTHER: &str = "type Query { stock(sku: String!): Stock } type Stock { available: Int! }";

#[derive(Deserialize)]
struct Stock {
    available: i64,
}

impl Question for StockElsewhere {
    type Answer = Stock;
    const NAME: &'static str = "Stock";
    const PEER: &'static str = "other";
    const DOCUMENT: &'static str = "query Stock($sku: String!) { stock(sku: $sku) { available } }";
}

struct Mutation;

#[Object]
impl Mutation {
    #[graphql(directive = access::public::apply())]
    async fn add(&self, ctx: &Context<'_>, input: AddInput) -> i64 {
        let store = ctx.data_unchecked::<Store>();
        let tx = store.database.begin().await.unwrap();
        store.outbox.publish(&tx, &Added { by: input.by }).await.unwrap();
        tx.commit().await.unwrap();
        ctx.data_unchecked::<Counter>().0.fetch_add(input.by, Ordering::SeqCst) + input.by
    }

    #[graphql(directive = access::scope::apply(Scope::StockWrite))]
    async fn reset(&self, ctx: &Context<'_>) -> i64 {
        ctx.data_unchecked::<Counter>().0.store(0, Ordering::SeqCst);
        0
    }
}

#[derive(SimpleObject)]
#[graphql(complex)]
struct Tick {
    number: i64,
    #[graphql(directive = access::scope::apply(Scope::AuditRead))]
    secret: i64,
}

#[ComplexObject]
impl Tick {
    async fn people(&self) -> Vec<Person> {
        (0..self.number).map(|number| person(&number.to_string())).collect()
    }
}

struct Subscriptions;

#[Subscription(name = "Subscription")]
impl Subscriptions {
    /// Counts to `to` at once, and then ends or waits for ever.
    #[graphql(directive = access::public::apply())]
    async fn count(&self, to: i64, #[graphql(default)] then_wait: bool) -> impl Stream<Item = Tick> {
        let numbers = futures::stream::iter(1..=to).map(|number| Tick { number, secret: -number });
        let rest =
            if then_wait { futures::stream::pending().boxed() } else { futures::stream::empty().boxed() };
        numbers.chain(rest)
    }

    #[graphql(directive = access::authenticated::apply())]
    async fn mine(&self, ctx: &Context<'_>) -> Result<impl Stream<Item = String> + use<>> {
        let user = caller(ctx)?.user.map(|user| user.to_string()).unwrap_or_default();
        Ok(futures::stream::once(async move { user }).chain(futures::stream::pending()))
    }

    #[graphql(directive = access::public::apply())]
    async fn breaks(&self) -> impl Stream<Item = i64> {
        futures::stream::iter(1..=2).map(|number| if number == 2 { panic!("at the second") } else { number })
    }

    /// Fails at an event, from 1 on, or at 0 before there are any; goes on to 3 after an event that fails, or ends with it.
    #[graphql(directive = access::public::apply())]
    async fn fails(
        &self,
        at: i64,
        #[graphql(default)] goes_on: bool,
    ) -> Result<impl Stream<Item = Result<i64>> + use<>> {
        let event = move |number| if number == at { Err(SampleError::NotFound.into()) } else { Ok(number) };
        event(0)?;
        Ok(futures::stream::iter(1..=if goes_on { 3 } else { at }).map(event))
    }
}

struct Internal;

#[Object(name = "Query")]
impl Internal {
    async fn counter(&self, ctx: &Context<'_>) -> i64 {
        ctx.data_unchecked::<Counter>().0.load(Ordering::SeqCst)
    }

    async fn trace_id(&self, ctx: &Context<'_>) -> String {
        ctx.data_unchecked::<TraceContext>().trace_id()
    }

    async fn asked_by(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(caller(ctx)?.service.as_ref().map(ToString::to_string))
    }
}

struct InternalMutation;

#[Object(name = "Mutation")]
impl InternalMutation {
    async fn set_counter(&self, ctx: &Context<'_>, to: i64) -> i64 {
        ctx.data_unchecked::<Counter>().0.store(to, Ordering::SeqCst);
        to
    }
}
