//! What is too much, too deep or broken is refused before it costs anything.

use std::io::Write;
use std::time::{Duration, Instant};

use reqwest::StatusCode;
use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::socket::Socket;
use crate::support::{Harness, code, config, read};

fn doubling_fragments(levels: usize) -> String {
    let mut query = "{ ...F0 }".to_owned();
    for level in 0..levels {
        let next = level + 1;
        query.push_str(&format!(" fragment F{level} on Query {{ ...F{next} ...F{next} }}"));
    }
    query.push_str(&format!(" fragment F{levels} on Query {{ hello }}"));
    query
}

/// Check 1: fragments that double at each level are refused by counting, not by expanding.
#[tokio::test]
async fn doubling_fragments_are_refused() {
    let harness = Harness::start().await;
    for levels in [20, 60] {
        let (status, body) = harness.query(&doubling_fragments(levels)).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED"), "{levels} levels");
    }
    assert_eq!(harness.subgraph.operations(), 0);
}

/// Check 2: cycles and deep nesting are errors, and the server lives on.
#[tokio::test]
async fn cycles_and_deep_nesting_are_refused() {
    let harness = Harness::start().await;
    let cycle = "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }";
    assert_eq!(harness.query(cycle).await.0, StatusCode::BAD_REQUEST);
    for nested in [
        format!("{}{}", "{ node ".repeat(100_000), "}".repeat(100_000)),
        format!("{{ hello(name: {}{}) }}", "[".repeat(100_000), "]".repeat(100_000)),
    ] {
        let (status, body) = harness.query(&nested).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED"));
    }
    assert_eq!(harness.query("{ hello }").await.0, StatusCode::OK);
}

/// Check 3: a hundred thousand aliases, fields or directives get an answer under 1 KB.
#[tokio::test]
async fn floods_are_refused_shortly() {
    let mut config = config();
    config.max_body_bytes = 8 << 20;
    let harness = Harness::with(config, |builder| builder).await;
    let aliases: String = (0..100_000).map(|n| format!("a{n}:hello ")).collect();
    for query in [
        format!("{{ {aliases} }}"),
        format!("{{ {} }}", "hello ".repeat(100_000)),
        format!("{{ hello {} }}", "@include(if: true) ".repeat(100_000)),
    ] {
        let response = harness.post(&json!({ "query": query })).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::BAD_REQUEST);
        assert!(response.text().await.unwrap().len() < 1024);
    }
}

/// Check 4: a batch of a thousand is refused whole.
#[tokio::test]
async fn a_large_batch_is_refused() {
    let harness = Harness::start().await;
    let batch: Vec<_> = (0..1_000).map(|_| json!({ "query": "{ hello }" })).collect();
    let (status, body) = read(harness.post(&json!(batch)).send().await.unwrap()).await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED"));
    assert_eq!(harness.subgraph.operations(), 0);
}

