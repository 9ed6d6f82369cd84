//! What reaches a process at all, on every listener of an installation whose parts are processes of their own.

mod market;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use crate::router::Router;
use crate::support::{Installation, PATIENCE, Shape, public_subgraphs};

/// Short deadlines and few places, so that a test sees both.
const IMPATIENT: &str = "[server]\nbody_timeout_ms = 500\nheader_timeout_ms = 500\n\
                         max_connections = 60\nmax_connections_per_address = 40\n";
const IMPATIENT_GATEWAY: &str = "max_connections = 60\nmax_connections_per_address = 40\n\
                                 [gateway.timeouts]\nbody = 500\nheader = 500\n";

/// Sends exactly these bytes from an address; returns all that comes until the server closes.
async fn raw_from(from: &str, address: &str, sent: &str) -> String {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(format!("{from}:0").parse().unwrap()).unwrap();
    let mut socket = socket.connect(address.parse().unwrap()).await.unwrap();
    // One connection too many may be closed already.
    let _sent = socket.write_all(sent.as_bytes()).await;
    let mut received = Vec::new();
    let read = tokio::time::timeout(PATIENCE, socket.read_to_end(&mut received)).await;
    let _ended = read.unwrap_or_else(|_| panic!("{address} answers or closes: {sent}"));
    String::from_utf8_lossy(&received).into_owned()
}

async fn get(address: &str, host: &str, path: &str) -> String {
    let head = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    raw_from("127.0.0.1", address, &head).await
}

fn is_ok(answer: &str) -> bool {
    answer.starts_with("HTTP/1.1 200")
}

async fn prepared() -> (Installation, Vec<(String, String)>) {
    let mut shop = Installation::prepare(Shape::Apart, IMPATIENT);
    shop.reconfigure("[gateway.rate_limit]\n", &format!("{IMPATIENT_GATEWAY}[gateway.rate_limit]\n"));
    shop.migrate().await;
    shop.start_all(None).await;
    let private =
        shop.processes.iter().map(|(name, process)| (name.clone(), process.address.replace("http://", "")));
    let public = public_subgraphs();
    let public = public.iter().map(|name| (format!("public {name}"), shop.public_address(name)));
    let listeners = private.chain(public).collect();
    (shop, listeners)
}

/// Check 53: no path and no host leads from the router to what is for the installation alone.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_internal_is_reached_through_the_router() {
    let (shop, listeners) = prepared().await;
    let router = shop.processes["router"].address.replace("http://", "");
    assert!(is_ok(&get(&router, "localhost", "/.well-known/jwks.json").await));
    for prefix in ["/.well-known", "/media", "/payments"] {
        for way in
            ["/..", "/%2e%2e", "/%2E.", "/..%5c..", "\\..", "/%252e%252e", "/x/..%2f..", "/..;", "//", "/."]
        {
            for inside in ["/metrics", "/internal/events", "/internal/graphql", "/graphql", "/api/status"] {
                let path = format!("{prefix}{way}{inside}");
                let answer = get(&router, "localhost", &path).await;
                let refused = answer.starts_with("HTTP/1.1 400") || answer.starts_with("HTTP/1.1 404");
                assert!(refused && !answer.contains("souk_"), "{path}: {answer}");
            }
        }
    }
    for (name, address) in &listeners {
        for path in
            ["/metrics", "/graphql", "/internal/graphql", "/internal/events", "/api/status", "/health/live"]
        {
            let answer = get(address, "evil.example", path).await;
            assert!(answer.starts_with("HTTP/1.1 421"), "{name}{path}: {answer}");
            let doubled = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n");
            for head in [doubled, format!("GET {path} HTTP/1.1\r\n\r\n")] {
                let answer = raw_from("127.0.0.1", address, &head).await;
                assert!(answer.starts_with("HTTP/1.1 400"), "{name}{path}: {answer}");
            }
        }
        assert!(is_ok(&get(address, "localhost", "/health/live").await), "{name}");
    }
    for name in &public_subgraphs() {
        let (public, private) =
            (shop.public_address(name), &shop.processes[name].address.replace("http://", ""));
        for path in
            ["/metrics", "/graphql", "/internal/graphql", "/internal/events", "/api/status", "/health/ready"]
        {
            assert!(get(&public, "localhost", path).await.starts_with("HTTP/1.1 404"), "{name}{path}");
        }
        assert!(is_ok(&get(private, "localhost", "/metrics").await), "{name}");
    }
}

