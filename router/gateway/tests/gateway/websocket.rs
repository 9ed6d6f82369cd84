//! graphql-transport-ws, message by message.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::json;
use tokio_tungstenite::tungstenite::Error;

use crate::support::raw::{Raw, TEXT, frame};
use crate::support::socket::Socket;
use crate::support::{Harness, config};

const PROTOCOL: (&str, &str) = ("sec-websocket-protocol", "graphql-transport-ws");

#[tokio::test]
async fn queries_mutations_and_subscriptions_run_over_one_socket() {
    let harness = Harness::start().await;
    let mut socket = Socket::ready(harness.address).await;
    socket.subscribe("q", "{ hello }").await;
    assert_eq!(
        socket.receive().await,
        json!({ "type": "next", "id": "q", "payload": { "data": { "hello": "hello you" } } })
    );
    assert_eq!(socket.receive().await, json!({ "type": "complete", "id": "q" }));

    socket.subscribe("m", r#"mutation { login(name: "Ada") }"#).await;
    assert_eq!(socket.receive().await["payload"]["data"]["login"], "Ada");
    assert_eq!(socket.receive().await["type"], "complete");

    socket.subscribe("s", "subscription { count(to: 3) }").await;
    for expected in 1..=3 {
        assert_eq!(
            socket.receive().await,
            json!({ "type": "next", "id": "s", "payload": { "data": { "count": expected } } })
        );
    }
    assert_eq!(socket.receive().await, json!({ "type": "complete", "id": "s" }));

    socket.send(&json!({ "type": "ping", "payload": { "n": 1 } })).await;
    assert_eq!(socket.receive().await, json!({ "type": "pong", "payload": { "n": 1 } }));
    socket.send(&json!({ "type": "pong" })).await;
    // An id is free again once its operation is complete.
    socket.subscribe("q", "{ nope }").await;
    let refused = socket.receive().await;
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("q")));
    assert_eq!(refused["payload"][0]["extensions"]["code"], "GRAPHQL_VALIDATION_FAILED");
}

/// Clients take `complete` for a proper end, and would never ask again.
#[tokio::test]
async fn a_stream_that_fails_ends_in_an_error() {
    let harness = Harness::start().await;
    let mut socket = Socket::ready(harness.address).await;
    socket.subscribe("s", "subscription { lost }").await;
    assert_eq!(socket.receive().await["payload"], json!({ "data": { "lost": 1 } }));
    let failed = socket.receive().await;
    assert_eq!(
        (&failed["type"], &failed["payload"]["errors"][0]["message"]),
        (&json!("next"), &json!("no number"))
    );
    let last = socket.receive().await;
    assert_eq!((&last["type"], &last["id"]), (&json!("error"), &json!("s")));
    assert_eq!(last["payload"][0]["message"], "the stream is lost");
    // Nothing follows, and the id is free.
    socket.subscribe("s", "{ hello }").await;
    assert_eq!(socket.receive().await["payload"]["data"]["hello"], "hello you");
}

#[tokio::test]
async fn completing_a_subscription_ends_it_at_the_subgraph() {
    let harness = Harness::start().await;
    let mut socket = Socket::ready(harness.address).await;
    socket.subscribe("a", "subscription { version }").await;
    assert_eq!(socket.receive().await["payload"]["data"]["version"], 1);
    socket.send(&json!({ "type": "complete", "id": "a" })).await;
    harness.subgraph.open_streams(0).await;
    // The id can be used again at once.
    socket.subscribe("a", "subscription { version }").await;
    assert_eq!(socket.receive().await["payload"]["data"]["version"], 1);
    drop(socket);
    harness.subgraph.open_streams(0).await;
}

/// Check 11: a page of another origin cannot connect; our own, listed ones, and programs can.
#[tokio::test]
async fn foreign_origins_are_refused() {
    let mut config = config();
    config.cors.origins = vec!["https://shop.example".to_owned()];
    let harness = Harness::with(config, |builder| builder).await;
    for origin in ["https://evil.example", "null", "http://127.0.0.1:1"] {
        match Socket::try_open(harness.address, &[PROTOCOL, ("origin", origin)]).await.map_err(|error| *error)
        {
            Err(Error::Http(response)) => {
                assert_eq!(response.status().as_u16(), StatusCode::FORBIDDEN.as_u16())
            }
            other => panic!("{origin}: {:?}", other.map(|_| "connected")),
        }
    }
    let own = format!("http://{}", harness.address);
    for origin in ["https://shop.example", own.as_str()] {
        assert!(Socket::try_open(harness.address, &[PROTOCOL, ("origin", origin)]).await.is_ok(), "{origin}");
    }
}