/// Check 5: a compressed body is stopped at the limit of what it inflates to.
#[tokio::test]
async fn a_compressed_bomb_is_stopped() {
    let harness = Harness::start().await;
    // 256 MiB of spaces, a thousandth of that on the wire.
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let block = vec![b' '; 1 << 20];
    for _ in 0..256 {
        bomb.write_all(&block).unwrap();
    }
    let gzip = |bytes: Vec<u8>| {
        let request = harness.http.post(harness.url("/graphql")).header(CONTENT_TYPE, "application/json");
        request.header(CONTENT_ENCODING, "gzip").body(bytes)
    };
    let started = Instant::now();
    let (status, body) = read(gzip(bomb.finish().unwrap()).send().await.unwrap()).await;
    assert_eq!((status, code(&body)), (StatusCode::PAYLOAD_TOO_LARGE, "LIMIT_EXCEEDED"));
    // Inflating it all takes longer than this even on a fast machine in a debug build.
    assert!(started.elapsed() < Duration::from_secs(20));

    let mut small = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    small.write_all(br#"{"query":"{ hello }"}"#).unwrap();
    assert_eq!(read(gzip(small.finish().unwrap()).send().await.unwrap()).await.0, StatusCode::OK);
}

/// Check 6: deep or huge variables, bad UTF-8 and numbers out of range are 4xx.
#[tokio::test]
async fn bad_variables_and_encodings_are_refused() {
    let harness = Harness::start().await;
    let raw = async |body: Vec<u8>| {
        let request = harness.http.post(harness.url("/graphql")).header(CONTENT_TYPE, "application/json");
        let request = request.header("accept", "application/graphql-response+json").body(body);
        read(request.send().await.unwrap()).await
    };
    let deep = format!(
        r#"{{"query":"{{hello}}","variables":{{"x":{}{}}}}}"#,
        "[".repeat(100_000),
        "]".repeat(100_000)
    );
    assert_eq!(raw(deep.into_bytes()).await.0, StatusCode::BAD_REQUEST);
    let huge = format!(r#"{{"query":"{{hello}}","variables":{{"x":"{}"}}}}"#, "x".repeat(3 << 20));
    assert_eq!(raw(huge.into_bytes()).await.0, StatusCode::PAYLOAD_TOO_LARGE);
    let (status, body) = raw(b"{\"query\":\"{ hello(name: \\\"\xff\xfe\\\") }\"}".to_vec()).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(body["errors"][0]["message"].as_str().unwrap().contains("UTF-8"));
    for number in ["2147483648", "1e400", "1.5", "-2147483649"] {
        let body = format!(r#"{{"query":"query($a:Int!){{sum(a:$a,b:0)}}","variables":{{"a":{number}}}}}"#);
        let (status, answer) = raw(body.into_bytes()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{number}: {answer}");
    }
}

/// Check 7: the same limits hold over WebSocket and server-sent events.
#[tokio::test]
async fn limits_hold_for_subscriptions() {
    let harness = Harness::start().await;
    let deep = format!("subscription {}{}", "{ version ".repeat(1_000), "}".repeat(1_000));
    let bomb =
        doubling_fragments(40).replacen('{', "subscription {", 1).replace("on Query", "on Subscription");
    for query in [deep, bomb] {
        let mut socket = Socket::ready(harness.address).await;
        socket.subscribe("1", &query).await;
        let answer = socket.receive().await;
        assert_eq!((&answer["type"], &answer["id"]), (&json!("error"), &json!("1")));
        assert_eq!(answer["payload"][0]["extensions"]["code"], "LIMIT_EXCEEDED");

        let request = harness.http.post(harness.url("/graphql")).header(CONTENT_TYPE, "application/json");
        let request =
            request.header("accept", "text/event-stream").body(json!({ "query": query }).to_string());
        let text = request.send().await.unwrap().text().await.unwrap();
        assert!(text.contains("LIMIT_EXCEEDED") && text.contains("event: complete"), "{text}");
    }
    assert_eq!(harness.subgraph.operations(), 0);
}

/// Check 13, in small: a client that sends its head slowly, or nothing, is cut off, and others are served meanwhile.
#[tokio::test]
async fn slow_heads_are_cut_off() {
    let mut config = config();
    config.timeouts.header = Duration::from_millis(300);
    let harness = Harness::with(config, |builder| builder).await;
    let mut slow = Vec::new();
    for start in ["", "P", "PRI * HT", "POST /graphql HTTP/1.1\r\nHost: x\r\nX-A: "] {
        let mut socket = TcpStream::connect(harness.address).await.unwrap();
        socket.write_all(start.as_bytes()).await.unwrap();
        slow.push(socket);
    }
    assert_eq!(harness.query("{ hello }").await.0, StatusCode::OK);
    for mut socket in slow {
        let mut rest = Vec::new();
        let end = tokio::time::timeout(Duration::from_secs(20), socket.read_to_end(&mut rest)).await;
        // Closed, with or without a word, or reset: but not kept.
        end.expect("the connection is given up").unwrap_or_default();
    }
}
