//! Every operation is charged to somebody.

use reqwest::StatusCode;
use router_gateway::GatewayConfig;
use router_gateway::config::Quota;
use serde_json::json;

use crate::support::socket::Socket;
use crate::support::{Harness, code, read, tokens};

/// So slow that nothing comes back while a test runs.
fn quota(burst: u32) -> Quota {
    Quota { per_second: 1, burst }
}

fn limited(burst: u32) -> GatewayConfig {
    let mut config = GatewayConfig::default();
    config.rate_limit.address = quota(burst);
    config
}

#[tokio::test]
async fn a_guest_is_refused_beyond_the_burst_and_told_when_to_return() {
    let harness = Harness::with(limited(3), |builder| builder).await;
    let response = harness.post(&json!({ "query": "{ hello }" })).send().await.unwrap();
    assert_eq!(
        (&response.headers()["ratelimit-limit"], &response.headers()["ratelimit-remaining"]),
        (&"3".parse().unwrap(), &"2".parse().unwrap())
    );
    let mut statuses = Vec::new();
    for _ in 0..6 {
        statuses.push(harness.query("{ hello }").await.0);
    }
    assert!(statuses.contains(&StatusCode::TOO_MANY_REQUESTS), "{statuses:?}");
    let refused = harness.post(&json!({ "query": "{ hello }" })).send().await.unwrap();
    if refused.status() == StatusCode::TOO_MANY_REQUESTS {
        assert!(refused.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap() >= 1);
        let (_, body) = read(refused).await;
        assert_eq!(code(&body), "RATE_LIMITED");
    }
}

