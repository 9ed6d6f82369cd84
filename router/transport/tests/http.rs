//! Calls to real servers that behave, and to ones that do not.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri};
use axum::response::IntoResponse;
use axum::routing::post;
use futures::StreamExt;
use platform_identity::{Caller, Identity};
use router_transport::http::{BreakerOptions, RetryOptions};
use router_transport::{
    CredentialSource, Deduplicated, HttpOptions, HttpTransport, Object, Request, Transport, TransportError,
    Value,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

const PROMPTLY: Duration = Duration::from_secs(10);

async fn serve(router: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    address
}

/// A server that hands each connection, counted from 0, to `behave`.
async fn serve_raw<F, R>(behave: F) -> SocketAddr
where
    F: Fn(u32, TcpStream) -> R + Send + 'static,
    R: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        for connection in 0.. {
            let (socket, _) = listener.accept().await.unwrap();
            tokio::spawn(behave(connection, socket));
        }
    });
    address
}

fn options(address: SocketAddr) -> HttpOptions {
    let url: Uri = format!("http://{address}/graphql").parse().unwrap();
    let breaker = BreakerOptions { failures: 0, ..BreakerOptions::default() };
    HttpOptions { breaker, ..HttpOptions::new(url) }
}

fn transport(options: HttpOptions) -> HttpTransport {
    HttpTransport::new("products", options, None).unwrap()
}

fn query() -> Request {
    Request {
        query: "query Q($a: Int) { f(a: $a) }".into(),
        operation_name: Some("Q".into()),
        variables: Object::from_iter([("a".to_owned(), Value::from(1))]).into(),
        caller: None,
        headers: Arc::new(HeaderMap::new()),
        deadline: None,
        idempotent: true,
    }
}

fn json(text: &'static str) -> Router {
    Router::new().route(
        "/graphql",
        post(move || async move { ([("content-type", "application/json")], text).into_response() }),
    )
}