/// Check 54: unfinished heads and bodies, on every route that takes a body, of every listener; and one address that
/// takes all that it is given.
#[tokio::test(flavor = "multi_thread")]
async fn unfinished_requests_keep_nobody_out_of_any_listener() {
    let (_shop, listeners) = prepared().await;
    for (name, address) in &listeners {
        let paths = [
            "/graphql",
            "/internal/graphql",
            "/internal/events",
            "/payments/webhooks/sandbox",
            "/logistics/webhooks/sandbox",
            "/media/x",
            "/none",
        ];
        let unfinished = paths.map(|path| {
            format!(
                "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                 Content-Length: 90\r\n\r\n{{"
            )
        });
        let heads = ["GET /health/live HT", "POST /graphql HTTP/1.1\r\nHost: localhost\r\nX-Slow: "];
        let floods = unfinished.iter().map(String::as_str).chain(heads).cycle().take(120);
        let floods = floods.map(|sent| raw_from("127.0.0.1", address, sent));
        let flooded = futures::future::join_all(floods);
        let live = "GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        // Somebody else is served while all that goes on, and all of it ends.
        let (answers, other) = tokio::join!(flooded, raw_from("127.0.0.2", address, live));
        assert!(is_ok(&other), "{name}: {other}");
        assert!(answers.iter().all(|answer| !is_ok(answer)), "{name}: {answers:?}");
        assert!(answers.iter().any(|answer| answer.starts_with("HTTP/1.1 4")), "{name}: {answers:?}");
        assert!(is_ok(&raw_from("127.0.0.1", address, live).await), "{name}: the places came back");
    }
}

/// Checks 53 and 54 for a router alone.
#[tokio::test(flavor = "multi_thread")]
async fn a_router_alone_keeps_the_same_rules() {
    let folder = tempfile::tempdir().unwrap();
    let supergraph = crate::architecture::root().join("supergraph.graphql");
    let arguments = ["--supergraph", supergraph.to_str().unwrap()];
    let router = Router::configured(folder.path(), IMPATIENT_GATEWAY, &arguments).await;
    let address = router.address();
    for path in ["/metrics", "/graphql", "/"] {
        assert!(get(&address, "evil.example", path).await.starts_with("HTTP/1.1 421"), "{path}");
    }
    let unfinished = "POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
                      Content-Length: 90\r\n\r\n{";
    let answers =
        futures::future::join_all((0..40).map(|_| raw_from("127.0.0.1", &address, unfinished))).await;
    assert!(answers.iter().any(|answer| answer.starts_with("HTTP/1.1 408")), "{answers:?}");
    assert!(is_ok(&get(&address, "localhost", "/health/live").await));
    assert!(TcpStream::connect(&address).await.is_ok());
}

/// Check 58: a process that answers operations while its database is away is not well. The router asks whether it is ready,
/// and its status names it.
#[tokio::test(flavor = "multi_thread")]
async fn the_status_names_a_subgraph_that_answers_without_its_database() {
    use axum::Json;
    use axum::http::StatusCode;
    use axum::routing::get;
    use serde_json::{Value, json};

    let mut shop = Installation::prepare(Shape::Apart, "");
    shop.migrate().await;
    let reason = "the database does not answer";
    let away = json!({ "name": "catalog", "ready": false, "reason": reason });
    let ready = get(async move || (StatusCode::SERVICE_UNAVAILABLE, Json(away.clone())));
    let stub = axum::Router::new()
        .route("/health/ready", ready)
        .fallback(async || Json(json!({ "data": { "__typename": "Query" } })));
    let listener = tokio::net::TcpListener::bind(shop.private_address("catalog")).await.unwrap();
    tokio::spawn(async move { axum::serve(listener, stub).await.unwrap() });
    shop.start_process("users", &["serve", "users"], None).await;
    shop.start_process("router", &["serve", "router"], None).await;
    let router = shop.private_address("router");
    let status = async |path: &str| -> Value {
        reqwest::get(format!("http://{router}{path}")).await.unwrap().json().await.unwrap()
    };
    let told = status("/api/status").await;
    assert_eq!(told["status"], "degraded");
    let of =
        |name: &str| told["services"].as_array().unwrap().iter().find(|each| each["name"] == name).unwrap();
    assert_eq!((&of("catalog")["healthy"], &of("catalog")["error"]), (&json!(false), &json!(reason)));
    assert_eq!((&of("users")["healthy"], &of("users")["details"]["ready"]), (&json!(true), &json!(true)));
    let ready = status("/health/ready").await;
    assert_eq!(ready["status"], "degraded");
    assert!(ready["failing"].as_array().unwrap().contains(&json!("catalog")), "{ready}");
}
