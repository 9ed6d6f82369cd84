//! What reaches a route at all: hosts, unfinished requests, paths that lead elsewhere, floods of forwarded requests.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::{any, get, post};
use http::HeaderMap;
use reqwest::StatusCode;
use router_gateway::GatewayConfig;
use router_gateway::config::ForwardConfig;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Harness, config, read};

const PATIENCE: Duration = Duration::from_secs(20);

/// A configuration as it stands in a file, without a rate limit unless it has one.
fn configured(mut section: Value) -> GatewayConfig {
    if section.get("rate_limit").is_none() {
        section["rate_limit"] = json!({ "enabled": false });
    }
    serde_json::from_value(section).unwrap()
}

/// Sends exactly these bytes; returns all that comes until the server closes.
async fn raw(address: SocketAddr, sent: &str) -> String {
    let mut socket = TcpStream::connect(address).await.unwrap();
    socket.write_all(sent.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    let read = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut received)).await;
    // A reset ends the connection as well.
    let _ended = read.expect("the server closes");
    String::from_utf8_lossy(&received).into_owned()
}

async fn get_path(address: SocketAddr, path: &str) -> String {
    raw(address, &format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")).await
}

/// A server with a public path and much that is nobody's business, and a gateway that forwards to it.
async fn forwarding(section: Value) -> Harness {
    let inside = Router::new()
        .route("/media/{*file}", any(|headers: HeaderMap, _: Bytes| async move { told(&headers) }))
        .fallback(|| async { "INSIDE" });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, inside).await });
    let mut outer = configured(section);
    outer.forward = vec![ForwardConfig { prefix: "/media".to_owned(), url, max_body_bytes: None }];
    let mounted = Router::new()
        .route("/hooks/echo", any(|headers: HeaderMap| async move { told(&headers) }))
        .route("/hooks/body", post(|body: Bytes| async move { body.len().to_string() }))
        .fallback(|| async { "INSIDE" });
    Harness::with(outer, |builder| builder.mount("/hooks", mounted)).await
}

fn told(headers: &HeaderMap) -> String {
    let names: Vec<&str> = headers.keys().map(http::HeaderName::as_str).collect();
    names.join(" ")
}

/// Check 53: no way of writing a path leads out of the prefix that is passed on.
#[tokio::test]
async fn a_path_with_dot_segments_or_hidden_slashes_is_not_passed_on() {
    let harness = forwarding(json!({})).await;
    for prefix in ["/media", "/hooks"] {
        for rest in [
            "/../metrics",
            "/..",
            "/./x",
            "/a/../../metrics",
            "/%2e%2e/metrics",
            "/%2E./metrics",
            "/.%2e/metrics",
            "/%2e/metrics",
            "/..%2fmetrics",
            "/a%2F..%2Fmetrics",
            "/..\\metrics",
            "/..%5cmetrics",
            "/%5c..%5Cmetrics",
            "/%252e%252e/metrics",
            "/%25252e%25252e/metrics",
            "/..%252fmetrics",
            "/..;/metrics",
            "/%2e%2e;a=b/metrics",
            "/a%00b",
            "//metrics",
        ] {
            let answer = get_path(harness.address, &format!("{prefix}{rest}")).await;
            assert!(answer.starts_with("HTTP/1.1 400"), "{prefix}{rest}: {answer}");
            assert!(!answer.contains("INSIDE"), "{prefix}{rest}: {answer}");
        }
    }
    for plain in
        ["/media/a.png", "/media/a..b/c", "/media/%C3%BCber.png", "/media/a%20b?x=../y", "/hooks/echo"]
    {
        let answer = get_path(harness.address, plain).await;
        assert!(answer.starts_with("HTTP/1.1 200") && !answer.contains("INSIDE"), "{plain}: {answer}");
    }
}