/// Check 4: a hundred aliases of `login` are a hundred operations, and none of them runs.
#[tokio::test]
async fn aliases_of_a_mutation_are_charged_one_by_one() {
    let harness = Harness::with(limited(20), |builder| builder).await;
    let logins = |number: usize| {
        let fields: String = (0..number).map(|n| format!("l{n}: login(name: \"n\") ")).collect();
        format!("mutation {{ {fields} }}")
    };
    let (status, body) = harness.query(&logins(40)).await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED"), "{body}");
    assert_eq!(body["errors"][0]["extensions"].get("retryAfter"), None, "waiting does not help: {body}");
    let (_, body) = harness.query(&logins(21)).await;
    assert_eq!(code(&body), "LIMIT_EXCEEDED", "one more than there ever is: {body}");
    let message = body["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("21 operations, at most 20"), "{message}");
    let harness = Harness::with(limited(20), |builder| builder).await;
    let (status, _) = harness.query(&logins(15)).await;
    assert_eq!(status, StatusCode::OK);
    let (status, _) = harness.query(&logins(15)).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(harness.subgraph.0.logins.load(std::sync::atomic::Ordering::SeqCst), 15);
}

/// Check 4: guesses are counted one by one, however they are written.
#[tokio::test]
async fn aliases_of_a_query_that_answers_a_guess_are_charged_one_by_one() {
    let limits = json!({ "address": { "per_second": 1, "burst": 20 }, "counted_fields": ["sum"] });
    let config: GatewayConfig = serde_json::from_value(json!({ "rate_limit": limits })).unwrap();
    let harness = Harness::with(config, |builder| builder).await;
    let guesses =
        |number: usize| -> String { (0..number).map(|n| format!("g{n}: sum(a: {n}, b: 1) ")).collect() };
    for document in [
        format!("{{ {} }}", guesses(50)),
        format!("{{ ...F }} fragment F on Query {{ {} }}", guesses(50)),
        format!("{{ ... on Query {{ ... @include(if: true) {{ {} }} }} }}", guesses(50)),
    ] {
        let (status, body) = harness.query(&document).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED"), "{body}");
    }
    assert_eq!(harness.subgraph.operations(), 0);
    // A page with many fields that answer no guess is one operation.
    let page: String = (0..50).map(|n| format!("h{n}: hello ")).collect();
    assert_eq!(harness.query(&format!("{{ {page} }}")).await.0, StatusCode::OK);
}

/// Check 4: each operation of a batch is charged, and over WebSocket too.
#[tokio::test]
async fn batches_and_sockets_are_charged_per_operation() {
    let harness = Harness::with(limited(5), |builder| builder).await;
    let batch = |count: usize| json!(vec![json!({ "query": "{ hello }" }); count]);
    let (status, body) = read(harness.post(&batch(10)).send().await.unwrap()).await;
    assert_eq!((status, code(&body[9])), (StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED"), "{body}");
    assert_eq!(harness.subgraph.operations(), 0);
    let response = harness.post(&batch(3)).send().await.unwrap();
    assert_eq!(response.headers()["ratelimit-remaining"], "2");
    assert_eq!(harness.subgraph.operations(), 3);

    let mut socket = Socket::ready(harness.address).await;
    let mut limited = false;
    for number in 0..4 {
        socket.subscribe(&number.to_string(), "{ hello }").await;
        let message = socket.receive().await;
        if message["type"] == "error" {
            limited |= message["payload"][0]["extensions"]["code"] == "RATE_LIMITED";
        } else {
            assert_eq!(socket.receive().await["type"], "complete");
        }
    }
    assert!(limited);
}

/// What a batch comes to is counted as a whole, also where it is charged in two steps.
#[tokio::test]
async fn a_batch_that_never_passes_is_told_so() {
    let harness = Harness::with(limited(20), |builder| builder).await;
    let logins = "mutation { a: login(name: \"n\") b: login(name: \"n\") c: login(name: \"n\") }";
    let batch = json!(vec![json!({ "query": logins }); 10]);
    let response = harness.post(&batch).send().await.unwrap();
    assert_eq!(response.headers().get("retry-after"), None);
    let (status, body) = read(response).await;
    assert_eq!((status, code(&body[0])), (StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED"), "{body}");
    let message = body[0]["errors"][0]["message"].as_str().unwrap();
    assert!(message.contains("30 operations, at most 20"), "{message}");
}

/// What a refused request was charged in its first step is gone, and is waited for as well.
#[tokio::test]
async fn a_batch_that_waits_as_long_as_it_is_told_passes() {
    let harness = Harness::with(limited(20), |builder| builder).await;
    for _ in 0..5 {
        assert_eq!(harness.query("{ hello }").await.0, StatusCode::OK);
    }
    let logins = "mutation { a: login(name: \"n\") b: login(name: \"n\") }";
    let refused = harness.post(&json!(vec![json!({ "query": logins }); 10])).send().await.unwrap();
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    // 10 of the 15 that were left are taken, 5 are left, and all 20 are needed.
    let seconds: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((14..=15).contains(&seconds), "{seconds}");
}

/// Operations of a batch are refused one by one, their response once.
#[tokio::test]
async fn a_refused_response_has_each_header_once() {
    let harness = Harness::with(limited(5), |builder| builder).await;
    let hello = json!({ "query": "{ hello }" });
    assert_eq!(harness.post(&json!(vec![&hello; 4])).send().await.unwrap().status(), StatusCode::OK);
    let logins =
        json!({ "query": "mutation { a: login(name: \"n\") b: login(name: \"n\") c: login(name: \"n\") }" });
    for body in [logins, json!(vec![&hello; 4])] {
        let refused = harness.post(&body).send().await.unwrap();
        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS, "{body}");
        for name in ["retry-after", "ratelimit-limit", "ratelimit-remaining"] {
            assert_eq!(refused.headers().get_all(name).iter().count(), 1, "{body}: {name}");
        }
    }
}

#[tokio::test]
async fn a_user_has_an_account_of_its_own() {
    let mut config = limited(1);
    config.rate_limit.user = quota(50);
    config.jwt = Some(tokens::jwt_config());
    let harness = Harness::with(config, |builder| builder.jwks(tokens::jwks())).await;
    let token = tokens::good(&harness.clock);
    for _ in 0..10 {
        let request = harness.post(&json!({ "query": "{ me }" })).bearer_auth(&token);
        assert_eq!(request.send().await.unwrap().status(), StatusCode::OK);
    }
}

#[tokio::test]
async fn guesses_are_charged_to_their_address() {
    let mut config = limited(3);
    config.jwt = Some(tokens::jwt_config());
    let harness = Harness::with(config, |builder| builder.jwks(tokens::jwks())).await;
    let mut statuses = Vec::new();
    for _ in 0..8 {
        let request = harness.post(&json!({ "query": "{ me }" })).bearer_auth("not-a-token");
        statuses.push(request.send().await.unwrap().status());
    }
    assert_eq!(statuses[0], StatusCode::UNAUTHORIZED);
    assert!(statuses.contains(&StatusCode::TOO_MANY_REQUESTS), "{statuses:?}");
}

#[tokio::test]
async fn the_client_behind_a_trusted_proxy_is_charged() {
    let mut config = limited(1);
    config.trusted_proxies = vec!["127.0.0.0/8".parse().unwrap()];
    let harness = Harness::with(config, |builder| builder).await;
    // Several together: the one a second that comes back cannot serve them all.
    let ask = async |forwarded: &str| {
        let requests = (0..5).map(|_| {
            harness.post(&json!({ "query": "{ hello }" })).header("x-forwarded-for", forwarded).send()
        });
        let responses = futures::future::join_all(requests).await;
        responses.into_iter().filter(|response| response.as_ref().unwrap().status().is_success()).count()
    };
    assert!((1..5).contains(&ask("192.0.2.1").await));
    assert!((1..5).contains(&ask("192.0.2.2").await), "another client has its own account");
    // What stands further left is the client's own word and changes nothing.
    let invented = (0..5).map(|n| format!("198.51.100.{n}, 192.0.2.9")).collect::<Vec<_>>();
    let requests = invented.iter().map(|forwarded| {
        harness.post(&json!({ "query": "{ hello }" })).header("x-forwarded-for", forwarded).send()
    });
    let responses = futures::future::join_all(requests).await;
    assert!(
        responses.iter().any(|response| response.as_ref().unwrap().status() == StatusCode::TOO_MANY_REQUESTS)
    );
}

/// Check 4: what is no request costs as much as one: its sender is charged before it is told so.
#[tokio::test]
async fn malformed_bodies_are_charged() {
    let harness = Harness::with(limited(4), |builder| builder).await;
    let send = async |body: &'static [u8]| {
        let request = harness.http.post(harness.url("/graphql")).header("content-type", "application/json");
        request.body(body).send().await.unwrap()
    };
    let wrong: [&[u8]; 4] = [b"{", b"[]", b"\xff", br#"{"query":1}"#];
    for (sent, body) in wrong.into_iter().enumerate() {
        let response = send(body).await;
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert_eq!(response.headers()["ratelimit-remaining"], (3 - sent).to_string().as_str());
    }
    assert_eq!(send(b"{").await.status(), StatusCode::TOO_MANY_REQUESTS);
    let get = harness.http.get(harness.url("/graphql?query=%7Bhello%7D&variables=%7B"));
    assert_eq!(get.send().await.unwrap().status(), StatusCode::TOO_MANY_REQUESTS);
}