/// Check 11: each breach of the protocol has its close code.
#[tokio::test]
async fn breaches_of_the_protocol_have_their_codes() {
    let mut config = config();
    config.subscriptions.init_timeout = Duration::from_millis(200);
    let harness = Harness::with(config, |builder| builder).await;

    let mut silent = Socket::open(harness.address).await;
    assert_eq!(silent.close_code().await, 4408);

    let mut twice = Socket::ready(harness.address).await;
    twice.send(&json!({ "type": "connection_init" })).await;
    assert_eq!(twice.close_code().await, 4429);

    let mut duplicate = Socket::ready(harness.address).await;
    duplicate.subscribe("1", "subscription { version }").await;
    duplicate.subscribe("1", "subscription { version }").await;
    assert_eq!(duplicate.close_code().await, 4409);

    let mut early = Socket::open(harness.address).await;
    early.subscribe("1", "{ hello }").await;
    assert_eq!(early.close_code().await, 4401);

    for bad in [
        "",
        "{",
        "[]",
        "7",
        r#"{"type":"start"}"#,
        r#"{"id":"1"}"#,
        r#"{"type":"subscribe","payload":{"query":"{hello}"}}"#,
        r#"{"type":"subscribe","id":"","payload":{"query":"{hello}"}}"#,
        r#"{"type":"subscribe","id":"1"}"#,
        r#"{"type":"subscribe","id":"1","payload":{"query":7}}"#,
        r#"{"type":"complete"}"#,
        r#"{"type":"connection_init","payload":[1]}"#,
    ] {
        let mut socket = Socket::ready(harness.address).await;
        socket.send_text(bad).await;
        assert_eq!(socket.close_code().await, 4400, "{bad}");
    }
    let mut binary = Socket::ready(harness.address).await;
    binary.send_binary(vec![1, 2, 3]).await;
    assert_eq!(binary.close_code().await, 4400);

    let mut other = Socket::try_open(harness.address, &[]).await.unwrap();
    assert_eq!(other.close_code().await, 4406);
    // The first of the two of one name may have begun.
    assert!(harness.subgraph.operations() <= 1);
}

/// Check 11: credentials that are wrong are 4403.
#[tokio::test]
async fn wrong_credentials_are_forbidden() {
    let mut config = config();
    config.jwt = Some(crate::support::tokens::jwt_config());
    let harness = Harness::with(config, |builder| builder.jwks(crate::support::tokens::jwks())).await;
    for payload in
        [json!({ "Authorization": "Bearer nonsense" }), json!({ "headers": { "authorization": "Bearer x" } })]
    {
        let mut socket = Socket::open(harness.address).await;
        socket.send(&json!({ "type": "connection_init", "payload": payload })).await;
        assert_eq!(socket.close_code().await, 4403);
    }
}

#[tokio::test]
async fn operations_of_one_socket_are_bounded() {
    let mut config = config();
    config.subscriptions.max_operations = 2;
    let harness = Harness::with(config, |builder| builder).await;
    let mut socket = Socket::ready(harness.address).await;
    for id in ["a", "b"] {
        socket.subscribe(id, "subscription { version }").await;
        assert_eq!(socket.receive().await["type"], "next");
    }
    socket.subscribe("c", "subscription { version }").await;
    let refused = socket.receive().await;
    assert_eq!(
        (&refused["type"], &refused["payload"][0]["extensions"]["code"]),
        (&json!("error"), &json!("LIMIT_EXCEEDED"))
    );
    // The others go on.
    harness.subgraph.0.version.send_replace(2);
    assert_eq!(socket.receive().await["payload"]["data"]["version"], 2);
}

/// Check 39, for one: a client that does not read is disconnected, and another one goes on.
#[tokio::test]
async fn a_client_that_does_not_read_is_given_up() {
    let mut config = config();
    config.subscriptions.queue = 4;
    config.subscriptions.slow_reader = Duration::from_millis(200);
    let harness = Harness::with(config, |builder| builder).await;
    let mut reader = Socket::ready(harness.address).await;
    reader.subscribe("1", "subscription { version }").await;
    assert_eq!(reader.receive().await["payload"]["data"]["version"], 1);
    let mut lazy = Socket::ready(harness.address).await;
    lazy.subscribe("live", "subscription { version }").await;
    harness.subgraph.open_streams(2).await;
    // Far more than the socket's buffers take, and nobody reads it.
    lazy.subscribe("flood", "subscription { count(to: 2000000000) }").await;
    harness.subgraph.open_streams(1).await;
    harness.subgraph.0.version.send_replace(2);
    assert_eq!(reader.receive().await["payload"]["data"]["version"], 2);
}

