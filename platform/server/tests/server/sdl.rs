//! The exported SDL.

use apollo_compiler::Schema;
use async_trait::async_trait;
use platform_server::{
    BuildError, HostError, Platform, Subgraph, SubgraphDefinition, access, schema_builder,
};
use platform_testkit::{TestSubgraph, assert_every_root_field_has_a_rule};
use serde_json::Value;

use crate::sample::Sample;

#[tokio::test]
async fn rules_stand_in_the_sdl_and_are_imported() {
    let app = TestSubgraph::<Sample>::start().await;
    let sdl = app.hosted().sdl();
    insta::assert_snapshot!("composed", sdl);
    insta::assert_snapshot!("internal", app.hosted().internal_sdl().unwrap());
}

#[tokio::test]
async fn service_sdl_is_the_exported_one() {
    let app = TestSubgraph::<Sample>::start().await;
    let answer = app.as_service("router").execute("{ _service { __typename sdl } }", Value::Null).await;
    assert_eq!(answer.text("_service.sdl"), app.hosted().sdl());
}

#[tokio::test]
async fn the_internal_sdl_is_valid_by_itself() {
    let app = TestSubgraph::<Sample>::start().await;
    Schema::parse_and_validate(app.hosted().internal_sdl().unwrap(), "internal.graphql").unwrap();
}

/// One that others ask nothing of.
struct Quiet;

struct Ping;

#[async_graphql::Object]
impl Ping {
    #[graphql(directive = access::public::apply())]
    async fn ping(&self) -> bool {
        true
    }
}

#[async_trait]
impl SubgraphDefinition for Quiet {
    const NAME: &'static str = "quiet";
    const SCHEMA: &'static str = "";
    const PORT: u16 = 0;

    async fn build(_: Platform) -> Result<Subgraph, BuildError> {
        let (mutation, subscription) = (async_graphql::EmptyMutation, async_graphql::EmptySubscription);
        Ok(Subgraph::new(schema_builder(Ping, mutation, subscription).finish()))
    }
}

#[tokio::test]
async fn a_subgraph_without_an_internal_schema_serves_none() {
    let app = TestSubgraph::<Quiet>::start().await;
    assert_eq!(app.hosted().internal_sdl(), None);
    assert!(app.host().directory().get("quiet").is_none());
    let body = serde_json::json!({ "query": "{ ping }" });
    let answer = app.http().post(app.url("/internal/graphql")).json(&body).send().await.unwrap();
    assert_eq!(answer.status(), reqwest::StatusCode::NOT_FOUND);
    let answer = app.as_guest().execute("{ ping }", Value::Null).await;
    assert_eq!(answer.data(), &serde_json::json!({ "ping": true }));
}

/// The directive as none of the platform's writes it: with any words.
#[async_graphql::TypeDirective(location = "FieldDefinition")]
fn policy(policies: Vec<Vec<String>>) {}

struct Query;

#[async_graphql::Object]
impl Query {
    #[graphql(directive = access::public::apply())]
    async fn fine(&self) -> bool {
        true
    }

    async fn forgotten(&self) -> bool {
        true
    }

    #[graphql(directive = policy::apply(vec![vec!["role:king".to_owned()]]))]
    async fn unknown(&self) -> bool {
        true
    }

    #[graphql(directive = access::requires_scopes::apply(Vec::new()))]
    async fn closed(&self) -> bool {
        true
    }
}

struct Unsound;

#[async_trait]
impl SubgraphDefinition for Unsound {
    const NAME: &'static str = "unsound";
    const SCHEMA: &'static str = "";
    const PORT: u16 = 0;

    async fn build(_: Platform) -> Result<Subgraph, BuildError> {
        let none = async_graphql::EmptyMutation;
        let schema = schema_builder(Query, none, async_graphql::EmptySubscription).finish();
        Ok(Subgraph::new(schema))
    }
}

/// Check 17: a root field without a rule fails the test, and nothing starts with it.
#[tokio::test]
#[should_panic(expected = "the root field `Query.forgotten` has no access rule")]
async fn a_root_field_without_a_rule_is_refused() {
    assert_every_root_field_has_a_rule::<Unsound>().await;
}

#[tokio::test]
async fn rules_that_nobody_could_satisfy_are_refused() {
    let database = platform_testkit::TestDatabase::create::<Unsound>().await;
    let config =
        platform_server::PlatformConfig { database: database.config().clone(), ..Default::default() };
    let options = platform_server::HostOptions::new(
        std::sync::Arc::new(config),
        database.data_dir(),
        platform_server::SchemaPolicy::Require,
        platform_telemetry::Metrics::new().unwrap(),
    );
    let error = platform_server::Host::builder(options).subgraph::<Unsound>().build().await.err().unwrap();
    let HostError::Rules { faults, .. } = error else { panic!("{error}") };
    let faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(faults.iter().any(|fault| fault.contains("role:king")));
    assert!(faults.iter().any(|fault| fault.contains("Query.closed")));
}

#[tokio::test]
async fn a_sound_schema_passes() {
    assert_every_root_field_has_a_rule::<Sample>().await;
}
