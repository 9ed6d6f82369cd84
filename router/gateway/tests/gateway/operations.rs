//! What operators see and do: health, status, metrics, pages, forwarded paths, reload, stop.

use std::sync::Arc;

use async_trait::async_trait;
use axum::Router;
use axum::routing::get;
use reqwest::StatusCode;
use router_gateway::{Probe, ProbeResult};
use serde_json::json;
use tokio::sync::watch;

use crate::support::socket::Socket;
use crate::support::subgraph::SUPERGRAPH;
use crate::support::{Harness, config, read};

struct Switch(watch::Sender<bool>);

#[async_trait]
impl Probe for Switch {
    async fn probe(&self) -> ProbeResult {
        if *self.0.borrow() { Ok(json!({ "database": "ok" })) } else { Err("connection refused".to_owned()) }
    }
}

#[tokio::test]
async fn health_and_status_sum_up_the_subgraphs() {
    let switch = Arc::new(Switch(watch::Sender::new(false)));
    let probe = switch.clone();
    let harness = Harness::with(config(), |builder| builder.probe("demo", probe)).await;
    let get = async |path: &str| read(harness.http.get(harness.url(path)).send().await.unwrap()).await;
    assert_eq!(get("/health/live").await.0, StatusCode::OK);
    assert_eq!(get("/health/ready").await.0, StatusCode::SERVICE_UNAVAILABLE);
    let (_, status) = get("/api/status").await;
    assert_eq!(status["services"][0]["error"], "connection refused");
    assert_eq!(status["supergraph"]["subgraphs"], json!(["demo"]));

    let other =
        Harness::with(config(), |builder| builder.probe("demo", Arc::new(Switch(watch::Sender::new(true)))))
            .await;
    let (status, body) = read(other.http.get(other.url("/health")).send().await.unwrap()).await;
    assert_eq!((status, &body["status"]), (StatusCode::OK, &json!("ok")));
}

