//! Check 11: the graphql-transport-ws protocol, with clients that do not keep it.

use futures::{SinkExt, StreamExt};
use platform_testkit::TestSubgraph;
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::sample::Sample;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

async fn connect(app: &TestSubgraph<Sample>, headers: &[(&'static str, String)]) -> Result<Socket, Error> {
    let mut request = app.url("/graphql").replace("http://", "ws://").into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", HeaderValue::from_static("graphql-transport-ws"));
    for (name, value) in headers {
        request.headers_mut().insert(*name, HeaderValue::from_str(value).unwrap());
    }
    connect_async(request).await.map(|(socket, _)| socket)
}

fn bearer(app: &TestSubgraph<Sample>) -> String {
    format!("Bearer {}", app.keys().mint(&app.as_guest().caller(), "sample").unwrap())
}

async fn send(socket: &mut Socket, message: Value) {
    socket.send(Message::text(message.to_string())).await.unwrap();
}

/// The next message: JSON, or the code that the connection was closed with.
async fn receive(socket: &mut Socket) -> Result<Value, u16> {
    loop {
        match socket.next().await.unwrap().unwrap() {
            Message::Text(text) => return Ok(serde_json::from_str(&text).unwrap()),
            Message::Close(frame) => return Err(frame.unwrap().code.into()),
            _ => {}
        }
    }
}

/// A connection that is acknowledged.
async fn ready(app: &TestSubgraph<Sample>) -> Socket {
    let mut socket = connect(app, &[("authorization", bearer(app))]).await.unwrap();
    send(&mut socket, json!({ "type": "connection_init" })).await;
    assert_eq!(receive(&mut socket).await, Ok(json!({ "type": "connection_ack" })));
    socket
}

fn subscribe(id: &str, query: &str) -> Value {
    json!({ "type": "subscribe", "id": id, "payload": { "query": query } })
}

const WAITING: &str = "subscription { count(to: 1, thenWait: true) { number } }";

#[tokio::test]
async fn a_foreign_origin_and_a_bad_token_are_refused_at_the_door() {
    let app = TestSubgraph::<Sample>::start().await;
    let cases = [
        (vec![("authorization", bearer(&app)), ("origin", "https://evil.example".to_owned())], 403),
        (vec![("authorization", "Bearer nonsense".to_owned())], 401),
    ];
    for (headers, status) in cases {
        match connect(&app, &headers).await {
            Err(Error::Http(answer)) => assert_eq!(answer.status().as_u16(), status),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn credentials_may_come_with_the_first_message() {
    let app = TestSubgraph::<Sample>::start().await;
    let mut socket = connect(&app, &[]).await.unwrap();
    send(&mut socket, json!({ "type": "connection_init", "payload": { "authorization": bearer(&app) } }))
        .await;
    assert_eq!(receive(&mut socket).await, Ok(json!({ "type": "connection_ack" })));
    send(&mut socket, subscribe("a", "{ greeting }")).await;
    let next = receive(&mut socket).await.unwrap();
    assert_eq!(next["payload"]["data"], json!({ "greeting": "hello" }));
    assert_eq!(receive(&mut socket).await, Ok(json!({ "type": "complete", "id": "a" })));
}

#[tokio::test]
async fn breaches_of_the_protocol_close_with_its_codes() {
    let app = TestSubgraph::<Sample>::start().await;
    let mut early = connect(&app, &[("authorization", bearer(&app))]).await.unwrap();
    send(&mut early, subscribe("a", WAITING)).await;
    assert_eq!(receive(&mut early).await, Err(4401));

    let mut anonymous = connect(&app, &[]).await.unwrap();
    send(&mut anonymous, json!({ "type": "connection_init" })).await;
    assert_eq!(receive(&mut anonymous).await, Err(4403));

    let mut twice = ready(&app).await;
    send(&mut twice, json!({ "type": "connection_init" })).await;
    assert_eq!(receive(&mut twice).await, Err(4429));

    let mut duplicate = ready(&app).await;
    send(&mut duplicate, subscribe("a", WAITING)).await;
    assert_eq!(
        receive(&mut duplicate).await.unwrap()["payload"]["data"],
        json!({ "count": { "number": 1 } })
    );
    send(&mut duplicate, subscribe("a", WAITING)).await;
    assert_eq!(receive(&mut duplicate).await, Err(4409));

    for nonsense in ["{}", "nonsense", r#"{"type":"subscribe","id":"a"}"#, r#"{"type":"start","id":"a"}"#] {
        let mut socket = ready(&app).await;
        socket.send(Message::text(nonsense)).await.unwrap();
        assert_eq!(receive(&mut socket).await, Err(4400), "{nonsense}");
    }
}

#[tokio::test]
async fn a_client_that_says_nothing_is_closed() {
    let builder = TestSubgraph::<Sample>::builder();
    let app = builder.configure(|config| config.server.websocket_init_timeout_ms = 20).start().await;
    let mut socket = connect(&app, &[("authorization", bearer(&app))]).await.unwrap();
    assert_eq!(receive(&mut socket).await, Err(4408));
}

/// An identity that is no longer in force starts nothing new.
#[tokio::test]
async fn an_old_connection_starts_no_subscription() {
    let app = TestSubgraph::<Sample>::start().await;
    let mut socket = ready(&app).await;
    app.clock().advance(std::time::Duration::from_secs(61));
    send(&mut socket, subscribe("a", WAITING)).await;
    assert_eq!(receive(&mut socket).await, Err(4401));
}

#[tokio::test]
async fn an_id_is_free_again_once_it_is_completed() {
    let app = TestSubgraph::<Sample>::start().await;
    let mut socket = ready(&app).await;
    for _ in 0..3 {
        send(&mut socket, subscribe("a", WAITING)).await;
        let next = receive(&mut socket).await.unwrap();
        assert_eq!((&next["type"], &next["id"]), (&json!("next"), &json!("a")));
        send(&mut socket, json!({ "type": "complete", "id": "a" })).await;
    }
    send(&mut socket, json!({ "type": "ping" })).await;
    assert_eq!(receive(&mut socket).await, Ok(json!({ "type": "pong" })), "completed ones say nothing more");
}

#[tokio::test]
async fn refusals_are_errors_of_their_operation_alone() {
    let app = TestSubgraph::<Sample>::start().await;
    let mut socket = ready(&app).await;
    send(&mut socket, subscribe("a", "subscription { mine }")).await;
    let refused = receive(&mut socket).await.unwrap();
    assert_eq!((&refused["type"], &refused["id"]), (&json!("error"), &json!("a")));
    assert_eq!(refused["payload"][0]["extensions"]["code"], "UNAUTHENTICATED");
    send(&mut socket, subscribe("a", "subscription { count(to: 1) { number } }")).await;
    assert_eq!(receive(&mut socket).await.unwrap()["type"], "next");
    assert_eq!(receive(&mut socket).await.unwrap()["type"], "complete");
}

/// `complete` would stand for a proper end.
#[tokio::test]
async fn a_subscription_that_fails_ends_in_an_error() {
    let app = TestSubgraph::<Sample>::start().await;
    let mut socket = ready(&app).await;
    send(&mut socket, subscribe("a", "subscription { breaks }")).await;
    assert_eq!(receive(&mut socket).await.unwrap()["payload"]["data"], json!({ "breaks": 1 }));
    let failed = receive(&mut socket).await.unwrap();
    assert_eq!((&failed["type"], &failed["id"]), (&json!("error"), &json!("a")));
    assert_eq!(failed["payload"][0]["extensions"]["code"], "INTERNAL");
    send(&mut socket, subscribe("a", "{ greeting }")).await;
    assert_eq!(receive(&mut socket).await.unwrap()["payload"]["data"], json!({ "greeting": "hello" }));
}

/// Also where the field itself fails, before its first event or at one, as while its database is away; an event that fails
/// among others is one.
#[tokio::test]
async fn a_subscription_whose_field_fails_ends_in_an_error() {
    let app = TestSubgraph::<Sample>::start().await;
    let mut socket = ready(&app).await;
    for (at, goes_on, expected) in [
        (0, false, &["error"][..]),
        (1, false, &["error"]),
        (3, false, &["next", "next", "error"]),
        (3, true, &["next", "next", "error"]),
        (1, true, &["next", "next", "next", "complete"]),
        (2, true, &["next", "next", "next", "complete"]),
    ] {
        send(&mut socket, subscribe("a", &format!("subscription {{ fails(at: {at}, goesOn: {goes_on}) }}")))
            .await;
        for kind in expected {
            let message = receive(&mut socket).await.unwrap();
            assert_eq!(
                (&message["type"], &message["id"]),
                (&json!(kind), &json!("a")),
                "{at} {goes_on} {message}"
            );
        }
    }
    send(&mut socket, json!({ "type": "ping" })).await;
    assert_eq!(receive(&mut socket).await, Ok(json!({ "type": "pong" })), "what has ended says nothing more");
}

#[tokio::test]
async fn a_stopping_process_says_goodbye() {
    let app = TestSubgraph::<Sample>::start().await;
    let mut socket = ready(&app).await;
    app.host().shutdown_token().cancel();
    assert_eq!(receive(&mut socket).await, Err(1001));
}

/// Check 59: the close of the other side is answered with its code.
#[tokio::test]
async fn a_close_is_answered_by_a_close() {
    let app = TestSubgraph::<Sample>::start().await;
    for code in [1000, 4400] {
        let mut socket = ready(&app).await;
        send(&mut socket, subscribe("1", WAITING)).await;
        assert_eq!(receive(&mut socket).await.unwrap()["type"], "next");
        let frame = CloseFrame { code: code.into(), reason: "".into() };
        socket.send(Message::Close(Some(frame))).await.unwrap();
        assert_eq!(receive(&mut socket).await, Err(code));
    }
}

/// Frames that are none of the WebSocket protocol end in a close that says so.
#[tokio::test]
async fn frames_that_break_the_protocol_are_answered_by_a_close() {
    let app = TestSubgraph::<Sample>::start().await;
    let frame = |opcode, bytes: &[u8]| Message::Frame(Frame::message(bytes.to_vec(), opcode, true));
    let text = OpCode::Data(Data::Text);
    for (code, message) in [
        (1007, frame(text, b"\xff\xfe")),
        (1009, frame(text, &vec![b'x'; 3 << 20])),
        (1002, frame(OpCode::Data(Data::Continue), b"{}")),
        (1002, frame(OpCode::Data(Data::Reserved(3)), b"{}")),
    ] {
        let mut socket = ready(&app).await;
        socket.send(message).await.unwrap();
        assert_eq!(receive(&mut socket).await, Err(code));
    }
}
