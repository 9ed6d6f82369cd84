//! Answers that nobody reads, and events that many wait for: what they take is bounded, and others are served.

use std::net::SocketAddr;
use std::time::Duration;

use reqwest::StatusCode;
use router_gateway::GatewayConfig;
use router_gateway::config::Quota;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpSocket, TcpStream};

use crate::support::raw::Raw;
use crate::support::socket::Socket;
use crate::support::{Harness, code, config, eventually, metric, proxied, query_from, read};

const PATIENCE: Duration = Duration::from_secs(30);

/// More than sockets hold.
fn large() -> String {
    let aliases: String = (0..5).map(|n| format!("{}{n}: id ", "a".repeat(2_000))).collect();
    format!("{{ nodes(first: 3000) {{ {aliases} }} }}")
}

/// Asks, and reads nothing.
async fn ask(address: SocketAddr, client: &str, query: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    let body = json!({ "query": query }).to_string();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Forwarded-For: {client}\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    stream
}

/// Check 50: answers that are not read fill the part of their network; it is refused more, others are answered, and what
/// is read or given up is free again.
#[tokio::test]
async fn answers_that_nobody_reads_fill_the_part_of_their_network_alone() {
    let mut config = proxied(config());
    config.limits.max_response_bytes = 64 << 20;
    config.max_waiting_bytes_per_address = 1 << 20;
    let harness = Harness::with(config, |builder| builder).await;
    let unread = ask(harness.address, "10.0.0.1", &large()).await;
    eventually("the answer waits", async || metric(&harness, "souk_gateway_waiting_bytes").await == 1 << 20)
        .await;
    let before = harness.subgraph.operations();
    let request = harness.post(&json!({ "query": "{ hello }" })).header("x-forwarded-for", "10.0.0.1");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "2");
    let (status, body) = read(response).await;
    assert_eq!((status, code(&body)), (StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED"), "{body}");
    assert_eq!(harness.subgraph.operations(), before);
    let mut socket = Socket::ready(harness.address).await;
    socket.subscribe("1", "{ hello }").await;
    assert_eq!(socket.receive().await["type"], "next");
    assert_eq!(query_from(&harness, "10.0.0.2", "{ hello }").await.0, StatusCode::OK);

    drop(unread);
    eventually("the room is free", async || metric(&harness, "souk_gateway_waiting_bytes").await == 0).await;
    assert_eq!(query_from(&harness, "10.0.0.1", "{ hello }").await.0, StatusCode::OK);
}

/// Check 50: however many networks there are, all of them together have so much.
#[tokio::test]
async fn all_networks_together_have_so_much() {
    let mut config = proxied(config());
    config.limits.max_response_bytes = 64 << 20;
    config.max_waiting_bytes_per_address = 1 << 20;
    config.max_waiting_bytes = 2 << 20;
    let harness = Harness::with(config, |builder| builder).await;
    let mut unread = Vec::new();
    for client in ["10.0.0.1", "10.0.0.2"] {
        unread.push(ask(harness.address, client, &large()).await);
    }
    eventually("both wait", async || metric(&harness, "souk_gateway_waiting_bytes").await == 2 << 20).await;
    let (status, body) = query_from(&harness, "10.0.0.3", "{ hello }").await;
    assert_eq!((status, code(&body)), (StatusCode::SERVICE_UNAVAILABLE, "OVERLOADED"), "{body}");
    drop(unread);
    eventually("the room is free", async || metric(&harness, "souk_gateway_waiting_bytes").await == 0).await;
}

/// The queue of a connection is bounded by bytes, too: a few large messages are as much as many small ones.
#[tokio::test]
async fn a_queue_is_bounded_by_bytes() {
    let mut config = config();
    config.subscriptions.queue = 1_000_000;
    config.subscriptions.queue_bytes = 256 << 10;
    config.subscriptions.slow_reader = Duration::from_millis(200);
    config.max_waiting_bytes_per_address = 256 << 20;
    let harness = Harness::with(config, |builder| builder).await;
    let query = format!("subscription {{ {}: count(to: 600) }}", "a".repeat(100_000));
    let mut socket = Raw::ready(harness.address).await;
    let subscribe = json!({ "id": "1", "type": "subscribe", "payload": { "query": query } });
    socket.text(&subscribe.to_string()).await;
    eventually("the slow reader is gone", async || metric(&harness, "souk_gateway_websockets").await == 0)
        .await;
    let stream = ask_for_events(harness.address, &query).await;
    eventually("its stream, too", async || {
        metric(&harness, "souk_gateway_subscriptions").await == 0
            && metric(&harness, "souk_gateway_waiting_bytes").await < 1 << 20
    })
    .await;
    drop((socket, stream));
}

/// Asks for server-sent events, and reads none.
async fn ask_for_events(address: SocketAddr, query: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4096).unwrap();
    let mut stream = socket.connect(address).await.unwrap();
    let body = json!({ "query": query }).to_string();
    let head = format!(
        "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\n\
         Content-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(body.as_bytes()).await.unwrap();
    stream
}

/// Check 50: an event that very many wait for is answered to a few at a time, to no network alone, while requests are
/// served.
#[tokio::test]
async fn events_are_answered_to_a_few_at_once() {
    let mut config = proxied(config());
    config.subscriptions.events_at_once = Some(4);
    let harness = Harness::with(config, |builder| builder).await;
    let mut sockets = Vec::new();
    for client in ["10.0.0.1", "10.0.0.2", "10.0.0.3"] {
        let headers = [("sec-websocket-protocol", "graphql-transport-ws"), ("x-forwarded-for", client)];
        let mut socket = Socket::try_open(harness.address, &headers).await.unwrap();
        socket.send(&json!({ "type": "connection_init" })).await;
        socket.receive().await;
        for id in 0..10 {
            socket.subscribe(&id.to_string(), "subscription { heavy }").await;
        }
        sockets.push(socket);
    }
    let mut answering = harness.subgraph.0.answering.subscribe();
    tokio::time::timeout(PATIENCE, answering.wait_for(|(now, _)| *now == 4)).await.unwrap().unwrap();
    for _ in 0..20 {
        assert_eq!(query_from(&harness, "10.0.0.1", "{ hello }").await.0, StatusCode::OK);
    }
    harness.subgraph.0.gate.add_permits(90);
    for socket in &mut sockets {
        let mut events = Vec::new();
        let mut complete = 0;
        while complete < 10 {
            let message = socket.receive().await;
            match message["type"].as_str() {
                Some("next") => events.push(message["payload"]["data"]["heavy"].as_u64().unwrap()),
                _ => complete += 1,
            }
        }
        events.sort_unstable();
        assert_eq!(events, [[1; 10], [2; 10], [3; 10]].concat());
    }
    assert_eq!(*answering.borrow(), (0, 4));
}

/// The same of one network, which leaves half to others.
#[tokio::test]
async fn one_network_takes_half_of_the_turns() {
    let mut config = proxied(config());
    config.subscriptions.events_at_once = Some(4);
    let harness = Harness::with(config, |builder| builder).await;
    let mut socket = Socket::ready(harness.address).await;
    for id in 0..10 {
        socket.subscribe(&id.to_string(), "subscription { heavy }").await;
    }
    harness.subgraph.0.gate.add_permits(30);
    let mut complete = 0;
    while complete < 10 {
        complete += usize::from(socket.receive().await["type"] == "complete");
    }
    assert!(harness.subgraph.0.answering.borrow().1 <= 2);
}

/// An answer is charged by its size as well, when it is known: it is given, and the next operation waits.
#[tokio::test]
async fn a_large_answer_is_charged_as_several_operations() {
    let mut config = GatewayConfig::default();
    config.rate_limit.address = Quota { per_second: 1, burst: 40 };
    config.rate_limit.bytes_per_operation = 1_000;
    let harness = Harness::with(config, |builder| builder).await;
    let query = |first: usize| json!({ "query": format!("{{ nodes(first: {first}) {{ id }} }}") });
    let answer = harness.post(&query(500)).send().await.unwrap();
    assert_eq!(answer.headers()["ratelimit-remaining"], "39");
    let bytes = answer.text().await.unwrap().len();
    let answer = harness.post(&query(1)).send().await.unwrap();
    let left: usize = answer.headers()["ratelimit-remaining"].to_str().unwrap().parse().unwrap();
    let expected = 40 - bytes.div_ceil(1_000) - 1;
    assert!((expected..=expected + 2).contains(&left), "{left} left of 40 after {bytes} bytes");
    // More than is left: it is given all the same, and the next waits for it.
    assert_eq!(harness.post(&query(990)).send().await.unwrap().status(), StatusCode::OK);
    assert_eq!(
        harness.post(&json!([query(900), query(900), query(900)])).send().await.unwrap().status(),
        StatusCode::OK
    );
    let refused = harness.post(&query(1)).send().await.unwrap();
    let wait: u64 = refused.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    let (status, body) = read(refused).await;
    assert_eq!((status, code(&body)), (StatusCode::TOO_MANY_REQUESTS, "RATE_LIMITED"));
    assert!(wait > 5, "{body}");
}

/// What was made in vain, for it came to more than an answer may have, was work all the same.
#[tokio::test]
async fn an_answer_that_is_given_up_is_charged_as_the_largest() {
    let mut config = GatewayConfig::default();
    config.rate_limit.address = Quota { per_second: 1, burst: 40 };
    config.rate_limit.bytes_per_operation = 1_000;
    config.limits.max_response_bytes = 30_000;
    let harness = Harness::with(config, |builder| builder).await;
    let (_, body) = harness.query("{ nodes(first: 2500) { id } }").await;
    assert_eq!(code(&body), "LIMIT_EXCEEDED", "{body}");
    let answer = harness.post(&json!({ "query": "{ hello }" })).send().await.unwrap();
    let left: u64 = answer.headers()["ratelimit-remaining"].to_str().unwrap().parse().unwrap();
    assert!(left <= 12, "{left}");
}

/// Events are charged to their caller. Where its account is spent they wait, and none is lost.
#[tokio::test]
async fn events_are_charged_and_wait() {
    let mut config = GatewayConfig::default();
    config.rate_limit.address = Quota { per_second: 2, burst: 3 };
    let harness = Harness::with(config, |builder| builder).await;
    let mut socket = Socket::ready(harness.address).await;
    socket.subscribe("1", "subscription { count(to: 6) }").await;
    for expected in 1..=6 {
        assert_eq!(socket.receive().await["payload"]["data"]["count"], expected);
    }
    assert_eq!(harness.query("{ hello }").await.0, StatusCode::TOO_MANY_REQUESTS);
}