/// Check 59: whoever closes gets the close answered with its code before the socket ends.
#[tokio::test]
async fn a_close_is_answered_by_a_close() {
    let harness = Harness::start().await;
    for code in [1000, 1001, 4400] {
        let mut socket = Socket::ready(harness.address).await;
        socket.subscribe("1", "subscription { version }").await;
        assert_eq!(socket.receive().await["type"], "next");
        socket.close_with(code).await;
        assert_eq!(socket.close_code().await, code);
    }
    // One that was never acknowledged as well.
    let mut socket = Socket::open(harness.address).await;
    socket.close_with(1000).await;
    assert_eq!(socket.close_code().await, 1000);
}

/// Check 11: frames that are none of the WebSocket protocol end in a close that says so, also where the client has
/// sent much more than was read.
#[tokio::test]
async fn frames_that_break_the_protocol_are_answered_by_a_close() {
    let harness = Harness::start().await;
    let large = vec![b'x'; 3 << 20];
    let half = vec![b'x'; 3 << 19];
    let fragmented = |parts: [&[u8]; 2]| [frame(TEXT, parts[0]), frame(0x80, parts[1])].concat();
    let cases: [(&str, u16, Vec<u8>); 12] = [
        ("bytes that are no UTF-8", 1007, frame(0x80 | TEXT, b"{\"type\":\"\xff\xfe\"}")),
        ("half a character", 1007, frame(0x80 | TEXT, b"\xe6\x97")),
        ("a surrogate", 1007, frame(0x80 | TEXT, b"\xed\xa0\x80")),
        ("no UTF-8 in two frames", 1007, fragmented([b"{\xe6", b"\x97}"])),
        ("a large frame", 1009, frame(0x80 | TEXT, &large)),
        ("a large message of small frames", 1009, fragmented([&half, &half])),
        ("an unmasked frame", 1002, vec![0x81, 2, b'{', b'}']),
        ("an unknown kind of frame", 1002, frame(0x83, b"{}")),
        ("a reserved bit", 1002, frame(0xc1, b"{}")),
        ("a ping in parts", 1002, frame(0x09, b"x")),
        ("a large ping", 1002, frame(0x89, &[b'x'; 200])),
        ("the end of a message that did not begin", 1002, frame(0x80, b"{}")),
    ];
    for (what, code, bytes) in cases {
        let mut raw = Raw::ready(harness.address).await;
        raw.send(&bytes).await;
        let (found, reason) = raw.closed().await;
        assert_eq!(found, code, "{what}: {reason}");
        assert!(!reason.is_empty(), "{what}");
    }
    assert_eq!(harness.query("{ hello }").await.0, StatusCode::OK);
}

/// Check 11: the codes of graphql-transport-ws arrive as close frames with a reason, byte by byte.
#[tokio::test]
async fn closes_of_the_subprotocol_have_a_code_and_a_reason() {
    let mut config = config();
    config.subscriptions.init_timeout = Duration::from_millis(300);
    let harness = Harness::with(config, |builder| builder).await;
    let subscribe = r#"{"type":"subscribe","id":"1","payload":{"query":"subscription { version }"}}"#;
    let cases: [(u16, &str, &[&str]); 5] = [
        (4400, "invalid message", &["{"]),
        (4400, "invalid message", &[r#"{"type":"start"}"#]),
        (4409, "Subscriber for 1 already exists", &[subscribe, subscribe]),
        (4429, "Too many initialisation requests", &[r#"{"type":"connection_init"}"#]),
        (
            4400,
            "the id must have 1 to 128 bytes",
            &[r#"{"type":"subscribe","id":"","payload":{"query":"{a}"}}"#],
        ),
    ];
    for (code, reason, texts) in cases {
        let mut raw = Raw::ready(harness.address).await;
        for text in texts {
            raw.text(text).await;
        }
        assert_eq!(raw.closed().await, (code, reason.to_owned()), "{texts:?}");
    }
    let mut early = Raw::open(harness.address).await;
    early.text(subscribe).await;
    assert_eq!(early.closed().await, (4401, "Unauthorized".to_owned()));
    let mut silent = Raw::open(harness.address).await;
    assert_eq!(silent.closed().await, (4408, "Connection initialisation timeout".to_owned()));
}
