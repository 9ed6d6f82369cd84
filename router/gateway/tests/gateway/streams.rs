//! Subscriptions over one HTTP response: server-sent events and multipart.

use futures::StreamExt;
use reqwest::StatusCode;
use reqwest::header::ACCEPT;
use serde_json::json;

use crate::support::{Harness, code, config, eventually, metric, proxied, read, tokens};

async fn stream(harness: &Harness, accept: &str, query: &str) -> reqwest::Response {
    let request = harness.http.post(harness.url("/graphql")).header("content-type", "application/json");
    request.header("accept", accept).body(json!({ "query": query }).to_string()).send().await.unwrap()
}

#[tokio::test]
async fn events_are_sent_as_they_come() {
    let harness = Harness::start().await;
    let response = stream(&harness, "text/event-stream", "subscription { count(to: 2) }").await;
    assert_eq!(response.headers()["content-type"], "text/event-stream; charset=utf-8");
    let text = response.text().await.unwrap();
    let expected = ":\n\nevent: next\ndata: {\"data\":{\"count\":1}}\n\nevent: next\ndata: {\"data\":{\"count\":2}}\n\nevent: complete\ndata:\n\n";
    assert_eq!(text, expected);

    // A browser's EventSource can only GET.
    let url = harness.url("/graphql?query=subscription{count(to:1)}");
    let text = harness
        .http
        .get(url)
        .header("accept", "text/event-stream")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    assert!(text.contains("{\"count\":1}") && text.ends_with("event: complete\ndata:\n\n"), "{text}");

    // A query is a stream of one.
    let text = stream(&harness, "text/event-stream", "{ hello }").await.text().await.unwrap();
    assert!(
        text.contains("event: next\ndata: {\"data\":{\"hello\":\"hello you\"}}\n\nevent: complete"),
        "{text}"
    );
}

/// The protocols know no other end: the last answer tells.
#[tokio::test]
async fn a_stream_that_fails_ends_in_an_answer_of_errors() {
    let harness = Harness::start().await;
    for (accept, end) in [
        ("text/event-stream", "\n\nevent: complete\ndata:\n\n"),
        ("multipart/mixed;subscriptionSpec=1.0", "}\r\n--graphql--\r\n"),
    ] {
        let text = stream(&harness, accept, "subscription { lost }").await.text().await.unwrap();
        let last = text.rsplit_once("{\"errors\":[").unwrap().1;
        assert!(last.starts_with("{\"message\":\"the stream is lost\"") && last.ends_with(end), "{text}");
    }
}

#[tokio::test]
async fn multipart_carries_payloads() {
    let harness = Harness::start().await;
    let accept = "multipart/mixed;subscriptionSpec=1.0, application/json";
    let response = stream(&harness, accept, "subscription { count(to: 1) }").await;
    assert_eq!(
        response.headers()["content-type"],
        r#"multipart/mixed;boundary="graphql";subscriptionSpec=1.0"#
    );
    let text = response.text().await.unwrap();
    let part = "\r\n--graphql\r\nContent-Type: application/json\r\n\r\n";
    assert_eq!(
        text,
        format!("{part}{{}}{part}{{\"payload\":{{\"data\":{{\"count\":1}}}}}}\r\n--graphql--\r\n")
    );
    // For a query the client takes JSON as well.
    let (status, body) = read(stream(&harness, accept, "{ hello }").await).await;
    assert_eq!((status, body), (StatusCode::OK, json!({ "data": { "hello": "hello you" } })));
}

