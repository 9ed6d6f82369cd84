//! What clients send and do not end, and what is kept of what they sent: it is bounded, and others are served.

use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::routing::post;
use axum::serve::ListenerExt as _;
use bytes::Bytes;
use futures::StreamExt as _;
use reqwest::StatusCode;
use router_gateway::GatewayConfig;
use router_gateway::config::{ForwardConfig, Quota};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::raw::{Raw, TEXT, frame};
use crate::support::socket::Socket;
use crate::support::{Harness, config, eventually, metric, proxied, query_from};

const HELD: &str = "souk_gateway_body_bytes";
const PART: usize = 1 << 20;
/// Most of the part of a network.
const MOST: usize = 800 << 10;

/// Requests of one network that are passed on at a time, where the process may open many files.
const MOST_PASSED_ON: usize = 128;

/// Sends a head and a body that goes on.
async fn begin(address: SocketAddr, client: &str, path: &str, headers: &str, sent: &[u8]) -> TcpStream {
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Forwarded-For: {client}\r\n\
         {headers}Content-Length: {}\r\n\r\n",
        sent.len() + 1
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(sent).await.unwrap();
    stream
}

/// The head and the first bytes of an answer.
async fn answered(mut stream: TcpStream) -> String {
    let mut answer = String::new();
    let reading = async {
        while !answer.contains("\r\n\r\n") || !answer.contains("}]}") {
            let mut bytes = [0; 1024];
            let read = stream.read(&mut bytes).await.unwrap();
            assert!(read > 0, "the connection ended after {answer}");
            answer.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
    };
    let ended = tokio::time::timeout(Duration::from_secs(20), reading).await;
    ended.expect("an answer before the body has ended");
    answer
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.flush().unwrap();
    packed.get_ref().clone()
}

async fn narrow() -> Harness {
    let mut config = proxied(config());
    config.max_body_bytes_open_per_address = PART;
    let mounted =
        Router::new().route("/hooks/body", post(|body: Bytes| async move { body.len().to_string() }));
    Harness::with(config, |builder| builder.mount("/hooks", mounted)).await
}

/// Check 54: bodies that do not end fill the part of their network by what they unpack to; it is refused more, others
/// are served, and what is given up is free again.
#[tokio::test]
async fn bodies_that_do_not_end_fill_the_part_of_their_network_alone() {
    let harness = narrow().await;
    let spaces = vec![b' '; MOST];
    let cases: [(&str, &str, Vec<u8>); 3] = [
        ("/graphql", "Content-Encoding: gzip\r\n", gzip(&spaces)),
        ("/graphql", "", spaces.clone()),
        ("/hooks/body", "", spaces.clone()),
    ];
    for (path, headers, sent) in cases {
        let first = begin(harness.address, "10.0.0.1", path, headers, &sent).await;
        let at_least = u64::try_from(MOST).unwrap();
        eventually("the body is counted", async || metric(&harness, HELD).await >= at_least).await;
        assert!(metric(&harness, HELD).await <= u64::try_from(PART).unwrap());
        let second = begin(harness.address, "10.0.0.1", path, headers, &sent).await;
        let refused = answered(second).await;
        assert!(refused.starts_with("HTTP/1.1 503"), "{path} {headers}: {refused}");
        assert!(refused.contains("OVERLOADED") && refused.contains("retry-after: 2"), "{refused}");
        assert_eq!(query_from(&harness, "10.0.0.2", "{ hello }").await.0, StatusCode::OK);
        drop(first);
        eventually("the room is free", async || metric(&harness, HELD).await == 0).await;
        assert_eq!(query_from(&harness, "10.0.0.1", "{ hello }").await.0, StatusCode::OK);
    }
}

/// Check 54: however many networks there are, all of them together have so much.
#[tokio::test]
async fn bodies_of_all_networks_together_have_so_much() {
    let mut config = proxied(config());
    config.max_body_bytes_open = 2 * PART;
    config.max_body_bytes_open_per_address = PART;
    let harness = Harness::with(config, |builder| builder).await;
    let spaces = vec![b' '; MOST];
    let mut open = Vec::new();
    for client in ["10.0.0.1", "10.0.0.2"] {
        open.push(begin(harness.address, client, "/graphql", "", &spaces).await);
    }
    let at_least = 2 * u64::try_from(MOST).unwrap();
    eventually("both are counted", async || metric(&harness, HELD).await >= at_least).await;
    let third = begin(harness.address, "10.0.0.3", "/graphql", "", &spaces).await;
    assert!(answered(third).await.contains("OVERLOADED"));
}

/// A caller that may run nothing now is told so before its body is read.
#[tokio::test]
async fn a_body_beyond_the_quota_is_not_read() {
    let mut config = GatewayConfig::default();
    config.rate_limit.address = Quota { per_second: 1, burst: 2 };
    // So that one answer leaves a debt that no test waits for.
    config.rate_limit.bytes_per_operation = 1;
    let harness = Harness::with(config, |builder| builder).await;
    assert_eq!(harness.query("{ nodes(first: 100) { id } }").await.0, StatusCode::OK);
    let refused = answered(begin(harness.address, "10.0.0.1", "/graphql", "", b"{").await).await;
    assert!(refused.starts_with("HTTP/1.1 429") && refused.contains("RATE_LIMITED"), "{refused}");
}

/// A connection of HTTP/2 carries few requests at once.
#[tokio::test]
async fn a_connection_of_http2_has_few_streams() {
    let harness = Harness::start().await;
    let mut stream = TcpStream::connect(harness.address).await.unwrap();
    stream.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.unwrap();
    let mut head = [0; 9];
    stream.read_exact(&mut head).await.unwrap();
    let [_, high, low, kind, ..] = head;
    assert_eq!(kind, 4, "the settings come first");
    let mut settings = vec![0; usize::from(u16::from_be_bytes([high, low]))];
    stream.read_exact(&mut settings).await.unwrap();
    let most = settings.chunks(6).find(|setting| setting[..2] == [0, 3]).expect("a limit of streams");
    assert_eq!(u32::from_be_bytes(most[2..].try_into().unwrap()), 50);
}

/// Check 54: messages that do not end fill the part of their network as bodies do.
#[tokio::test]
async fn messages_that_do_not_end_fill_the_part_of_their_network_alone() {
    let harness = narrow().await;
    let begun = frame(TEXT, &vec![b' '; MOST]);
    let mut first = Raw::ready(harness.address).await;
    first.send(&begun).await;
    let at_least = u64::try_from(MOST).unwrap();
    eventually("the message is counted", async || metric(&harness, HELD).await >= at_least).await;
    let mut second = Raw::ready(harness.address).await;
    // Just above the room that is left: the rest of it is still on its way when the connection is closed.
    second.send(&begun[..PART - MOST + (64 << 10)]).await;
    let (code, reason) = second.closed().await;
    assert_eq!((code, reason.contains("room")), (1013, true), "{reason}");
    assert_eq!(query_from(&harness, "10.0.0.2", "{ hello }").await.0, StatusCode::OK);
    drop((first, second));
    eventually("the room is free", async || metric(&harness, HELD).await == 0).await;
}

/// A large message leaves its connection a large buffer, which is counted until the connection ends; small ones leave
/// none.
#[tokio::test]
async fn what_a_connection_keeps_of_a_large_message_is_counted() {
    let harness = narrow().await;
    let pong = |padding: usize| format!("{{\"type\":\"pong\"}}{}", " ".repeat(padding));
    let mut socket = Raw::ready(harness.address).await;
    socket.text(&pong(1_000)).await;
    socket.text(r#"{"type":"ping"}"#).await;
    eventually("nothing is kept", async || metric(&harness, HELD).await == 0).await;
    socket.text(&pong(MOST)).await;
    // What came together with the message before it counts as a part of that.
    let at_least = u64::try_from(MOST - (64 << 10)).unwrap();
    eventually("the buffer is counted", async || metric(&harness, HELD).await >= at_least).await;
    socket.text(r#"{"type":"ping"}"#).await;
    assert!(metric(&harness, HELD).await >= at_least);
    drop(socket);
    eventually("the room is free", async || metric(&harness, HELD).await == 0).await;
}

/// Check 54: a message that is begun must be whole in time, whatever signs of life come between its parts.
#[tokio::test]
async fn a_message_that_does_not_end_is_closed() {
    let mut config = config();
    config.timeouts.body = Duration::from_millis(300);
    let harness = Harness::with(config, |builder| builder).await;
    let mut idle = Socket::ready(harness.address).await;
    let mut raw = Raw::ready(harness.address).await;
    raw.send(&frame(TEXT, b"{")).await;
    raw.send(&frame(0x89, b"alive")).await;
    raw.send(&frame(0, b" ")).await;
    raw.send(&frame(0x8a, b"alive")).await;
    assert_eq!(raw.closed().await, (4408, "the message did not arrive in time".to_owned()));
    // Who has sent whole messages alone goes on.
    idle.subscribe("1", "{ hello }").await;
    assert_eq!(idle.receive().await["type"], "next");
}

/// Variables of a subscription are kept as long as it is open, and counted as long, however it came.
#[tokio::test]
async fn variables_of_open_subscriptions_fill_the_part_of_their_network_alone() {
    let harness = narrow().await;
    let query = "subscription($of: String) { version(of: $of) }";
    let body = json!({ "query": query, "variables": { "of": "x".repeat(300 << 10) } });
    let subscribe = |id: u32| json!({ "id": id.to_string(), "type": "subscribe", "payload": body });
    let mut socket = Socket::ready(harness.address).await;
    // The socket keeps a buffer of one message, and the variables of two.
    for id in 1..=2 {
        socket.send(&subscribe(id)).await;
        assert_eq!(socket.receive().await["type"], "next");
    }
    let at_least = 3 * (300 << 10);
    eventually("they are counted", async || metric(&harness, HELD).await >= at_least).await;
    socket.send(&subscribe(3)).await;
    let refused = socket.receive().await;
    assert_eq!(refused["payload"][0]["extensions"]["code"], "OVERLOADED", "{refused}");
    let streamed = async |client: &'static str| {
        let request = harness.post(&body).header("accept", "text/event-stream");
        request.header("x-forwarded-for", client).send().await.unwrap()
    };
    assert_eq!(streamed("127.0.0.1").await.status(), StatusCode::SERVICE_UNAVAILABLE);
    let other = streamed("10.0.0.2").await;
    assert_eq!(other.status(), StatusCode::OK);
    harness.subgraph.open_streams(3).await;
    assert!(metric(&harness, HELD).await >= 4 * (300 << 10));
    drop(other);
    socket.send(&json!({ "id": "1", "type": "complete" })).await;
    harness.subgraph.open_streams(1).await;
    eventually("the room of one is free", async || metric(&harness, HELD).await < at_least).await;
    socket.send(&subscribe(3)).await;
    assert_eq!(socket.receive().await["type"], "next");
}

/// Check 54: a request that is passed on takes a connection to its server. Those of one network that do not end take its
/// part alone.
#[tokio::test]
async fn forwarded_bodies_that_do_not_end_leave_connections_for_others() {
    let inside = Router::new().route("/media/up", post(|body: Bytes| async move { body.len().to_string() }));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let opened = Arc::new(AtomicUsize::new(0));
    let listener = {
        let opened = opened.clone();
        listener.tap_io(move |_| {
            opened.fetch_add(1, Ordering::SeqCst);
        })
    };
    tokio::spawn(async move { axum::serve(listener, inside).await });
    let mut config = proxied(config());
    config.forward = vec![ForwardConfig { prefix: "/media".to_owned(), url, max_body_bytes: None }];
    let harness = Harness::with(config, |builder| builder).await;
    let upload = async |client: &'static str| {
        let request = harness.http.post(harness.url("/media/up")).header("x-forwarded-for", client);
        request.body("whole").send().await.unwrap().status()
    };
    let mut unfinished = Vec::new();
    for _ in 0..MOST_PASSED_ON + 8 {
        let begun = begin(harness.address, "10.0.0.1", "/media/up", "", b"half").await;
        unfinished.push(Box::pin(answered(begun)));
    }
    let (refused, _, held) = futures::future::select_all(unfinished).await;
    assert!(refused.starts_with("HTTP/1.1 503") && refused.contains("OVERLOADED"), "{refused}");
    assert!(refused.to_lowercase().contains("retry-after: "), "{refused}");
    assert!(opened.load(Ordering::SeqCst) <= MOST_PASSED_ON);
    assert_eq!(upload("10.0.0.2").await, StatusCode::OK);
    drop(held);
    assert_eq!(upload("10.0.0.1").await, StatusCode::OK);
}

async fn length(body: Body) -> String {
    let pieces = body.into_data_stream().map(|piece| piece.map_or(0, |piece| piece.len()));
    pieces.fold(0, async |sum, length| sum + length).await.to_string()
}

/// A file is passed on as it comes and held by nobody, so it may be larger than what is held of one network.
#[tokio::test]
async fn a_file_that_is_sent_takes_no_room_by_its_length() {
    let mut config = config();
    config.max_body_bytes_open_per_address = PART;
    let service = Router::new().route("/files/up", post(length)).route("/hooks/up", post(length));
    let harness = Harness::with(config, |builder| {
        builder.mount_files("/files", service.clone()).mount("/hooks", service)
    })
    .await;
    let send = async |path: &str| {
        let sent = harness.http.post(harness.url(path)).body(vec![b'x'; 2 * PART]).send().await.unwrap();
        (sent.status(), sent.text().await.unwrap())
    };
    assert_eq!(send("/files/up").await, (StatusCode::OK, (2 * PART).to_string()));
    assert_eq!(send("/hooks/up").await.0, StatusCode::SERVICE_UNAVAILABLE);
}

/// The time for an answer begins with the last of the body: a large file over a slow line takes longer than that.
#[tokio::test]
async fn a_file_may_be_sent_for_longer_than_an_answer_takes() {
    const PARTS: usize = 12;
    let inside = Router::new().route("/files/up", post(length));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, inside).await });
    let mut config = config();
    config.timeouts.request = Duration::from_millis(400);
    config.forward = vec![ForwardConfig { prefix: "/files".to_owned(), url, max_body_bytes: Some(4 << 20) }];
    let harness = Harness::with(config, |builder| builder).await;
    let pauses = tokio::time::interval(Duration::from_millis(100));
    let pieces = futures::stream::unfold(pauses, |mut pauses| async move {
        pauses.tick().await;
        Some((Ok::<_, std::io::Error>(vec![b'x'; 256 << 10]), pauses))
    });
    let body = reqwest::Body::wrap_stream(pieces.take(PARTS));
    let sent = harness.http.post(harness.url("/files/up")).body(body).send().await.unwrap();
    assert_eq!(sent.status(), StatusCode::OK);
    assert_eq!(sent.text().await.unwrap(), (PARTS * (256 << 10)).to_string());
}
