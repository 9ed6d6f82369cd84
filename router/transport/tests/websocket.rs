//! Subscriptions over graphql-transport-ws against scripted servers.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::WebSocketUpgrade;
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::routing::get;
use futures::StreamExt;
use platform_identity::{Caller, Identity};
use router_transport::{CredentialSource, HttpOptions, HttpTransport, Request, Transport, TransportError};
use serde_json::{Value, json};
use tokio::sync::oneshot;

/// The server's end of one subscription, after the opening.
struct Peer(WebSocket);

impl Peer {
    async fn receive(&mut self) -> Value {
        loop {
            match self.0.recv().await.unwrap().unwrap() {
                Message::Text(text) => return serde_json::from_str(&text).unwrap(),
                Message::Close(_) => return Value::Null,
                _ => {}
            }
        }
    }

    async fn send(&mut self, message: Value) {
        self.0.send(Message::Text(message.to_string().into())).await.unwrap();
    }

    async fn next(&mut self, data: Value) {
        self.send(json!({ "type": "next", "id": "1", "payload": { "data": data } })).await;
    }
}

/// Serves one subscription after another: acknowledges it, then runs `script`.
async fn serve<F, R>(script: F) -> HttpOptions
where
    F: Fn(Peer) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let upgrade = move |upgrade: WebSocketUpgrade| async move {
        upgrade.protocols(["graphql-transport-ws"]).on_upgrade(move |socket| async move {
            let mut peer = Peer(socket);
            assert_eq!(peer.receive().await["type"], "connection_init");
            peer.send(json!({ "type": "connection_ack" })).await;
            let subscribe = peer.receive().await;
            assert_eq!(
                subscribe,
                json!({ "type": "subscribe", "id": "1", "payload": { "query": "subscription { n }" } })
            );
            script(peer).await;
        })
    };
    options(Router::new().route("/graphql", get(upgrade))).await
}