/// A service that is passed on to is not said to be away where the request is at fault.
#[tokio::test]
async fn a_body_that_is_too_long_or_broken_is_the_clients_fault() {
    let harness = forwarding(json!({ "max_body_bytes": 1_000 })).await;
    let head = "POST /media/up HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
    let long = "x".repeat(2_000);
    for (request, status, code) in [
        (format!("{head}Content-Length: 2000\r\n\r\n{long}"), 413, "LIMIT_EXCEEDED"),
        (
            format!("{head}Transfer-Encoding: chunked\r\n\r\n7d0\r\n{long}\r\n0\r\n\r\n"),
            413,
            "LIMIT_EXCEEDED",
        ),
        (format!("{head}Transfer-Encoding: chunked\r\n\r\nno size\r\n"), 400, "BAD_REQUEST"),
        (format!("{head}Transfer-Encoding: chunked\r\n\r\n5\r\nhello, no end"), 400, "BAD_REQUEST"),
    ] {
        let answer = raw(harness.address, &request).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")) && answer.contains(code), "{answer}");
    }
    let answer = raw(harness.address, &format!("{head}Content-Length: 5\r\n\r\nhello")).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

/// Check 53: who somebody is reaches no route that is passed on.
#[tokio::test]
async fn credentials_are_not_passed_on() {
    let harness = forwarding(json!({})).await;
    for path in ["/media/a.png", "/hooks/echo"] {
        let mut request = harness.http.get(harness.url(path)).header("x-plain", "1");
        for name in
            ["authorization", "cookie", "x-api-key", "proxy-authorization", "x-souk-identity", "x-souk-guest"]
        {
            request = request.header(name, "secret");
        }
        let names = request.send().await.unwrap().text().await.unwrap();
        assert!(names.contains("x-plain"), "{names}");
        for name in ["authorization", "cookie", "x-api-key", "x-souk"] {
            assert!(!names.contains(name), "{path}: {names}");
        }
    }
}

#[tokio::test]
async fn forwarded_requests_are_limited_by_address() {
    let quota = json!({ "forwarded": { "per_second": 1, "burst": 3 } });
    let harness = forwarding(json!({ "rate_limit": quota })).await;
    for path in ["/media/a.png", "/hooks/echo"] {
        let mut statuses = Vec::new();
        for _ in 0..6 {
            statuses.push(harness.http.get(harness.url(path)).send().await.unwrap().status());
        }
        assert!(statuses.contains(&StatusCode::TOO_MANY_REQUESTS), "{path}: {statuses:?}");
    }
    // Operations have an account of their own.
    assert_eq!(harness.query("{ hello }").await.0, StatusCode::OK);
}

/// Check 53: DNS rebinding gets nothing of any route, WebSockets and metrics included.
#[tokio::test]
async fn a_foreign_host_reaches_no_route() {
    let harness = forwarding(json!({})).await;
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                   Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n";
    for path in
        ["/", "/graphql", "/metrics", "/health", "/api/status", "/media/a.png", "/hooks/echo", "/none"]
    {
        for hosts in ["Host: evil.example\r\n", "Host: localhost\r\nHost: localhost\r\n", ""] {
            for more in ["Connection: close\r\n", upgrade] {
                let answer = raw(harness.address, &format!("GET {path} HTTP/1.1\r\n{hosts}{more}\r\n")).await;
                let status = if hosts.contains("evil") { "HTTP/1.1 421" } else { "HTTP/1.1 400" };
                assert!(answer.starts_with(status), "{path} {hosts}: {answer}");
            }
        }
    }
    let named = forwarding(json!({ "allowed_hosts": ["shop.example"] })).await;
    let ask = async |host: &str| {
        let head = format!("GET /metrics HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        raw(named.address, &head).await
    };
    assert!(ask("shop.example").await.starts_with("HTTP/1.1 200"));
    assert!(ask("evil.example").await.contains("gateway.allowed_hosts"));
}

/// Check 54: bodies that do not end, on every route that takes one, keep nobody else out.
#[tokio::test]
async fn unfinished_bodies_end_on_every_route_and_others_are_served() {
    let timeouts = json!({ "body": 300 });
    let section = json!({ "timeouts": timeouts, "max_connections": 40, "max_connections_per_address": 30 });
    let harness = forwarding(section).await;
    for path in ["/graphql", "/hooks/body", "/media/upload", "/metrics", "/none"] {
        let unfinished = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 99\r\n\r\n{{"
        );
        let all = (0..29).map(|_| raw(harness.address, &unfinished));
        for answer in futures::future::join_all(all).await {
            let refused = answer.starts_with("HTTP/1.1 408") || answer.starts_with("HTTP/1.1 40");
            assert!(refused && !answer.contains(" 413 "), "{path}: {answer}");
        }
        assert!(get_path(harness.address, "/health/live").await.starts_with("HTTP/1.1 200"), "{path}");
    }
}

/// Check 54: one address has not all places, whatever its connections are for.
#[tokio::test]
async fn one_address_cannot_shut_others_out() {
    let section = json!({ "max_connections": 40, "max_connections_per_address": 5 });
    let harness = forwarding(section).await;
    let mut held = Vec::new();
    for _ in 0..60 {
        let mut socket = TcpStream::connect(harness.address).await.unwrap();
        let head = "POST /hooks/body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{";
        // One too many may be closed already.
        let _sent = socket.write_all(head.as_bytes()).await;
        held.push(socket);
    }
    let other = tokio::net::TcpSocket::new_v4().unwrap();
    other.bind("127.0.0.2:0".parse().unwrap()).unwrap();
    let mut other = other.connect(harness.address).await.unwrap();
    let head = "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    other.write_all(head.as_bytes()).await.unwrap();
    let mut answer = String::new();
    let read = tokio::time::timeout(PATIENCE, other.read_to_string(&mut answer)).await;
    read.expect("the other is served").unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
}

#[tokio::test]
async fn pages_and_introspection_are_served_only_when_they_are_switched_on() {
    let mut quiet = GatewayConfig::default();
    quiet.rate_limit.enabled = false;
    let harness = Harness::with(quiet, |builder| builder).await;
    let (_, body) = harness.query("{ __schema { queryType { name } } }").await;
    assert_eq!(body["errors"][0]["extensions"]["code"], "INTROSPECTION_DISABLED");
    let page = harness.http.get(harness.url("/")).header("accept", "text/html").send().await.unwrap();
    assert_eq!(page.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_gateway_on_get_routes_still_serves_them() {
    let harness = Harness::with(config(), |builder| {
        builder.mount("/page", Router::new().route("/page", get(|| async { "page" })))
    })
    .await;
    assert!(get_path(harness.address, "/page").await.ends_with("page"));
}

/// A page of another origin reads what an operation cost, and what is left to spend.
#[tokio::test]
async fn pages_of_other_origins_read_what_an_operation_cost() {
    let mut config = config();
    config.cors.origins = vec!["https://shop.example".to_owned()];
    let harness = Harness::with(config, |builder| builder).await;
    let request = harness.post(&json!({ "query": "{ hello }" })).header("origin", "https://shop.example");
    let response = request.send().await.unwrap();
    assert!(response.headers().contains_key("operation-cost"));
    let exposed = response.headers()["access-control-expose-headers"].to_str().unwrap().to_owned();
    for name in ["operation-cost", "ratelimit-remaining", "retry-after"] {
        assert!(exposed.split(',').any(|exposed| exposed.trim() == name), "{name}: {exposed}");
    }
}

/// Who says something of itself that cannot be read is told so, and not taken for a guest.
#[tokio::test]
async fn headers_that_are_no_text_or_doubled_are_refused_by_name() {
    let harness = Harness::start().await;
    for name in ["authorization", "x-api-key", "x-souk-guest"] {
        let unreadable = reqwest::header::HeaderValue::from_bytes(b"D\xc3\x96").unwrap();
        let request = harness.post(&json!({ "query": "{ me }" }));
        let (status, body) = read(request.header(name, unreadable).send().await.unwrap()).await;
        assert!(status.is_client_error(), "{name}: {body}");
        let message = body["errors"][0]["message"].as_str().unwrap().to_lowercase();
        assert!(message.contains(name), "{name}: {message}");
        let request = harness.post(&json!({ "query": "{ me }" }));
        let (status, body) = read(request.header(name, "DE").header(name, "AT").send().await.unwrap()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{name}: {body}");
        let message = body["errors"][0]["message"].as_str().unwrap().to_lowercase();
        assert!(message.contains(name), "{name}: {message}");
    }
}
