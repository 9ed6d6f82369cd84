//! GraphQL over HTTP: methods, media types, statuses.

use reqwest::StatusCode;
use reqwest::header::{ACCEPT, ALLOW, CONTENT_TYPE};
use serde_json::{Value, json};

use crate::support::{Harness, code, config, read};

#[tokio::test]
async fn a_query_by_post_and_by_get_is_answered() {
    let harness = Harness::start().await;
    let (status, body) = harness.query(r#"{ hello(name: "Ada") }"#).await;
    assert_eq!((status, body), (StatusCode::OK, json!({ "data": { "hello": "hello Ada" } })));

    let response = harness
        .http
        .get(harness.url("/graphql?query=query($a:Int!){sum(a:$a,b:2)}&variables=%7B%22a%22:40%7D"))
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()[CONTENT_TYPE], "application/json; charset=utf-8");
    assert_eq!(read(response).await, (StatusCode::OK, json!({ "data": { "sum": 42 } })));
}

#[tokio::test]
async fn the_status_of_a_bad_document_depends_on_the_media_type() {
    let harness = Harness::start().await;
    for query in ["{", "{ unknown }", "query($a: Int!) { sum(a: $a, b: 1) }"] {
        let newer = harness.post(&json!({ "query": query })).send().await.unwrap();
        assert_eq!(newer.headers()[CONTENT_TYPE], "application/graphql-response+json; charset=utf-8");
        let (status, body) = read(newer).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{query}");
        assert!(body.get("data").is_none() && body["errors"].is_array(), "{body}");

        let older = harness.post(&json!({ "query": query })).header(ACCEPT, "application/json");
        // reqwest appends, so the list has both and the newer wins; a client that knows the older alone says so alone.
        let (status, _) = read(older.send().await.unwrap()).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        let older = harness
            .http
            .post(harness.url("/graphql"))
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .body(json!({ "query": query }).to_string());
        assert_eq!(read(older.send().await.unwrap()).await.0, StatusCode::OK, "{query}");
    }
    assert_eq!(harness.subgraph.operations(), 0);
}