async fn options(router: Router) -> HttpOptions {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url: Uri = format!("http://{}/graphql", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    HttpOptions::new(url)
}

fn transport(options: HttpOptions) -> HttpTransport {
    HttpTransport::new("counter", options, None).unwrap()
}

fn subscription() -> Request {
    Request {
        query: "subscription { n }".into(),
        operation_name: None,
        variables: router_transport::tree::Object::new(),
        caller: None,
        headers: Arc::new(HeaderMap::new()),
        deadline: None,
        idempotent: true,
    }
}

async fn collect(options: HttpOptions) -> Vec<Value> {
    let stream = transport(options).subscribe(subscription()).await.unwrap();
    stream.map(|response| serde_json::to_value(response).unwrap()).collect().await
}

#[tokio::test]
async fn events_arrive_in_order_until_the_end_and_pings_are_answered() {
    let options = serve(|mut peer| async move {
        peer.next(json!({ "n": 1 })).await;
        peer.send(json!({ "type": "ping" })).await;
        assert_eq!(peer.receive().await["type"], "pong");
        peer.next(json!({ "n": 2 })).await;
        peer.send(json!({ "type": "complete", "id": "1" })).await;
    })
    .await;
    assert_eq!(collect(options).await, [json!({ "data": { "n": 1 } }), json!({ "data": { "n": 2 } })]);
}

/// Check 44.
#[tokio::test]
async fn numbers_of_events_keep_their_digits() {
    let options = serve(|mut peer| async move {
        let data = r#"{"n":[39.926090240478516,1e400,123456789012345678901234567890]}"#;
        let next = format!(r#"{{"type":"next","id":"1","payload":{{"data":{data}}}}}"#);
        peer.0.send(Message::Text(next.into())).await.unwrap();
        peer.send(json!({ "type": "complete", "id": "1" })).await;
    })
    .await;
    let stream = transport(options).events(subscription()).await.unwrap();
    let events: Vec<String> =
        stream.map(|answer| serde_json::to_string(&answer.data).unwrap()).collect().await;
    assert_eq!(events, [r#"{"n":[39.926090240478516,1e400,123456789012345678901234567890]}"#]);
}

#[tokio::test]
async fn an_error_message_is_the_last_event() {
    let options = serve(|mut peer| async move {
        peer.send(json!({ "type": "error", "id": "1", "payload": [{ "message": "no such field" }] })).await;
    })
    .await;
    assert_eq!(collect(options).await, [json!({ "errors": [{ "message": "no such field" }] })]);
}

/// Check 38: a connection that is lost, closed or garbled ends the stream with an error that says so.
#[tokio::test]
async fn a_lost_connection_is_told_to_the_reader() {
    let lost = [
        json!({ "data": { "n": 1 } }),
        json!({ "errors": [{
        "message": "the subscription at `counter` was interrupted",
        "extensions": { "code": "SUBGRAPH_UNAVAILABLE" },
    }] }),
    ];
    let dropped = serve(|mut peer| async move { peer.next(json!({ "n": 1 })).await }).await;
    assert_eq!(collect(dropped).await, lost);
    let closed = serve(|mut peer| async move {
        peer.next(json!({ "n": 1 })).await;
        let frame = CloseFrame { code: 4400, reason: "".into() };
        peer.0.send(Message::Close(Some(frame))).await.unwrap();
    })
    .await;
    assert_eq!(collect(closed).await, lost);
    let garbled = serve(|mut peer| async move {
        peer.next(json!({ "n": 1 })).await;
        peer.0.send(Message::Text("{".into())).await.unwrap();
    })
    .await;
    assert_eq!(collect(garbled).await, lost);
    let oversized = serve(|mut peer| async move {
        peer.next(json!({ "n": 1 })).await;
        peer.next(json!({ "n": "x".repeat(2000) })).await;
        peer.receive().await;
    })
    .await;
    assert_eq!(collect(HttpOptions { max_response_bytes: 1000, ..oversized }).await, lost);
}

/// Check 38: a subgraph that holds the connection and says nothing, not even when asked.
#[tokio::test]
async fn a_silent_connection_is_given_up_and_a_living_one_is_not() {
    let silent = serve(|peer| async move {
        std::future::pending::<()>().await;
        drop(peer);
    })
    .await;
    let events = collect(HttpOptions { keep_alive: Duration::from_millis(30), ..silent }).await;
    assert_eq!(events[0]["errors"][0]["extensions"]["code"], "SUBGRAPH_UNAVAILABLE");

    let living = serve(|mut peer| async move {
        for _ in 0..3 {
            assert_eq!(peer.receive().await["type"], "ping");
            peer.send(json!({ "type": "pong" })).await;
        }
        peer.send(json!({ "type": "complete", "id": "1" })).await;
    })
    .await;
    assert!(collect(HttpOptions { keep_alive: Duration::from_millis(200), ..living }).await.is_empty());
}

#[tokio::test]
async fn dropping_the_stream_completes_the_subscription_at_the_server() {
    let (done, ended) = oneshot::channel();
    let done = Arc::new(std::sync::Mutex::new(Some(done)));
    let options = serve(move |mut peer| {
        let done = done.lock().unwrap().take();
        async move {
            peer.next(json!({ "n": 1 })).await;
            done.unwrap().send(peer.receive().await).unwrap();
        }
    })
    .await;
    let mut stream = transport(options).subscribe(subscription()).await.unwrap();
    assert!(stream.next().await.is_some());
    drop(stream);
    let last = tokio::time::timeout(Duration::from_secs(10), ended).await.unwrap().unwrap();
    assert_eq!(last, json!({ "type": "complete", "id": "1" }));
}

#[tokio::test]
async fn credentials_stand_in_the_handshake_and_in_the_protocol() {
    struct Signed;
    impl CredentialSource for Signed {
        fn authorization(&self, _: &Caller, audience: &str) -> Option<HeaderValue> {
            Some(HeaderValue::from_str(&format!("Bearer {audience}")).unwrap())
        }
    }
    let upgrade = |headers: HeaderMap, upgrade: WebSocketUpgrade| async move {
        upgrade.protocols(["graphql-transport-ws"]).on_upgrade(move |socket| async move {
            let mut peer = Peer(socket);
            let init = peer.receive().await;
            peer.send(json!({ "type": "connection_ack", "payload": {} })).await;
            peer.receive().await;
            let handshake = headers.get("authorization").unwrap().to_str().unwrap();
            peer.next(json!([handshake, init["payload"]["authorization"]])).await;
            peer.receive().await;
        })
    };
    let options = options(Router::new().route("/graphql", get(upgrade))).await;
    let transport = HttpTransport::new("counter", options, Some(Arc::new(Signed))).unwrap();
    let request = Request { caller: Some(Caller::new(Identity::service("router"))), ..subscription() };
    let event = transport.subscribe(request).await.unwrap().next().await.unwrap();
    assert_eq!(event.data, json!(["Bearer counter", "Bearer counter"]));
}

#[tokio::test]
async fn a_refused_opening_is_an_error_of_the_call() {
    let refused = options(Router::new().route("/graphql", get(|| async { StatusCode::FORBIDDEN }))).await;
    let opened = transport(refused).subscribe(subscription()).await;
    assert!(matches!(opened.err(), Some(TransportError::Status { status: 403, .. })));

    let unacknowledged = Router::new().route(
        "/graphql",
        get(|upgrade: WebSocketUpgrade| async move {
            upgrade.protocols(["graphql-transport-ws"]).on_upgrade(|mut socket| async move {
                let frame = CloseFrame { code: 4403, reason: "Forbidden".into() };
                socket.send(Message::Close(Some(frame))).await.unwrap();
            })
        }),
    );
    let opened = transport(options(unacknowledged).await).subscribe(subscription()).await;
    assert!(matches!(opened.err(), Some(TransportError::Status { status: 4403, .. })));

    let hung = Router::new().route(
        "/graphql",
        get(|upgrade: WebSocketUpgrade| async move {
            upgrade.protocols(["graphql-transport-ws"]).on_upgrade(|socket| async move {
                std::future::pending::<()>().await;
                drop(socket);
            })
        }),
    );
    let hung = HttpOptions { connect_timeout: Duration::from_millis(20), ..options(hung).await };
    let opened = transport(hung).subscribe(subscription()).await;
    assert!(matches!(opened.err(), Some(TransportError::Timeout { .. })));
}