/// Check 59: a part ends with its boundary when it is sent, not when the next one comes; clients show it only then.
#[tokio::test]
async fn every_part_is_whole_when_it_is_sent() {
    let harness = Harness::start().await;
    let response = stream(&harness, "multipart/mixed;subscriptionSpec=1.0", "subscription { version }").await;
    let mut response = response;
    let mut read = String::new();
    let mut until = async |wanted: &str| {
        while !read.contains(wanted) {
            let chunk = tokio::time::timeout(std::time::Duration::from_secs(10), response.chunk()).await;
            let chunk = chunk.unwrap_or_else(|_| panic!("{wanted:?} comes: {read:?}")).unwrap().unwrap();
            read.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    };
    until("{}\r\n--graphql").await;
    until("{\"payload\":{\"data\":{\"version\":1}}}\r\n--graphql").await;
    harness.subgraph.0.version.send_replace(2);
    until("{\"payload\":{\"data\":{\"version\":2}}}\r\n--graphql").await;
}

#[tokio::test]
async fn a_subscription_needs_a_way_to_stream() {
    let harness = Harness::start().await;
    let (status, _) = harness.query("subscription { version }").await;
    assert_eq!(status, StatusCode::NOT_ACCEPTABLE);
    assert_eq!(harness.subgraph.operations(), 0);
}

#[tokio::test]
async fn a_client_that_leaves_ends_the_subscription() {
    let harness = Harness::start().await;
    let response = stream(&harness, "text/event-stream", "subscription { version }").await;
    let mut chunks = response.bytes_stream();
    harness.subgraph.open_streams(1).await;
    assert!(chunks.next().await.unwrap().is_ok());
    drop(chunks);
    harness.subgraph.open_streams(0).await;
}

/// One network, and one user from however many networks, takes no more than its share of the subscriptions.
#[tokio::test]
async fn open_subscriptions_are_shared_by_networks_and_users() {
    let mut config = proxied(config());
    config.subscriptions.max_subscriptions_per_address = 3;
    config.subscriptions.max_subscriptions_per_user = 2;
    config.jwt = Some(tokens::jwt_config());
    let harness = Harness::with(config, |builder| builder.jwks(tokens::jwks())).await;
    let token = tokens::good(&harness.clock);
    let open = async |client: &'static str, signed_in: bool| {
        let mut request = harness.post(&json!({ "query": "subscription { version }" }));
        request = request.header(ACCEPT, "text/event-stream").header("x-forwarded-for", client);
        if signed_in {
            request = request.bearer_auth(&token);
        }
        request.send().await.unwrap()
    };
    let refused = async |response: reqwest::Response, setting: &str| {
        let (status, body) = read(response).await;
        assert_eq!((status, code(&body)), (StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE"), "{body}");
        assert!(body["errors"][0]["message"].as_str().unwrap().contains(setting), "{body}");
    };
    let mut streams = Vec::new();
    for _ in 0..3 {
        streams.push(open("10.0.0.1", false).await);
    }
    refused(open("10.0.0.1", false).await, "subscriptions.max_subscriptions_per_address").await;
    for client in ["10.0.0.2", "10.0.0.3"] {
        streams.push(open(client, true).await);
    }
    refused(open("10.0.0.4", true).await, "subscriptions.max_subscriptions_per_user").await;
    streams.push(open("10.0.0.4", false).await);
    assert!(streams.iter().all(|stream| stream.status() == StatusCode::OK));
    harness.subgraph.open_streams(6).await;
    drop(streams);
    eventually("all places are free", async || metric(&harness, "souk_gateway_subscriptions").await == 0)
        .await;
    assert_eq!(open("10.0.0.1", true).await.status(), StatusCode::OK);
}

/// Event streams that are reserved are shared like subscriptions.
#[tokio::test]
async fn reserved_event_streams_are_shared_by_networks() {
    let mut config = proxied(config());
    config.subscriptions.max_subscriptions_per_address = 2;
    let harness = Harness::with(config, |builder| builder).await;
    let reserve = async |client: &str| {
        let request = harness.http.put(harness.url("/graphql")).header("x-requested-with", "test");
        request.header("x-forwarded-for", client).send().await.unwrap().status()
    };
    for _ in 0..2 {
        assert_eq!(reserve("10.0.0.1").await, StatusCode::CREATED);
    }
    assert_eq!(reserve("10.0.0.1").await, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(reserve("10.0.0.2").await, StatusCode::CREATED);
}

#[tokio::test]
async fn open_subscriptions_are_bounded() {
    let mut config = config();
    config.subscriptions.max_subscriptions = 1;
    let harness = Harness::with(config, |builder| builder).await;
    let first = stream(&harness, "text/event-stream", "subscription { version }").await;
    assert_eq!(first.status(), StatusCode::OK);
    let second = stream(&harness, "text/event-stream", "subscription { version }").await;
    assert_eq!(second.status(), StatusCode::SERVICE_UNAVAILABLE);
    drop(first);
    harness.subgraph.open_streams(0).await;
    assert_eq!(
        stream(&harness, "text/event-stream", "subscription { version }").await.status(),
        StatusCode::OK
    );
}

/// Reads whole events.
struct Events(reqwest::Response, String);

impl Events {
    async fn next(&mut self) -> String {
        loop {
            if let Some((event, rest)) = self.1.split_once("\n\n") {
                let (event, rest) = (event.to_owned(), rest.to_owned());
                self.1 = rest;
                // Comments keep the connection alive.
                if !event.starts_with(':') {
                    return event;
                }
                continue;
            }
            let chunk = self.0.chunk().await.unwrap().expect("the stream goes on");
            self.1.push_str(std::str::from_utf8(&chunk).unwrap());
        }
    }
}

#[tokio::test]
async fn one_stream_carries_many_operations() {
    let harness = Harness::start().await;
    let reserved = harness.http.put(harness.url("/graphql")).send().await.unwrap();
    assert_eq!(reserved.status(), StatusCode::CREATED);
    let token = reserved.text().await.unwrap();
    let open = || {
        let url = harness.url(&format!("/graphql?token={token}"));
        harness.http.get(url).header("accept", "text/event-stream").send()
    };
    let start = |id: &str, query: &str| {
        let body = json!({ "query": query, "extensions": { "operationId": id } });
        harness.post(&body).header("x-graphql-event-stream-token", &token).send()
    };
    let mut events = Events(open().await.unwrap(), String::new());
    assert_eq!(open().await.unwrap().status(), StatusCode::CONFLICT);

    assert_eq!(start("a", "{ hello }").await.unwrap().status(), StatusCode::ACCEPTED);
    assert_eq!(
        events.next().await,
        r#"event: next
data: {"id":"a","payload":{"data":{"hello":"hello you"}}}"#
    );
    assert_eq!(events.next().await, "event: complete\ndata: {\"id\":\"a\"}");

    assert_eq!(start("b", "subscription { version }").await.unwrap().status(), StatusCode::ACCEPTED);
    assert!(events.next().await.contains(r#"{"id":"b","payload":{"data":{"version":1}}}"#));
    assert_eq!(start("b", "{ hello }").await.unwrap().status(), StatusCode::CONFLICT);
    assert_eq!(start("", "{ hello }").await.unwrap().status(), StatusCode::BAD_REQUEST);
    assert_eq!(start("c", "{ nope }").await.unwrap().status(), StatusCode::ACCEPTED);
    let refused = events.next().await;
    assert!(refused.contains("GRAPHQL_VALIDATION_FAILED") && refused.contains(r#""id":"c""#), "{refused}");
    assert_eq!(events.next().await, "event: complete\ndata: {\"id\":\"c\"}");

    let stop = harness.http.delete(harness.url(&format!("/graphql?token={token}&operationId=b")));
    assert_eq!(stop.send().await.unwrap().status(), StatusCode::OK);
    harness.subgraph.open_streams(0).await;

    start("d", "subscription { version }").await.unwrap();
    harness.subgraph.open_streams(1).await;
    drop(events);
    harness.subgraph.open_streams(0).await;
    // With its response, the stream is gone.
    let unknown = harness.post(&json!({ "query": "{ hello }", "extensions": { "operationId": "e" } }));
    let unknown = unknown.header("x-graphql-event-stream-token", "never-reserved").send().await.unwrap();
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

/// A multipart body is whole when the process stops, and says that it is over: only a part with an error ends it for a
/// client that would otherwise wait.
#[tokio::test]
async fn a_stop_ends_a_multipart_stream_with_an_error_and_its_last_boundary() {
    let harness = Harness::start().await;
    let response = stream(&harness, "multipart/mixed;subscriptionSpec=1.0", "subscription { version }").await;
    harness.subgraph.open_streams(1).await;
    harness.begin_stop();
    let text = response.text().await.unwrap();
    assert!(text.ends_with("}\r\n--graphql--\r\n"), "{text}");
    let last = text.rsplit("\r\n\r\n").next().unwrap().trim_end_matches("\r\n--graphql--\r\n");
    let last: serde_json::Value = serde_json::from_str(last).unwrap();
    assert_eq!(last["payload"], json!(null));
    assert_eq!(last["errors"][0]["extensions"]["code"], "UNAVAILABLE", "{text}");
}