#[tokio::test]
async fn metrics_count_requests_and_refusals() {
    let harness = Harness::start().await;
    harness.query("{ hello }").await;
    harness.query("{ nope }").await;
    let text = harness.http.get(harness.url("/metrics")).send().await.unwrap().text().await.unwrap();
    assert!(text.contains(r#"souk_gateway_operation_seconds_count{kind="query",outcome="ok"} 1"#), "{text}");
    assert!(text.contains(r#"souk_gateway_refusals_total{code="GRAPHQL_VALIDATION_FAILED"} 1"#), "{text}");
}

#[tokio::test]
async fn graphiql_is_served_whole_without_another_site() {
    let harness = Harness::with(config(), |builder| builder.welcome("# \"hi\" <&\n{ hello }")).await;
    for path in ["/", "/graphql"] {
        let response =
            harness.http.get(harness.url(path)).header("accept", "text/html,*/*;q=0.8").send().await.unwrap();
        assert!(
            response.headers()["content-security-policy"].to_str().unwrap().contains("script-src 'self'")
        );
        let page = response.text().await.unwrap();
        assert!(page.contains("data-welcome=\"# &quot;hi&quot; &lt;&amp;&#10;{ hello }\""), "{page}");
        assert!(!page.contains("http://") && !page.contains("https://"), "{page}");
        let files: Vec<&str> = page.split('"').filter(|part| part.starts_with("/assets/")).collect();
        assert_eq!(files.len(), 2);
        for file in files {
            let response = harness.http.get(harness.url(file)).send().await.unwrap();
            assert_eq!(response.status(), StatusCode::OK);
            assert!(response.headers()["cache-control"].to_str().unwrap().contains("immutable"));
        }
    }
    let mut config = config();
    config.graphiql = Some(false);
    let without = Harness::with(config, |builder| builder).await;
    let response = without.http.get(without.url("/")).header("accept", "text/html").send().await.unwrap();
    assert_eq!(response.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn mounted_paths_reach_their_service_without_identity_headers() {
    let echo = Router::new().route(
        "/hooks/echo",
        get(|headers: http::HeaderMap| async move {
            headers
                .get("x-souk-identity")
                .map_or("none".to_owned(), |value| value.to_str().unwrap().to_owned())
        }),
    );
    let harness = Harness::with(config(), |builder| builder.mount("/hooks", echo.clone())).await;
    let ask = async |address: &str| {
        let request = harness.http.get(address).header("x-souk-identity", "admin");
        request.send().await.unwrap().text().await.unwrap()
    };
    assert_eq!(ask(&harness.url("/hooks/echo")).await, "none");

    // The same over HTTP, through a second gateway.
    let mut outer = config();
    outer.forward = vec![router_gateway::config::ForwardConfig {
        prefix: "/hooks".to_owned(),
        url: format!("http://{}", harness.address),
        max_body_bytes: None,
    }];
    let outer = Harness::with(outer, |builder| builder).await;
    assert_eq!(ask(&outer.url("/hooks/echo")).await, "none");
    let missing = outer.http.get(outer.url("/hooks/nothing")).send().await.unwrap();
    assert_eq!(missing.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_reload_serves_the_new_schema_and_lets_the_old_end() {
    let harness = Harness::start().await;
    let mut socket = Socket::ready(harness.address).await;
    socket.subscribe("1", "subscription { version }").await;
    assert_eq!(socket.receive().await["payload"]["data"]["version"], 1);
    assert_eq!(harness.query("{ clash: hello }").await.0, StatusCode::OK);

    let newer = SUPERGRAPH.replace("  clash: String\n", "");
    harness.gateway.reload(&newer).await.unwrap();
    assert_eq!(harness.query("{ clash }").await.0, StatusCode::BAD_REQUEST);
    assert_eq!(harness.query("{ hello }").await.0, StatusCode::OK);
    harness.subgraph.0.version.send_replace(2);
    assert_eq!(socket.receive().await["payload"]["data"]["version"], 2);

    assert!(harness.gateway.reload("type Query { }").await.is_err());
    assert_eq!(harness.query("{ hello }").await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_stop_lets_open_requests_end_and_tells_sockets() {
    let harness = Harness::start().await;
    let mut socket = Socket::ready(harness.address).await;
    let pending = tokio::spawn(harness.post(&json!({ "query": "{ gated }" })).send());
    harness.subgraph.0.waiting.subscribe().wait_for(|waiting| *waiting == 1).await.unwrap();
    harness.begin_stop();
    assert_eq!(socket.close_code().await, 1001);
    drop(socket);
    harness.subgraph.0.gate.add_permits(1);
    let (status, body) = read(pending.await.unwrap().unwrap()).await;
    assert_eq!((status, &body["data"]["gated"]), (StatusCode::OK, &json!(true)));
    harness.stopped().await;
}

#[tokio::test]
async fn one_document_is_planned_once_and_reused() {
    let harness = Harness::start().await;
    for name in ["a", "b", "c"] {
        let request = json!({ "query": "query($n: String) { hello(name: $n) }", "variables": { "n": name } });
        let (_, body) = read(harness.post(&request).send().await.unwrap()).await;
        assert_eq!(body["data"]["hello"], format!("hello {name}"));
    }
    let two = json!({ "query": "query A { hello } query B { sum(a: 1, b: 2) }", "operationName": "B" });
    let (_, body) = read(harness.post(&two).send().await.unwrap()).await;
    assert_eq!(body, json!({ "data": { "sum": 3 } }));
    let (status, _) = harness.query("query A { hello } query B { hello }").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn strangers_learn_little_about_the_inside() {
    let mut config = config();
    config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let probe = Arc::new(Switch(watch::Sender::new(false)));
    let harness = Harness::with(config, |builder| builder.probe("demo", probe)).await;
    let get = |path: &str| harness.http.get(harness.url(path)).header("x-forwarded-for", "192.0.2.1").send();
    assert_eq!(get("/metrics").await.unwrap().status(), StatusCode::NOT_FOUND);
    let (_, status) = read(get("/api/status").await.unwrap()).await;
    assert_eq!(status, json!({ "status": "degraded", "services": [{ "name": "demo", "healthy": false }] }));
}

#[tokio::test]
async fn a_mutation_ends_although_its_client_has_left() {
    let harness = Harness::start().await;
    let request = harness.post(&json!({ "query": r#"mutation { gatedLogin(name: "Ada") }"# }));
    let client = tokio::spawn(request.send());
    harness.subgraph.0.waiting.subscribe().wait_for(|waiting| *waiting == 1).await.unwrap();
    client.abort();
    assert!(client.await.unwrap_err().is_cancelled());
    harness.subgraph.0.gate.add_permits(1);
    let subgraph = harness.subgraph.clone();
    // A stop waits for it.
    harness.stopped().await;
    assert_eq!(subgraph.0.logins.load(std::sync::atomic::Ordering::SeqCst), 1);
}