/// Check 10: a mutation by GET is refused and nothing runs.
#[tokio::test]
async fn a_mutation_by_get_is_refused() {
    let harness = Harness::start().await;
    let url = harness.url("/graphql?query=mutation{login(name:%22a%22)}");
    let response = harness.http.get(url).send().await.unwrap();
    assert_eq!(response.headers()[ALLOW], "POST");
    let (status, body) = read(response).await;
    assert_eq!((status, code(&body)), (StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED"));
    assert_eq!(harness.subgraph.operations(), 0);
}

/// Check 10: what a page of another site can send without a preflight is refused.
#[tokio::test]
async fn simple_requests_of_other_sites_are_refused() {
    let harness = Harness::start().await;
    let body = json!({ "query": r#"mutation { login(name: "a") }"# }).to_string();
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "TEXT/plain;charset=utf-8",
    ] {
        let request =
            harness.http.post(harness.url("/graphql")).header(CONTENT_TYPE, content_type).body(body.clone());
        let (status, body) = read(request.send().await.unwrap()).await;
        assert_eq!((status, code(&body)), (StatusCode::FORBIDDEN, "CSRF_GUARD"), "{content_type}");
    }
    // With the header it is no simple request any more, yet still not JSON.
    let request = harness.http.post(harness.url("/graphql")).header(CONTENT_TYPE, "text/plain");
    let response = request.header("x-requested-with", "test").body(body.clone()).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
    let untyped = harness.http.post(harness.url("/graphql")).body(body).send().await.unwrap();
    assert_eq!(untyped.status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);

    let image = harness.http.get(harness.url("/graphql?query={hello}"));
    let image = image.header("sec-fetch-site", "cross-site").header("sec-fetch-mode", "no-cors");
    assert_eq!(image.send().await.unwrap().status(), StatusCode::FORBIDDEN);
    assert_eq!(harness.subgraph.operations(), 0);
}

#[tokio::test]
async fn malformed_requests_have_clear_answers() {
    let harness = Harness::start().await;
    let raw = async |body: Vec<u8>| {
        let request =
            harness.http.post(harness.url("/graphql")).header(CONTENT_TYPE, "application/json").body(body);
        read(request.send().await.unwrap()).await
    };
    for body in [
        "",
        "{",
        "null",
        "7",
        r#""text""#,
        "[]",
        r#"{"query":7}"#,
        r#"{"query":null}"#,
        "{}",
        r#"{"query":"{hello}","variables":[]}"#,
        r#"{"query":"{hello}","variables":"{}"}"#,
        r#"{"query":"{hello}","operationName":[]}"#,
        r#"{"query":"{hello}","extensions":0}"#,
        r#"{"query":"{hello}"} trailing"#,
    ] {
        let (status, answer) = raw(body.as_bytes().to_vec()).await;
        assert_eq!((status, code(&answer)), (StatusCode::BAD_REQUEST, "BAD_REQUEST"), "{body}");
    }
    for body in [r#"{"query":"{hello}","variables":null,"operationName":null,"extensions":null}"#] {
        assert_eq!(raw(body.as_bytes().to_vec()).await.0, StatusCode::OK, "{body}");
    }
    let delete = harness.http.delete(harness.url("/graphql")).send().await.unwrap();
    assert_eq!(delete.status(), StatusCode::METHOD_NOT_ALLOWED);
    let picture = harness.post(&json!({ "query": "{hello}" }));
    let only_picture = harness.http.post(harness.url("/graphql")).header(CONTENT_TYPE, "application/json");
    let only_picture = only_picture.header(ACCEPT, "image/png").body("{}").send().await.unwrap();
    assert_eq!(only_picture.status(), StatusCode::NOT_ACCEPTABLE);
    assert_eq!(picture.send().await.unwrap().status(), StatusCode::OK);
}

#[tokio::test]
async fn an_unknown_stored_document_is_answered_as_clients_of_apq_expect() {
    let harness = Harness::start().await;
    let request = json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": "00" } } });
    let (_, body) = read(harness.post(&request).send().await.unwrap()).await;
    assert_eq!(code(&body), "PERSISTED_QUERY_NOT_SUPPORTED");
}

#[tokio::test]
async fn a_batch_is_answered_in_its_order() {
    let harness = Harness::start().await;
    let batch =
        json!([{ "query": "{ sum(a: 1, b: 1) }" }, { "query": "{ nope }" }, { "query": "{ hello }" }]);
    let (status, body) = read(harness.post(&batch).send().await.unwrap()).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body[0]["data"]["sum"], 2);
    assert_eq!(code(&body[1]), "GRAPHQL_VALIDATION_FAILED");
    assert_eq!(body[2]["data"]["hello"], "hello you");
}

#[tokio::test]
async fn internal_errors_are_hidden_and_others_are_not() {
    let harness = Harness::start().await;
    let (status, body) = harness.query("{ boom clash }").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(body["data"], json!({ "boom": null, "clash": null }));
    assert!(!body.to_string().contains("hunter2"), "{body}");
    let errors = body["errors"].as_array().unwrap();
    let by_code = |code: &str| errors.iter().find(|error| error["extensions"]["code"] == code).unwrap();
    assert_eq!(by_code("INTERNAL")["message"], "internal error");
    assert_eq!(by_code("CONFLICT")["message"], "the order changed meanwhile");
    assert!(errors.iter().all(|error| error["extensions"]["traceId"].as_str().unwrap().len() == 32));
}

#[tokio::test]
async fn a_trace_of_the_client_is_continued_to_the_subgraph() {
    let harness = Harness::start().await;
    let id = "4bf92f3577b34da6a3ce929d0e0e4736";
    let request = harness.post(&json!({ "query": r#"{ header(name: "traceparent") }"# }));
    let request = request
        .header("traceparent", format!("00-{id}-00f067aa0ba902b7-01"))
        .header("x-request-id", "job-12345");
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["x-request-id"], "job-12345");
    let (_, body) = read(response).await;
    let parent = body["data"]["header"].as_str().unwrap();
    assert!(parent.contains(id) && !parent.contains("00f067aa0ba902b7"), "{parent}");
}

#[tokio::test]
async fn every_response_has_security_headers_and_large_ones_are_compressed() {
    let harness = Harness::start().await;
    let response = harness.post(&json!({ "query": "{ __schema { types { name fields { name } } } }" }));
    let response = response.header("accept-encoding", "gzip").send().await.unwrap();
    let headers = response.headers();
    assert_eq!(headers["x-content-type-options"], "nosniff");
    assert_eq!(headers["x-frame-options"], "DENY");
    assert_eq!(headers["content-encoding"], "gzip");
}

#[tokio::test]
async fn other_origins_get_cors_headers_only_if_listed() {
    let mut config = crate::support::config();
    config.cors.origins = vec!["https://shop.example".to_owned()];
    let harness = Harness::with(config, |builder| builder).await;
    let ask = async |origin: &str| {
        let request = harness.http.request(reqwest::Method::OPTIONS, harness.url("/graphql"));
        let request = request.header("origin", origin).header("access-control-request-method", "POST");
        let response = request.header("access-control-request-headers", "content-type").send().await.unwrap();
        response.headers().get("access-control-allow-origin").map(|value| value.to_str().unwrap().to_owned())
    };
    assert_eq!(ask("https://shop.example").await.as_deref(), Some("https://shop.example"));
    assert_eq!(ask("https://evil.example").await, None);
}

#[tokio::test]
async fn introspection_can_be_switched_off() {
    let harness = Harness::start().await;
    let (_, body) = harness.query("{ __schema { queryType { name } } }").await;
    assert_eq!(body["data"]["__schema"]["queryType"]["name"], "Query");

    let mut config = crate::support::config();
    config.introspection = Some(false);
    let closed = Harness::with(config, |builder| builder).await;
    for query in [
        "{ __schema { queryType { name } } }",
        "{ ...F } fragment F on Query { t: __type(name: \"Query\") { name } }",
    ] {
        let (_, body) = closed.query(query).await;
        assert_eq!(code(&body), "INTROSPECTION_DISABLED", "{query}");
    }
    let (_, body) = closed.query("{ __typename }").await;
    assert_eq!(body["data"], json!({ "__typename": "Query" }) as Value);
}

/// Check 9: what subgraphs have for the router alone is not there for clients, and errors suggest nothing.
#[tokio::test]
async fn the_subgraphs_own_fields_are_unknown() {
    let mut config = config();
    config.introspection = Some(false);
    let harness = Harness::with(config, |builder| builder).await;
    for query in ["{ _service { sdl } }", "{ _entities(representations: []) { __typename } }", "{ helo }"] {
        let (status, body) = harness.query(query).await;
        assert_eq!((status, code(&body)), (StatusCode::BAD_REQUEST, "GRAPHQL_VALIDATION_FAILED"), "{query}");
        let message = body["errors"][0]["message"].as_str().unwrap();
        assert!(!message.contains("hello") && !message.to_lowercase().contains("did you mean"), "{message}");
    }
    let harness = Harness::start().await;
    let (_, body) = harness.query("{ __schema { types { name } } }").await;
    let types = body["data"]["__schema"]["types"].to_string();
    assert!(!types.contains("join__") && !types.contains("_Service") && !types.contains("link__"), "{types}");
}

/// What a subgraph tells beside the code is for its own people, unless its name is allowed.
#[tokio::test]
async fn extensions_of_subgraphs_are_masked_unless_they_are_allowed() {
    let harness = Harness::start().await;
    let (_, body) = harness.query("{ talkative }").await;
    let mut names: Vec<&str> =
        body["errors"][0]["extensions"].as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, ["code", "field", "traceId"], "{body}");
    assert_eq!(body["errors"][0]["message"], "no such thing");
    let allowing = json!({ "error_extensions": ["query"], "rate_limit": { "enabled": false } });
    let harness = Harness::with(serde_json::from_value(allowing).unwrap(), |builder| builder).await;
    let (_, body) = harness.query("{ talkative }").await;
    let extensions = &body["errors"][0]["extensions"];
    assert_eq!(extensions["query"], "SELECT password FROM users");
    assert!(extensions.get("field").is_none() && extensions.get("exception").is_none(), "{body}");
}
