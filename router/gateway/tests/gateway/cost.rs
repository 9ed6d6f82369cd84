//! What an operation may cost is counted, limited and charged before anything is planned; what it really comes to is
//! limited too.

use reqwest::StatusCode;
use router_gateway::GatewayConfig;
use router_gateway::config::Quota;
use serde_json::json;

use crate::support::socket::Socket;
use crate::support::{Harness, code, config, read};

/// As dear as may be by default, and a little dearer.
const DEAREST: &str = "{ nodes(first: 5000) { child { id } } }";
const TOO_DEAR: &str = "{ nodes(first: 5001) { child { id } } }";

/// Check 50: an operation that may cost too much is refused before it runs, and learns by how much.
#[tokio::test]
async fn a_dear_operation_is_refused_unrun() {
    let harness = Harness::start().await;
    let (status, body) = harness.query(TOO_DEAR).await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED"), "{body}");
    let extensions = &body["errors"][0]["extensions"];
    assert_eq!((&extensions["cost"], &extensions["limit"]), (&json!(10_002), &json!(10_000)));

    // Leaves cost nothing, and yet there may not be any number of them.
    let aliases: String = (0..40).map(|n| format!("a{n}: id ")).collect();
    let (_, body) = harness.query(&format!("{{ nodes(first: 3000) {{ {aliases} }} }}")).await;
    assert_eq!(code(&body), "LIMIT_EXCEEDED", "{body}");
    assert_eq!(body["errors"][0]["extensions"]["limit"], 50_000);
    assert_eq!(harness.subgraph.operations(), 0);

    assert_eq!(harness.query(DEAREST).await.0, StatusCode::OK);
}

/// Check 50: the same over a WebSocket, and when a variable says how long a list is.
#[tokio::test]
async fn a_dear_operation_is_refused_whatever_brings_it() {
    let harness = Harness::start().await;
    let mut socket = Socket::ready(harness.address).await;
    socket.subscribe("1", TOO_DEAR).await;
    let answer = socket.receive().await;
    assert_eq!((&answer["type"], &answer["id"]), (&json!("error"), &json!("1")));
    assert_eq!(answer["payload"][0]["extensions"]["code"], "LIMIT_EXCEEDED");

    let query = "query($n: Int = 5001) { nodes(first: $n) { child { id } } }";
    for (variables, expected) in [
        (json!({}), StatusCode::BAD_REQUEST),
        (json!({ "n": 6 }), StatusCode::OK),
        (json!({ "n": 1e9 }), StatusCode::BAD_REQUEST),
    ] {
        let body = json!({ "query": query, "variables": variables });
        let (status, answer) = read(harness.post(&body).send().await.unwrap()).await;
        assert_eq!(status, expected, "{answer}");
    }
    assert_eq!(harness.subgraph.operations(), 1);
}

/// One operation of the rate limit is worth a cost of 1,000.
#[tokio::test]
async fn a_dear_operation_is_charged_as_several() {
    let mut config = GatewayConfig::default();
    config.rate_limit.address = Quota { per_second: 1, burst: 20 };
    let harness = Harness::with(config, |builder| builder).await;
    let response = harness.post(&json!({ "query": "{ nodes(first: 4001) { id } }" })).send().await.unwrap();
    assert_eq!(response.headers()["operation-cost"], "4001");
    assert_eq!(response.headers()["ratelimit-remaining"], "15");
    assert_eq!(harness.query(DEAREST).await.0, StatusCode::OK);
    let (status, body) = harness.query(DEAREST).await;
    assert_eq!((status, code(&body)), (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"));
}

/// Check 50: lists that are longer than the schema says end the answer before it is whole.
#[tokio::test]
async fn an_answer_beyond_its_caps_is_refused() {
    let mut config = config();
    config.limits.max_response_nodes = 1_000;
    config.limits.max_response_bytes = 10_000;
    let harness = Harness::with(config, |builder| builder).await;
    for query in
        ["{ nodes(first: 600) { id } }", "{ nodes(first: 300) { somewhat_longer_than_the_others: id } }"]
    {
        let (status, body) = harness.query(query).await;
        assert_eq!((status, code(&body)), (StatusCode::OK, "LIMIT_EXCEEDED"), "{body}");
        assert!(body["data"].is_null() && body["errors"].as_array().unwrap().len() == 1, "{body}");
    }
    let (_, body) = harness.query("{ nodes(first: 300) { id } }").await;
    assert_eq!(body["data"]["nodes"].as_array().map(Vec::len), Some(300));
}

#[tokio::test]
async fn clients_do_not_see_what_fields_cost() {
    let harness = Harness::start().await;
    let (_, body) = harness.query("{ __schema { directives { name } } }").await;
    let names = body["data"]["__schema"]["directives"].to_string();
    assert!(names.contains("include") && !names.contains("size"), "{names}");
}