const OK: &str = r#"{"data":{"f":1}}"#;
const OK_RAW: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 16\r\n\r\n{\"data\":{\"f\":1}}";

#[tokio::test]
async fn a_subgraph_that_refuses_our_signature_is_unavailable_and_one_that_refuses_a_client_answers() {
    struct Signed;
    impl CredentialSource for Signed {
        fn authorization(&self, _: &Caller, _: &str) -> Option<HeaderValue> {
            Some(HeaderValue::from_static("Bearer of-another-key"))
        }
    }
    let refuse = async || {
        let errors = serde_json::json!([{ "message": "no", "extensions": { "code": "UNAUTHENTICATED" } }]);
        (StatusCode::UNAUTHORIZED, axum::Json(serde_json::json!({ "errors": errors })))
    };
    let address = serve(Router::new().route("/graphql", post(refuse))).await;
    let signing = HttpTransport::new("products", options(address), Some(Arc::new(Signed))).unwrap();
    let error = signing.execute(query()).await.unwrap_err();
    assert!(matches!(error, TransportError::Unbelieved { .. }), "{error}");
    assert_eq!(error.code(), "SUBGRAPH_UNAVAILABLE");
    let plain = HttpTransport::new("products", options(address), None).unwrap();
    assert_eq!(plain.execute(query()).await.unwrap().errors.len(), 1);
}

#[tokio::test]
async fn the_request_is_graphql_over_http_with_credentials_and_the_remaining_time() {
    struct Signed;
    impl CredentialSource for Signed {
        fn authorization(&self, caller: &Caller, audience: &str) -> Option<HeaderValue> {
            assert!(caller.service.is_some());
            Some(HeaderValue::from_str(&format!("Bearer for-{audience}")).unwrap())
        }
    }
    let echo = |headers: HeaderMap, body: String| async move {
        let header = |name: &str| headers.get(name).unwrap().to_str().unwrap().to_owned();
        let remaining: u64 = header("x-souk-timeout-ms").parse().unwrap();
        assert!((1..=5000).contains(&remaining));
        let seen = [
            header("authorization"),
            header("accept"),
            header("content-type"),
            header("x-forwarded-tag"),
            body,
        ];
        axum::Json(serde_json::json!({ "data": { "seen": seen } }))
    };
    let address = serve(Router::new().route("/graphql", post(echo))).await;
    let transport = HttpTransport::new("products", options(address), Some(Arc::new(Signed))).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("x-forwarded-tag", HeaderValue::from_static("t"));
    headers.insert("authorization", HeaderValue::from_static("Bearer of-the-client"));
    let request = Request {
        caller: Some(Caller::new(Identity::service("router"))),
        headers: Arc::new(headers),
        deadline: Some(Instant::now() + Duration::from_secs(5)),
        ..query()
    };
    let response = transport.execute(request).await.unwrap();
    assert_eq!(
        response.data["seen"],
        serde_json::json!([
            "Bearer for-products",
            "application/graphql-response+json, application/json;q=0.9",
            "application/json",
            "t",
            r#"{"query":"query Q($a: Int) { f(a: $a) }","operationName":"Q","variables":{"a":1}}"#,
        ])
    );
}

#[tokio::test]
async fn a_graphql_response_counts_whatever_its_status() {
    let refuse = || async { (StatusCode::BAD_REQUEST, r#"{"errors":[{"message":"no"}]}"#) };
    let address = serve(Router::new().route("/graphql", post(refuse))).await;
    let response = transport(options(address)).execute(query()).await.unwrap();
    assert_eq!(response.errors[0].message, "no");
}

/// The executor's way: the same answer, as a tree.
#[tokio::test]
async fn an_answer_is_read_as_a_tree() {
    let text = r#"{"data":{"list":[{"a":"é","b":1.5},{"a":null,"b":-1}]},"errors":[{"message":"m","path":["list",1]}]}"#;
    let transport = transport(options(serve(json(text)).await));
    let (answer, response) =
        (transport.fetch(query()).await.unwrap(), transport.execute(query()).await.unwrap());
    assert_eq!(answer.data.to_json(), response.data);
    assert_eq!(answer.errors, response.errors);
    let malformed = HttpTransport::new("products", options(serve(json("{}")).await), None).unwrap();
    assert!(matches!(malformed.fetch(query()).await, Err(TransportError::Malformed { .. })));
}

#[tokio::test]
async fn what_is_no_graphql_response_is_told_apart() {
    for body in ["<html>hello</html>", "", "{}", "[]", "{\"data\":null}", "{\"data\":{\"f\":1}"] {
        match transport(options(serve(json(body)).await)).execute(query()).await {
            Err(TransportError::Malformed { subgraph, .. }) => assert_eq!(subgraph, "products"),
            other => panic!("{body}: {other:?}"),
        }
    }
    let gone = Router::new().route("/graphql", post(|| async { (StatusCode::NOT_FOUND, "<html>") }));
    let error = transport(options(serve(gone).await)).execute(query()).await.unwrap_err();
    assert!(matches!(error, TransportError::Status { status: 404, .. }), "{error}");
}

/// Check 38: a subgraph that never answers costs the time that the request has, and no more.
#[tokio::test]
async fn a_hung_subgraph_times_out_by_the_deadline() {
    let address = serve(Router::new().route("/graphql", post(pending::<&'static str>))).await;
    let start = Instant::now();
    let request = Request { deadline: Some(start + Duration::from_millis(50)), ..query() };
    let error = transport(options(address)).execute(request).await.unwrap_err();
    assert!(matches!(error, TransportError::Timeout { .. }), "{error}");
    assert_eq!(error.code(), "SUBGRAPH_TIMEOUT");
    assert!(start.elapsed() < PROMPTLY);

    let own = HttpOptions { timeout: Duration::from_millis(50), ..options(address) };
    assert!(matches!(transport(own).execute(query()).await, Err(TransportError::Timeout { .. })));
}

/// Check 38: a subgraph that stops in the middle of its answer.
#[tokio::test]
async fn an_answer_that_stalls_half_way_times_out() {
    let address = serve_raw(|_, mut socket| async move {
        read_request(&mut socket).await;
        socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"data\"").await.unwrap();
        pending::<()>().await;
    })
    .await;
    let request = Request { deadline: Some(Instant::now() + Duration::from_millis(50)), ..query() };
    let error = transport(options(address)).execute(request).await.unwrap_err();
    assert!(matches!(error, TransportError::Timeout { .. }), "{error}");
}

async fn read_request(socket: &mut TcpStream) {
    let mut buffer = [0; 4096];
    let read = socket.read(&mut buffer).await.unwrap();
    assert!(read > 0);
}

/// Check 38: a subgraph that closes connections is asked again when asking twice does no harm.
#[tokio::test]
async fn queries_are_repeated_after_a_reset_and_mutations_are_not() {
    let flaky = || {
        serve_raw(|connection, mut socket| async move {
            read_request(&mut socket).await;
            if connection > 0 {
                socket.write_all(OK_RAW).await.unwrap();
            }
        })
    };
    let response = transport(options(flaky().await)).execute(query()).await.unwrap();
    assert_eq!(response.data["f"], 1);
    let mutation = Request { idempotent: false, ..query() };
    let error = transport(options(flaky().await)).execute(mutation).await.unwrap_err();
    assert!(matches!(error, TransportError::Unreachable { .. }), "{error}");
    assert_eq!(error.code(), "SUBGRAPH_UNAVAILABLE");
}

/// Check 38: an answer cut off in the middle (the connection half-closed) is no answer.
#[tokio::test]
async fn a_truncated_answer_is_an_error() {
    let address = serve_raw(|_, mut socket| async move {
        read_request(&mut socket).await;
        socket.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"data\":{}}").await.unwrap();
        socket.shutdown().await.unwrap();
    })
    .await;
    let error = transport(options(address)).execute(query()).await.unwrap_err();
    assert!(matches!(error, TransportError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn an_unavailable_subgraph_is_asked_again_within_the_budget() {
    let calls = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&calls);
    let unavailable = move || {
        counter.fetch_add(1, Ordering::SeqCst);
        async { StatusCode::SERVICE_UNAVAILABLE }
    };
    let address = serve(Router::new().route("/graphql", post(unavailable))).await;
    let retry = RetryOptions { max_retries: 2, reserve: 3, percent: 0, pause: Duration::from_millis(1) };
    let transport = transport(HttpOptions { retry, ..options(address) });
    // Three attempts, then two (the reserve is spent), then one.
    for expected in [3, 5, 6] {
        let error = transport.execute(query()).await.unwrap_err();
        assert!(matches!(error, TransportError::Status { status: 503, .. }), "{error}");
        assert_eq!(calls.load(Ordering::SeqCst), expected);
    }
}

#[tokio::test]
async fn nobody_listening_is_unreachable_even_for_mutations_after_retries() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    drop(listener);
    let error =
        transport(options(address)).execute(Request { idempotent: false, ..query() }).await.unwrap_err();
    assert!(
        matches!(&error, TransportError::Unreachable { subgraph, .. } if subgraph == "products"),
        "{error}"
    );
}

#[tokio::test]
async fn an_oversized_answer_is_dropped_while_it_arrives() {
    let endless = || async {
        let chunk = Bytes::from(vec![b' '; 64 << 10]);
        Body::from_stream(futures::stream::repeat(chunk).map(Ok::<_, std::io::Error>))
    };
    let address = serve(Router::new().route("/graphql", post(endless))).await;
    let small = HttpOptions { max_response_bytes: 1 << 20, ..options(address) };
    let error = transport(small).execute(query()).await.unwrap_err();
    assert!(matches!(error, TransportError::TooLarge { limit, .. } if limit == 1 << 20), "{error}");

    let announced = HttpOptions { max_response_bytes: OK.len() - 1, ..options(serve(json(OK)).await) };
    assert!(matches!(transport(announced).execute(query()).await, Err(TransportError::TooLarge { .. })));
    let exact = HttpOptions { max_response_bytes: OK.len(), ..options(serve(json(OK)).await) };
    assert!(transport(exact).execute(query()).await.is_ok());
}

#[tokio::test]
async fn a_failing_subgraph_rests_and_a_probe_brings_it_back() {
    let calls = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&calls);
    let recovering = move || {
        let call = counter.fetch_add(1, Ordering::SeqCst);
        async move {
            match call {
                0 | 1 => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
                _ => OK.into_response(),
            }
        }
    };
    let address = serve(Router::new().route("/graphql", post(recovering))).await;
    let rest = Duration::from_millis(20);
    let breaker = BreakerOptions { failures: 2, rest, max_rest: rest, slow_call: Duration::ZERO };
    let transport = transport(HttpOptions { breaker, ..options(address) });
    for _ in 0..2 {
        assert!(matches!(transport.execute(query()).await, Err(TransportError::Status { status: 500, .. })));
    }
    assert!(matches!(transport.execute(query()).await, Err(TransportError::CircuitOpen { .. })));
    assert_eq!(calls.load(Ordering::SeqCst), 2);
    tokio::time::timeout(PROMPTLY, async { while transport.execute(query()).await.is_err() {} })
        .await
        .unwrap();
    assert_eq!(calls.load(Ordering::SeqCst), 3);
}

/// A client must not be able to have a subgraph rest by asking for what it refuses.
#[tokio::test]
async fn refusals_and_useless_answers_open_no_circuit() {
    let calls = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&calls);
    let refusing = move || {
        let call = counter.fetch_add(1, Ordering::SeqCst);
        async move {
            match call % 3 {
                0 => StatusCode::NOT_FOUND.into_response(),
                1 => "not JSON".into_response(),
                _ => "x".repeat(100).into_response(),
            }
        }
    };
    let address = serve(Router::new().route("/graphql", post(refusing))).await;
    let breaker = BreakerOptions { failures: 1, ..BreakerOptions::default() };
    let transport = transport(HttpOptions { breaker, max_response_bytes: 50, ..options(address) });
    for _ in 0..9 {
        assert!(transport.execute(query()).await.is_err());
    }
    assert_eq!(calls.load(Ordering::SeqCst), 9);
}

/// A subgraph that counts what it is asked, and answers once it is allowed to.
async fn serve_held(asked: &Arc<AtomicU32>, allowed: &Arc<Semaphore>) -> SocketAddr {
    let (asked, allowed) = (asked.clone(), allowed.clone());
    let answer = move || {
        let (number, allowed) = (asked.fetch_add(1, Ordering::SeqCst), allowed.clone());
        async move {
            allowed.acquire().await.unwrap().forget();
            format!(r#"{{"data":{{"number":{number}}}}}"#)
        }
    };
    serve(Router::new().route("/graphql", post(answer))).await
}

/// Check 12: what is asked at the same time is asked once, and never shared with another caller, with other headers or
/// variables; mutations are never shared.
#[tokio::test]
async fn the_same_is_asked_once_and_nothing_is_shared_across_callers() {
    let (asked, allowed) = (Arc::new(AtomicU32::new(0)), Arc::new(Semaphore::new(0)));
    let address = serve_held(&asked, &allowed).await;
    let transport = Deduplicated::new(Arc::new(transport(options(address))));
    let by =
        |caller: &'static str| Request { caller: Some(Caller::new(Identity::service(caller))), ..query() };
    let with = |name: &'static str, value: &'static str| {
        let headers = HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_static(value))]);
        Request { headers: Arc::new(headers), ..query() }
    };
    let variables = Object::from_iter([("a".to_owned(), Value::from(2))]).into();
    let different = [
        vec![query(), query(), with("traceparent", "00-1"), with("x-request-id", "2")],
        vec![by("one"), by("one")],
        vec![by("other")],
        vec![with("accept-language", "de"), with("accept-language", "de")],
        vec![with("accept-language", "fr")],
        vec![Request { variables, ..query() }],
        vec![Request { idempotent: false, ..query() }],
        vec![Request { idempotent: false, ..query() }],
    ];
    let mut under_way = Vec::new();
    for (group, requests) in different.into_iter().enumerate() {
        for request in requests {
            let mut answer = transport.fetch(request);
            assert!(futures::poll!(&mut answer).is_pending());
            under_way.push((group, answer));
        }
    }
    allowed.add_permits(8);
    let mut answers: Vec<(usize, String)> = Vec::new();
    for (group, answer) in under_way {
        answers.push((group, format!("{:?}", answer.await.unwrap())));
    }
    assert_eq!(asked.load(Ordering::SeqCst), 8);
    for (one, first) in &answers {
        for (other, second) in &answers {
            assert_eq!(one == other, first == second, "{one} {first}, {other} {second}");
        }
    }

    // What was had is not kept.
    allowed.add_permits(1);
    transport.fetch(query()).await.unwrap();
    assert_eq!(asked.load(Ordering::SeqCst), 9);
}

#[tokio::test]
async fn who_waits_for_another_asks_when_that_one_fails_or_goes_away() {
    let (asked, allowed) = (Arc::new(AtomicU32::new(0)), Arc::new(Semaphore::new(0)));
    let address = serve_held(&asked, &allowed).await;
    let transport = Deduplicated::new(Arc::new(transport(options(address))));
    let hurried = Request { deadline: Some(Instant::now() + Duration::from_millis(50)), ..query() };

    let mut first = transport.fetch(hurried.clone());
    let mut second = transport.fetch(query());
    let mut third = transport.fetch(hurried);
    assert!(futures::poll!(&mut first).is_pending());
    assert!(futures::poll!(&mut second).is_pending());
    assert!(futures::poll!(&mut third).is_pending());
    assert!(matches!(first.await, Err(TransportError::Timeout { .. })));
    assert!(matches!(third.await, Err(TransportError::Timeout { .. })));
    allowed.add_permits(3);
    second.await.unwrap();

    let before = asked.load(Ordering::SeqCst);
    let mut first = transport.fetch(query());
    let mut second = transport.fetch(query());
    assert!(futures::poll!(&mut first).is_pending());
    assert!(futures::poll!(&mut second).is_pending());
    drop(first);
    allowed.add_permits(2);
    second.await.unwrap();
    assert!(asked.load(Ordering::SeqCst) > before);
}

#[tokio::test]
async fn connections_are_used_again() {
    let connections = Arc::new(AtomicU32::new(0));
    let counter = Arc::clone(&connections);
    let address = serve_raw(move |_, mut socket| {
        counter.fetch_add(1, Ordering::SeqCst);
        async move {
            let mut buffer = [0; 4096];
            while socket.read(&mut buffer).await.unwrap() > 0 {
                socket.write_all(OK_RAW).await.unwrap();
            }
        }
    })
    .await;
    let transport = transport(options(address));
    for _ in 0..5 {
        transport.execute(query()).await.unwrap();
    }
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}
