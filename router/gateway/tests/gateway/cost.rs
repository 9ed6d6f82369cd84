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
    for query in ["{ nodes(first: 600) { id } }", "{ nodes(first: 300) { somewhat_longer_than_the: id } }"] {
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

fn batch(queries: &[&str]) -> serde_json::Value {
    queries.iter().map(|query| json!({ "query": query })).collect()
}

/// Check 4: a batch costs what its operations cost together, and that is counted before any of them runs.
#[tokio::test]
async fn a_batch_costs_the_sum_of_its_operations() {
    let harness = Harness::start().await;
    let half = "{ nodes(first: 5000) { id } }";
    let (status, body) = read(harness.post(&batch(&[half, half, "{ hello }"])).send().await.unwrap()).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let answers = harness.subgraph.operations();
    let response = harness.post(&batch(&[half, half, "{ nodes(first: 1) { id } }"])).send().await.unwrap();
    assert_eq!(response.headers()["operation-cost"], "10001");
    let (_, body) = read(response).await;
    for answer in body.as_array().unwrap() {
        assert_eq!((code(answer), answer.get("data")), ("LIMIT_EXCEEDED", None), "{body}");
        assert_eq!(answer["errors"][0]["extensions"]["cost"], 10_001);
    }
    assert_eq!(harness.subgraph.operations(), answers);
}

/// Check 4: and it is charged for all of them at once, or not at all.
#[tokio::test]
async fn a_batch_is_charged_whole_before_it_runs() {
    let mut config = GatewayConfig::default();
    config.rate_limit.address = Quota { per_second: 1, burst: 20 };
    let harness = Harness::with(config, |builder| builder).await;
    let dear = "{ nodes(first: 3000) { id } }";
    let response = harness.post(&batch(&[dear, dear, "{ hello }", "{ wrong }"])).send().await.unwrap();
    assert_eq!(response.headers()["ratelimit-remaining"], "14");
    assert_eq!(harness.subgraph.operations(), 3);
    let mutations =
        batch(&[r#"mutation { a: login(name: "a") b: login(name: "b") c: login(name: "c") }"#; 6]);
    let refused = harness.post(&mutations).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert!(refused.headers().contains_key("retry-after"));
    assert_eq!(harness.subgraph.operations(), 3);
}

/// Check 50: the answers of a batch have the room of one.
#[tokio::test]
async fn the_answers_of_a_batch_share_one_cap() {
    let mut config = config();
    config.limits.max_response_nodes = 1_000;
    config.limits.max_response_bytes = 10_000;
    let harness = Harness::with(config, |builder| builder).await;
    for each in
        ["{ nodes(first: 300) { id } }", "{ nodes(first: 130) { somewhat_longer_than_the_others: id } }"]
    {
        let (_, body) = read(harness.post(&batch(&[each; 2])).send().await.unwrap()).await;
        let answers = body.as_array().unwrap();
        let refused = answers.iter().filter(|answer| answer["data"].is_null());
        assert_eq!(refused.clone().count(), 1, "{body}");
        refused.for_each(|answer| assert_eq!(code(answer), "LIMIT_EXCEEDED"));
        assert_eq!(harness.query(each).await.1["errors"], json!(null));
    }
}

/// Check 50: introspection costs what it answers, which for types within fields is the schema times the schema.
#[tokio::test]
async fn introspection_costs_what_it_answers() {
    let mut config = config();
    config.limits.max_cost = 1_000;
    config.limits.max_nodes = 1_500;
    let harness = Harness::with(config, |builder| builder).await;
    let cost = async |query: &str| {
        let response = harness.post(&json!({ "query": query })).send().await.unwrap();
        let cost = response
            .headers()
            .get("operation-cost")
            .map(|cost| cost.to_str().unwrap().parse::<u64>().unwrap());
        let (_, body) = read(response).await;
        (cost, body["errors"][0]["extensions"]["code"].as_str().map(str::to_owned))
    };
    let (little, _) = cost(r#"{ __type(name: "Node") { name } }"#).await;
    let (fields, _) = cost(r#"{ __type(name: "Query") { fields { name } } }"#).await;
    let (all, _) = cost("{ __schema { types { name fields { name } } } }").await;
    assert!(little < fields && fields < all, "{little:?} {fields:?} {all:?}");
    let names: String = (0..20).map(|n| format!("n{n}: name ")).collect();
    let nested: String =
        (0..12).map(|n| format!("f{n}: fields {{ type {{ name ofType {{ name }} }} }} ")).collect();
    for query in [
        format!("{{ __schema {{ types {{ fields {{ {names} }} }} }} }}"),
        format!("{{ __schema {{ types {{ {nested} }} }} }}"),
        format!("{{ __schema {{ types {{ ...T }} }} }} fragment T on __Type {{ {nested} }}"),
        format!(
            "{{ a: __schema {{ ...S }} b: __schema {{ ...S }} }} fragment S on __Schema {{ types {{ fields {{ {} }} }} }}",
            &names[..90]
        ),
    ] {
        assert_eq!(cost(&query).await.1.as_deref(), Some("LIMIT_EXCEEDED"), "{query}");
    }
    // Fragments that answer nothing take their time too.
    let empty: String =
        (0..60).map(|n| format!("fragment E{n} on __Type {{ ...E{0} ...E{0} }} ", n + 1)).collect::<String>()
            + "fragment E60 on __Type { name @skip(if: true) }";
    assert_eq!(
        cost(&format!("{{ __schema {{ types {{ ...E0 }} }} }} {empty}")).await.1.as_deref(),
        Some("LIMIT_EXCEEDED")
    );
    // Ten in one batch are as dear as ten.
    let many = batch(&["{ __schema { types { name fields { name } } } }"; 10]);
    let (_, body) = read(harness.post(&many).send().await.unwrap()).await;
    assert_eq!(code(&body[0]), "LIMIT_EXCEEDED", "{body}");
}

/// Check 50: aliases are as long as a client writes them, and stand in the answer as often as lists repeat them: that is
/// counted before anything runs.
#[tokio::test]
async fn long_aliases_in_long_lists_are_refused_unrun() {
    let harness = Harness::start().await;
    let aliases: String = (0..199).map(|n| format!("{}{n}: id ", "a".repeat(800))).collect();
    let wide = format!("{{ nodes(first: 100) {{ {aliases} }} }}");
    let (status, body) = harness.query(&wide).await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED"));
    assert!(body["errors"][0]["message"].as_str().unwrap().contains("max_response_bytes"), "{body}");
    assert_eq!(harness.subgraph.operations(), 0);
    let half = format!("{{ nodes(first: 14) {{ {aliases} }} }}");
    let (_, body) = read(harness.post(&batch(&[&half, &half])).send().await.unwrap()).await;
    assert_eq!(code(&body[0]), "LIMIT_EXCEEDED");
    assert_eq!(harness.subgraph.operations(), 0);
    assert_eq!(harness.query(&half).await.1["errors"], json!(null));
}
