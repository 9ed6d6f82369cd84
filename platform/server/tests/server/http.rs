//! The listener's own rules: identities, bodies, media types, the paths beside GraphQL.

use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use platform_identity::{Caller, Identity, InternalKeys, Scope};
use platform_testkit::{TestSubgraph, eventually};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use crate::sample::Sample;

/// Check 19: without a signed identity nothing runs, whatever else a client sends.
#[tokio::test]
async fn a_call_without_a_signed_identity_is_refused() {
    let app = TestSubgraph::<Sample>::start().await;
    let body = json!({ "query": "{ greeting }" });
    for path in ["/graphql", "/internal/graphql", "/internal/events"] {
        let bare = app.http().post(app.url(path)).json(&body);
        let sent = app
            .http()
            .post(app.url(path))
            .header("x-identity", r#"{"roles":["admin"]}"#)
            .header("x-user-id", "1")
            .header("cookie", "identity=admin")
            .json(&body);
        for request in [bare, sent] {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::UNAUTHORIZED, "{path}");
            let answer: Value = answer.json().await.unwrap();
            assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAUTHENTICATED", "{path}");
        }
    }
}

/// Check 14: a token of another key, for another audience, expired, or of another scheme is refused here too.
#[tokio::test]
async fn a_token_that_is_not_for_this_subgraph_is_refused() {
    let app = TestSubgraph::<Sample>::start().await;
    let caller = Caller::new(Identity::service("orders"));
    let stranger = InternalKeys::ephemeral(Arc::new(platform_core::SystemClock)).unwrap();
    let send = async |authorization: String| {
        let request = app.http().post(app.url("/graphql")).header("authorization", authorization);
        request.json(&json!({ "query": "{ greeting }" })).send().await.unwrap().status()
    };
    let own = app.keys().mint(&caller, "sample").unwrap();
    assert_eq!(send(format!("Bearer {own}")).await, StatusCode::OK);
    assert_eq!(send(format!("Basic {own}")).await, StatusCode::UNAUTHORIZED);
    assert_eq!(send(own.to_string()).await, StatusCode::UNAUTHORIZED);
    for token in [stranger.mint(&caller, "sample"), app.keys().mint(&caller, "catalog")] {
        assert_eq!(send(format!("Bearer {}", token.unwrap())).await, StatusCode::UNAUTHORIZED);
    }
    app.clock().advance(std::time::Duration::from_secs(61));
    assert_eq!(send(format!("Bearer {own}")).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn the_internal_schema_is_for_services() {
    let app = TestSubgraph::<Sample>::start().await;
    let user = app.as_user(app.ids().next()).with_scopes([Scope::PaymentsManage]);
    let answer = user.execute_internal("{ counter }", Value::Null).await;
    assert_eq!((answer.status, answer.codes()), (403, vec!["FORBIDDEN"]));
    let answer = app.as_service("orders").execute_internal("{ askedBy }", Value::Null).await;
    assert_eq!(answer.text("askedBy"), "orders");
    let answer = app.as_service("orders").execute("{ counter }", Value::Null).await;
    assert_eq!(answer.codes(), ["GRAPHQL_VALIDATION_FAILED"], "the schemas are apart");
}

/// Check 10: what a browser would send without asking first is not taken.
#[tokio::test]
async fn simple_requests_are_refused() {
    let app = TestSubgraph::<Sample>::start().await;
    let token = app.keys().mint(&app.as_guest().caller(), "sample").unwrap();
    let body = r#"{"query":"mutation { add(input: {by: 1}) }"}"#;
    for media_type in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""]
    {
        let request =
            app.http().post(app.url("/graphql")).bearer_auth(&token).header("content-type", media_type);
        let status = request.body(body).send().await.unwrap().status();
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{media_type}");
    }
    let get = app.http().get(app.url("/graphql?query=mutation{add(input:{by:1})}")).bearer_auth(&token);
    assert!(get.send().await.unwrap().status().is_client_error());
    let counter = app.as_service("orders").execute_internal("{ counter }", Value::Null).await;
    assert_eq!(counter.get::<i64>("counter"), 0);
}

/// Checks 5 and 6: bodies are bounded, compressed ones are not taken at all, and bad ones are told.
#[tokio::test]
async fn bodies_are_bounded_and_well_formed() {
    let app =
        TestSubgraph::<Sample>::builder().configure(|config| config.server.body_limit = 10_000).start().await;
    let token = app.keys().mint(&app.as_guest().caller(), "sample").unwrap();
    let post = || {
        app.http().post(app.url("/graphql")).bearer_auth(&token).header("content-type", "application/json")
    };
    let large = json!({ "query": "{ greeting }", "variables": { "x": "y".repeat(20_000) } }).to_string();
    assert_eq!(post().body(large).send().await.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
    let zipped = post().header("content-encoding", "gzip").body(vec![0x1f, 0x8b, 8, 0]);
    assert_eq!(zipped.send().await.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let deep = format!(
        r#"{{"query":"{{ greeting }}","variables":{{"x":{}{}}}}}"#,
        "[".repeat(4_000),
        "]".repeat(4_000)
    );
    let bodies: [(&[u8], &str); 6] = [
        (b"", "BAD_USER_INPUT"),
        (b"[]", "BAD_USER_INPUT"),
        (b"{\"query\": 1}", "BAD_USER_INPUT"),
        (b"{\"query\": \"{ greeting }\", \"variables\": []}", "BAD_USER_INPUT"),
        (b"{\"query\": \"\xff\"}", "BAD_USER_INPUT"),
        (deep.as_bytes(), "LIMIT_EXCEEDED"),
    ];
    for (body, code) in bodies {
        let answer = post().body(body.to_vec()).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{}", String::from_utf8_lossy(body));
        let answer: Value = answer.json().await.unwrap();
        assert_eq!(answer["errors"][0]["extensions"]["code"], code);
    }
}

#[tokio::test]
async fn the_status_follows_what_the_client_accepts() {
    let app = TestSubgraph::<Sample>::start().await;
    let token = app.keys().mint(&app.as_guest().caller(), "sample").unwrap();
    let send = async |accept: &str, query: &str| {
        let request = app.http().post(app.url("/graphql")).bearer_auth(&token).header("accept", accept);
        let answer = request.json(&json!({ "query": query })).send().await.unwrap();
        let media_type = answer.headers()["content-type"].to_str().unwrap().to_owned();
        (answer.status().as_u16(), media_type)
    };
    let graphql = "application/graphql-response+json";
    assert_eq!(send(graphql, "{ greeting }").await, (200, graphql.to_owned()));
    assert_eq!(send(graphql, "{ nothing }").await, (400, graphql.to_owned()));
    assert_eq!(send(graphql, "{ fail(how: NOT_FOUND) }").await, (200, graphql.to_owned()));
    assert_eq!(send("application/json", "{ nothing }").await, (200, "application/json".to_owned()));
}

#[tokio::test]
async fn health_status_metrics_and_own_routes_are_served() {
    let app = TestSubgraph::<Sample>::start().await;
    app.as_guest().execute("{ greeting }", Value::Null).await.data();
    app.as_guest().execute("{ me }", Value::Null).await.codes();
    let get = async |path: &str| {
        let answer = app.http().get(app.url(path)).send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    assert_eq!(get("/health/live").await.0, StatusCode::OK);
    assert_eq!(get("/health/ready").await.0, StatusCode::OK);
    assert_eq!(get("/hooks/ping").await, (StatusCode::OK, "pong".to_owned()));
    let status: Value = serde_json::from_str(&get("/api/status").await.1).unwrap();
    assert_eq!((&status["name"], &status["ready"]), (&json!("sample"), &json!(true)));
    let metrics = get("/metrics").await.1;
    for outcome in ["ok", "client_error"] {
        let line = format!(
            r#"souk_subgraph_operation_seconds_count{{outcome="{outcome}",schema="composed",subgraph="sample"}} 1"#
        );
        assert!(metrics.contains(&line), "{metrics}");
    }
    app.host().shutdown_token().cancel();
    assert!(!app.hosted().status().await.ready, "a stopping process takes itself out of rotation");
}

/// A process with another signing key is told by the answer that it asks for anyway.
#[tokio::test]
async fn a_subgraph_is_not_ready_for_a_process_that_it_does_not_believe() {
    let app = TestSubgraph::<Sample>::start().await;
    let ask = async |keys: &InternalKeys| {
        let token = keys.mint(&Caller::new(Identity::service("gateway")), "sample").unwrap();
        app.http().get(app.url("/health/ready")).bearer_auth(token).send().await.unwrap().status()
    };
    assert_eq!(ask(app.keys()).await, StatusCode::OK);
    let stranger = InternalKeys::ephemeral(Arc::new(platform_core::SystemClock)).unwrap();
    assert_eq!(ask(&stranger).await, StatusCode::UNAUTHORIZED);
}

/// Whoever asks how a subgraph is learns it before giving up.
#[tokio::test]
async fn a_database_that_does_not_answer_is_told_within_the_time_of_a_probe() {
    let app = TestSubgraph::<Sample>::start().await;
    // Every connection is taken, which is how a server that hangs looks from here.
    let mut taken = Vec::new();
    while let Ok(Ok(connection)) =
        tokio::time::timeout(Duration::from_millis(300), app.database().read().begin()).await
    {
        taken.push(connection);
    }
    let asked = Instant::now();
    let answer = app.http().get(app.url("/health/ready")).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(asked.elapsed() < Duration::from_millis(2_000), "after {:?}", asked.elapsed());
    let status: Value = answer.json().await.unwrap();
    assert_eq!(status["reason"], "the database does not answer");
}

/// The address of a process that answers everything with the status that stands in the cell.
async fn answering(status: &Arc<AtomicU16>) -> String {
    let status = status.clone();
    let answer = move || {
        let status = status.clone();
        async move { axum::http::StatusCode::from_u16(status.load(Ordering::SeqCst)).unwrap() }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, axum::Router::new().fallback(answer)).await });
    url
}

/// A process that no peer believes can do nothing that needs one: it says so, and names the peer. One that is away says
/// nothing of it, and where one peer believes it, the other is set up wrong.
#[tokio::test]
async fn a_subgraph_that_its_peers_do_not_believe_is_not_ready() {
    let [one, other] = [401, 503].map(|status| Arc::new(AtomicU16::new(status)));
    let urls = [("one", answering(&one).await), ("other", answering(&other).await)];
    let nowhere = ("nowhere", "http://127.0.0.1:1".to_owned());
    let app = TestSubgraph::<Sample>::builder()
        .configure(|config| {
            let peers = urls.into_iter().chain([nowhere]);
            config.peers.extend(peers.map(|(name, url)| (name.to_owned(), url)));
        })
        .start()
        .await;
    let ask = async || {
        let answer = app.http().get(app.url("/health/ready")).send().await.unwrap();
        (answer.status(), answer.json::<Value>().await.unwrap())
    };
    let (status, told) = ask().await;
    assert_eq!(status, StatusCode::SERVICE_UNAVAILABLE, "{told}");
    assert!(told["reason"].as_str().unwrap().starts_with("`one` does not believe"), "{told}");
    other.store(200, Ordering::SeqCst);
    eventually(|| async { ask().await.0 == StatusCode::OK }).await;
    for status in [&one, &other] {
        status.store(401, Ordering::SeqCst);
    }
    eventually(|| async { ask().await.0 == StatusCode::SERVICE_UNAVAILABLE }).await;
    for status in [&one, &other] {
        status.store(503, Ordering::SeqCst);
    }
    eventually(|| async { ask().await.0 == StatusCode::OK }).await;
}
