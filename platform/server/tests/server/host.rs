//! Assembling a process: what stops it from starting, and how it stops.

use std::sync::Arc;

use platform_commerce::Market;
use platform_server::{Host, HostError, HostOptions, PlatformConfig, SchemaPolicy};
use platform_telemetry::Metrics;
use platform_testkit::{TestSubgraph, eventually};
use serde_json::Value;

use crate::sample::Sample;

fn options(folder: &tempfile::TempDir, schema: SchemaPolicy, config: PlatformConfig) -> HostOptions {
    HostOptions::new(Arc::new(config), folder.path().to_owned(), schema, Metrics::new().unwrap())
}

#[tokio::test]
async fn serving_an_old_schema_is_refused_until_it_is_migrated() {
    let folder = tempfile::tempdir().unwrap();
    let build = async |schema| {
        Host::builder(options(&folder, schema, PlatformConfig::default())).subgraph::<Sample>().build().await
    };
    let error = build(SchemaPolicy::Require).await.err().unwrap();
    assert!(matches!(error, HostError::OldSchema { subgraph: "sample", pending: 1.. }), "{error}");
    assert!(error.to_string().contains("souk migrate"));
    let applied = Host::builder(options(&folder, SchemaPolicy::Require, PlatformConfig::default()))
        .subgraph::<Sample>()
        .migrate()
        .await
        .unwrap();
    assert!(matches!(applied.as_slice(), [("sample", 1..)]), "{applied:?}");
    build(SchemaPolicy::Require).await.unwrap().stop().await;
    build(SchemaPolicy::Migrate).await.unwrap().stop().await;
}

/// Check 42: two processes that start at once on an empty database both serve.
#[tokio::test]
async fn two_processes_may_start_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let start = || {
        Host::builder(options(&folder, SchemaPolicy::Migrate, PlatformConfig::default()))
            .subgraph::<Sample>()
            .build()
    };
    let (one, other) = tokio::join!(start(), start());
    let (one, other) = (one.unwrap(), other.unwrap());
    let caller = platform_identity::Caller::new(platform_identity::Identity::service("test"));
    let token = one.keys().mint(&caller, "sample").unwrap();
    assert_eq!(other.keys().verify::<Market>(&token, "sample").unwrap(), caller, "both found the same key");
    one.stop().await;
    other.stop().await;
}

#[tokio::test]
async fn a_bad_peer_address_is_one_clear_sentence() {
    let folder = tempfile::tempdir().unwrap();
    for url in ["127.0.0.1:4000", "ftp://host", "http://", "not an address"] {
        let config = PlatformConfig {
            peers: [("catalog".to_owned(), url.to_owned())].into(),
            ..PlatformConfig::default()
        };
        let options = options(&folder, SchemaPolicy::Migrate, config);
        let error = Host::builder(options).subgraph::<Sample>().build().await.err().unwrap();
        assert!(error.to_string().contains("peers.catalog"), "{error}");
    }
}

#[tokio::test]
async fn a_subgraph_starts_anew_on_its_data() {
    let app = TestSubgraph::<Sample>::start().await;
    app.as_guest().execute("{ greeting }", Value::Null).await.data();
    let app = app.restart().await;
    assert_eq!(app.as_guest().execute("{ greeting }", Value::Null).await.text("greeting"), "hello");
}

/// A background task of a subgraph that panics would otherwise stay away until the next start.
#[tokio::test]
async fn a_background_task_that_panics_begins_anew() {
    let app = TestSubgraph::<Sample>::start().await;
    eventually(|| async { page(&app, "/hooks/begun").await == "3" }).await;
    let metrics = page(&app, "/metrics").await;
    let counted = "souk_background_restarts_total{subgraph=\"sample\",task=\"shaky\"} 2";
    assert!(metrics.contains(counted), "{metrics}");
}

async fn page(app: &TestSubgraph<Sample>, path: &str) -> String {
    app.http().get(app.url(path)).send().await.unwrap().text().await.unwrap()
}

#[tokio::test]
async fn gauges_tell_of_the_database_and_of_what_was_given_up() {
    let app = TestSubgraph::<Sample>::start().await;
    eventually(|| async {
        let text = page(&app, "/metrics").await;
        text.contains("souk_dead_letters{kind=\"event\"")
    })
    .await;
}

/// Connections are counted when somebody looks: what was so at the start is of no use to whoever wonders why it is slow.
#[tokio::test]
async fn connections_are_counted_when_they_are_asked_for() {
    let app = TestSubgraph::<Sample>::builder().without_workers().start().await;
    let in_use = async || {
        let text = page(&app, "/metrics").await;
        let own = text.lines().filter(|line| line.starts_with("souk_database_connections{"));
        let used = own.filter(|line| line.contains("state=\"in_use\""));
        let counts: Vec<u32> = used.map(|line| line.rsplit(' ').next().unwrap().parse().unwrap()).collect();
        assert!(!counts.is_empty(), "{text}");
        counts.into_iter().sum::<u32>()
    };
    eventually(|| async { in_use().await == 0 }).await;
    let taken = app.database().begin().await.unwrap();
    assert_eq!(in_use().await, 1);
    taken.rollback().await.unwrap();
    eventually(|| async { in_use().await == 0 }).await;
}

/// Each test and each restart would otherwise leave its connections and threads behind.
#[tokio::test]
async fn a_dropped_host_frees_its_subgraphs() {
    let app = TestSubgraph::<Sample>::start().await;
    let directory = app.host().directory().clone();
    assert!(directory.get("sample").is_some());
    drop(app);
    assert!(directory.get("sample").is_none());
}
