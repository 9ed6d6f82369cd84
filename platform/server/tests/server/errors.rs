//! What a client learns of a failure.

use std::sync::{Arc, Mutex, OnceLock};

use platform_testkit::TestSubgraph;
use serde_json::{Value, json};

use crate::sample::Sample;

#[tokio::test]
async fn domain_errors_keep_their_message_and_code() {
    let app = TestSubgraph::<Sample>::start().await;
    let answer = app.as_guest().execute("{ fail(how: NOT_FOUND) }", Value::Null).await;
    assert_eq!(answer.codes(), ["NOT_FOUND"]);
    assert_eq!(answer.errors()[0]["message"], "there is no such person");
    assert_eq!(answer.errors()[0]["path"], json!(["fail"]));
    let answer = app.as_guest().execute("{ person { name broken } }", Value::Null).await;
    assert_eq!(answer.codes(), ["NOT_FOUND"]);
    assert_eq!(*answer.at("person.name"), "Ada");
}

#[tokio::test]
async fn internal_errors_and_panics_are_masked() {
    let app = TestSubgraph::<Sample>::start().await;
    for how in ["INTERNAL", "UNCODED", "PANIC"] {
        let query = format!("{{ fail(how: {how}) }}");
        let answer = app.as_guest().execute(&query, Value::Null).await;
        assert_eq!(answer.codes(), ["INTERNAL"], "{how}");
        let trace = answer.errors()[0]["extensions"]["traceId"].as_str().unwrap();
        assert_eq!(trace.len(), 32, "{how}");
        let text = answer.body.to_string();
        for inside in ["hunter2", "relation", "db-1"] {
            assert!(!text.contains(inside), "{how}: {text}");
        }
    }
    let after = app.as_guest().execute("{ greeting }", Value::Null).await;
    assert_eq!(after.text("greeting"), "hello", "a panic ends nothing but its own operation");
}

/// What all tests of this binary log, a JSON object a line.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Log {
    /// Starts collecting, the first time.
    fn collect() -> &'static Self {
        static LOG: OnceLock<Log> = OnceLock::new();
        LOG.get_or_init(|| {
            let log = Self::default();
            let writer = log.clone();
            tracing_subscriber::fmt().json().with_writer(move || writer.clone()).init();
            log
        })
    }

    fn lines(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn an_internal_error_is_logged_once_with_its_causes_and_trace() {
    let log = Log::collect();
    let app = TestSubgraph::<Sample>::start().await;
    let answer = app.as_guest().execute("{ fail(how: INTERNAL) greeting }", Value::Null).await;
    let trace = &answer.errors()[0]["extensions"]["traceId"];
    let lines: Vec<Value> =
        log.lines().into_iter().filter(|line| line["fields"]["trace"] == *trace).collect();
    assert_eq!(lines.len(), 1, "{lines:?}");
    let fields = &lines[0]["fields"];
    assert_eq!((&lines[0]["level"], &fields["subgraph"]), (&json!("ERROR"), &json!("sample")));
    assert_eq!((&fields["field"], &fields["cause"]), (&json!("fail"), &json!("host db-1")));
}

#[tokio::test]
async fn the_trace_of_the_request_is_the_one_that_is_told() {
    let app = TestSubgraph::<Sample>::start().await;
    let token = app.keys().mint(&app.as_guest().caller(), "sample").unwrap();
    let request = app
        .http()
        .post(app.url("/graphql"))
        .bearer_auth(token)
        .header("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        .json(&json!({ "query": "{ fail(how: INTERNAL) }" }));
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["traceId"], "4bf92f3577b34da6a3ce929d0e0e4736");
}

/// Check 6: what does not fit its type is the caller's to mend, and says where.
#[tokio::test]
async fn bad_input_is_told_apart_from_failures() {
    let app = TestSubgraph::<Sample>::start().await;
    let cases = [
        ("{ nothing }", Value::Null, "GRAPHQL_VALIDATION_FAILED"),
        ("{ greeting", Value::Null, "GRAPHQL_PARSE_FAILED"),
        ("{ fail(how: OTHERWISE) }", Value::Null, "GRAPHQL_VALIDATION_FAILED"),
        ("mutation($by: Int!) { add(input: {by: $by}) }", json!({ "by": 101 }), "BAD_USER_INPUT"),
        ("mutation($by: Int!) { add(input: {by: $by}) }", json!({ "by": "many" }), "BAD_USER_INPUT"),
        ("mutation($by: Int!) { add(input: {by: $by}) }", json!({ "by": 1e30 }), "BAD_USER_INPUT"),
        ("query A { greeting } query B { me }", Value::Null, "BAD_USER_INPUT"),
    ];
    for (query, variables, code) in cases {
        let answer = app.as_guest().execute(query, variables).await;
        assert!(
            answer.codes() == [code]
                || (code == "BAD_USER_INPUT" && answer.codes() == ["GRAPHQL_VALIDATION_FAILED"]),
            "{query}: {}",
            answer.body
        );
        assert!(answer.body["data"].is_null(), "{query}: {}", answer.body);
    }
}

#[tokio::test]
async fn an_operation_ends_by_its_deadline() {
    let app = TestSubgraph::<Sample>::builder()
        .configure(|config| config.server.request_timeout_ms = 30)
        .start()
        .await;
    let answer = app.as_guest().execute("{ slow }", Value::Null).await;
    assert_eq!(answer.codes(), ["TIMEOUT"]);
}

#[tokio::test]
async fn the_callers_deadline_holds_when_it_is_the_earlier_one() {
    let app = TestSubgraph::<Sample>::start().await;
    let token = app.keys().mint(&app.as_guest().caller(), "sample").unwrap();
    let request = app
        .http()
        .post(app.url("/graphql"))
        .bearer_auth(token)
        .header("x-souk-timeout-ms", "30")
        .json(&json!({ "query": "{ slow }" }));
    let answer: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(answer["errors"][0]["extensions"]["code"], "TIMEOUT");
}
