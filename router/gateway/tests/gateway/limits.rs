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

/// Check 6: variables may hold so many values and no more, wherever in the request they stand and however they come; they are
/// counted before they take memory.
#[tokio::test]
async fn variables_that_hold_too_much_are_refused_by_the_limits_name() {
    let harness = Harness::start().await;
    let refused = async |body: String, setting: &str| {
        assert!(body.len() < 2 << 20);
        let request = harness.http.post(harness.url("/graphql")).header(CONTENT_TYPE, "application/json");
        let request = request.header("accept", "application/graphql-response+json").body(body);
        let (status, body) = read(request.send().await.unwrap()).await;
        let body = if body.is_array() { &body[0] } else { &body };
        assert_eq!((status, code(body)), (StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED"), "{setting}: {body}");
        let message = body["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(setting), "{message}");
    };
    let list = |count: usize| vec!["a"; count];
    let (query, many) = ("query($x: String) { hello(name: $x) }", "max_input_values");
    for held in [
        json!({ "query": query, "variables": { "x": list(375_000) } }),
        json!({ "query": query, "variables": { "x": list(10_000) } }),
        json!({ "query": query, "variables": { "x": vec![list(100); 100] } }),
        json!({ "query": query, "variables": { "undefined": list(10_000) } }),
        json!({ "query": query, "extensions": { "x": list(10_000) } }),
        json!({ "query": query, "variables": { "x": list(5_000) }, "extensions": { "x": list(5_000) } }),
        json!(vec![json!({ "query": query, "variables": { "x": list(1_000) } }); 10]),
    ] {
        refused(held.to_string(), many).await;
    }
    let fields: Vec<String> = (0..10_001).map(|n| format!("\"f{n}\":{n}")).collect();
    refused(format!("{{\"query\":\"{{hello}}\",\"variables\":{{{}}}}}", fields.join(",")), many).await;
    let nested = format!("{}1{}", "[".repeat(33), "]".repeat(33));
    for place in ["variables", "extensions"] {
        refused(format!("{{\"query\":\"{{hello}}\",\"{place}\":{{\"x\":{nested}}}}}"), "max_input_depth")
            .await;
    }
    assert_eq!(harness.subgraph.operations(), 0);

    // As many as are allowed, with brackets and colons in texts that mean nothing.
    let texts = vec!["[{\\\"a\":[1,2"; 9_999];
    let body = json!({ "query": "{ hello }", "variables": { "x": texts } });
    assert_eq!(read(harness.post(&body).send().await.unwrap()).await.0, StatusCode::OK);
}

/// Check 6: the same in the query string and over a WebSocket.
#[tokio::test]
async fn variables_that_hold_too_much_are_refused_however_they_come() {
    let mut config = config();
    config.limits.max_input_values = 10;
    let harness = Harness::with(config, |builder| builder).await;
    for (count, expected) in [(9, StatusCode::OK), (10, StatusCode::BAD_REQUEST)] {
        let variables = json!({ "x": vec![1; count] }).to_string();
        let url = format!("{}?query=%7Bhello%7D&variables={variables}", harness.url("/graphql"));
        let request = harness.http.get(url).header("accept", "application/graphql-response+json");
        assert_eq!(request.send().await.unwrap().status(), expected);
    }
    let mut socket = Socket::ready(harness.address).await;
    let payload = json!({ "query": "{ hello }", "variables": { "x": vec![1; 10] } });
    socket.send(&json!({ "id": "1", "type": "subscribe", "payload": payload })).await;
    let answer = socket.receive().await;
    assert_eq!((&answer["type"], &answer["id"]), (&json!("error"), &json!("1")));
    assert_eq!(answer["payload"][0]["extensions"]["code"], "LIMIT_EXCEEDED");
    socket.subscribe("1", "{ hello }").await;
    assert_eq!(socket.receive().await["type"], "next");
    for kind in ["connection_init", "ping"] {
        let mut socket = Socket::open(harness.address).await;
        socket.send(&json!({ "type": kind, "payload": { "x": vec![1; 10] } })).await;
        assert_eq!(socket.close_code().await, 4400);
    }
}

/// Check 6: a list that is written in the document is made of its tokens, which are bounded.
#[tokio::test]
async fn a_list_in_the_document_is_bounded_by_its_tokens() {
    let harness = Harness::start().await;
    let (status, body) = harness.query(&format!("{{ hello(name: [{}]) }}", "1 ".repeat(15_000))).await;
    assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED"));
    let within = format!("{{ hello(name: [{}]) }}", "1 ".repeat(14_000));
    let response = harness.post(&json!({ "query": within })).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::BAD_REQUEST);
    assert!(response.text().await.unwrap().len() < 2_048);
}

/// Check 3: what means nothing is counted before it takes memory: also where a text that is no document hides it, by a
/// quote that the parser takes for something else.
#[tokio::test]
async fn ignored_tokens_are_bounded() {
    let harness = Harness::start().await;
    for ignored in [",", "#\n", ",#\n"] {
        let (status, body) = harness.query(&format!("{{ hello {} }}", ignored.repeat(15_000))).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "LIMIT_EXCEEDED"), "{ignored:?}");
    }
    let hidden = ",".repeat(900_000);
    for start in ["\"\na\"", ".\"", "-\"", "1.\"", "\"\\u\\\""] {
        let response = harness.post(&json!({ "query": format!("{{ hello }} {start}{hidden}") })).send().await;
        let (status, body) = read(response.unwrap()).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "GRAPHQL_PARSE_FAILED"), "{start}");
        assert!(body.to_string().contains("token limit reached"), "{start}: {body}");
    }
    let most = format!("{{hello{}}}", ",".repeat(14_997));
    assert_eq!(harness.query(&most).await.0, StatusCode::OK);
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
