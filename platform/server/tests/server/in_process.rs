//! The transport within a process behaves as the one over HTTP.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::StreamExt;
use http::HeaderMap;
use platform_identity::{Caller, Identity, Scope};
use platform_server::remote_transport;
use platform_testkit::TestSubgraph;
use router_transport::{Request, Transport, TransportError};
use serde_json::{Value, json};

use crate::sample::Sample;

fn request(query: &str, variables: Value, caller: Option<Caller>) -> Request {
    Request {
        query: query.into(),
        operation_name: None,
        variables: variables.as_object().cloned().unwrap_or_default().into(),
        caller,
        headers: Arc::new(HeaderMap::new()),
        deadline: None,
        idempotent: true,
    }
}

/// Both ways to the same subgraph.
fn transports(app: &TestSubgraph<Sample>) -> [Arc<dyn Transport>; 2] {
    let remote = remote_transport("sample", &app.url(""), "/graphql", app.keys().clone()).unwrap();
    [app.in_process(), remote]
}

/// Check 44: what async-graphql cannot hold is refused, and not something else.
#[tokio::test]
async fn a_number_beyond_all_doubles_is_bad_input() {
    let app = TestSubgraph::<Sample>::start().await;
    let query = "query($r: [_Any!]!) { _entities(representations: $r) { __typename } }";
    let asked = Request {
        variables: serde_json::from_str(r#"{"r":[{"__typename":"Person","id":1e400}]}"#).unwrap(),
        ..request(query, json!({}), Some(Caller::new(Identity::service("test"))))
    };
    let answer = app.in_process().fetch(asked).await.unwrap();
    assert_eq!(answer.errors[0].extensions["code"], "BAD_USER_INPUT");
    assert!(answer.errors[0].message.contains("1e400"));
}

#[tokio::test]
async fn both_transports_answer_alike() {
    let app = TestSubgraph::<Sample>::start().await;
    let caller =
        Caller::new(Identity { scopes: [Scope::AuditRead.into()].into(), ..Identity::service("test") });
    let [local, remote] = transports(&app);
    let cases = [
        ("{ greeting market }", json!({})),
        ("{ person { id name secret friends { id } } }", json!({})),
        ("{ named { __typename name } }", json!({})),
        ("{ fail(how: NOT_FOUND) greeting }", json!({})),
        ("{ nothing }", json!({})),
        (
            "query($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Person { id } } }",
            json!({ "r": [{ "__typename": "Person", "id": "1" }, { "__typename": "Person", "id": "2" }] }),
        ),
        ("mutation($i: AddInput!) { add(input: $i) }", json!({ "i": { "by": 0 } })),
        ("{ _service { sdl } }", json!({})),
        ("subscription { count(to: 1) { number } }", json!({})),
    ];
    for (query, variables) in cases {
        let here = local.execute(request(query, variables.clone(), Some(caller.clone()))).await.unwrap();
        let there = remote.execute(request(query, variables, Some(caller.clone()))).await.unwrap();
        assert_eq!(sorted(&here), sorted(&there), "{query}");
    }
}

/// The order of an object's keys is that of completion, so it is not compared.
fn sorted(response: &router_transport::Response) -> Value {
    fn sort(value: Value) -> Value {
        match value {
            Value::Object(fields) => {
                let mut fields: Vec<_> = fields.into_iter().map(|(key, value)| (key, sort(value))).collect();
                fields.sort_by(|a, b| a.0.cmp(&b.0));
                Value::Object(fields.into_iter().collect())
            }
            Value::Array(items) => Value::Array(items.into_iter().map(sort).collect()),
            leaf => leaf,
        }
    }
    sort(serde_json::to_value(response).unwrap())
}

/// Check 19: in process, too, nothing runs without an identity.
#[tokio::test]
async fn a_request_without_identity_is_refused() {
    let app = TestSubgraph::<Sample>::start().await;
    let response = app.in_process().execute(request("{ greeting }", json!({}), None)).await.unwrap();
    assert_eq!(response.errors[0].extensions["code"], "UNAUTHENTICATED");
    assert!(response.data.is_null());
}

#[tokio::test]
async fn the_callers_deadline_is_a_timeout_of_the_transport() {
    let app = TestSubgraph::<Sample>::start().await;
    let caller = Caller::new(Identity::service("test"));
    let slow = Request {
        deadline: Some(Instant::now() + Duration::from_millis(30)),
        ..request("{ slow }", json!({}), Some(caller))
    };
    for transport in transports(&app) {
        let slow = Request { deadline: Some(Instant::now() + Duration::from_millis(100)), ..slow.clone() };
        match transport.execute(slow).await {
            Err(TransportError::Timeout { subgraph, .. }) => assert_eq!(subgraph, "sample"),
            // The server's own clock may be the first to strike.
            Ok(response) => assert_eq!(response.errors[0].extensions["code"], "TIMEOUT"),
            Err(other) => panic!("{other}"),
        }
    }
}

#[tokio::test]
async fn subscriptions_run_in_both() {
    let app = TestSubgraph::<Sample>::start().await;
    let caller = Caller::new(Identity::service("test"));
    for transport in transports(&app) {
        let query = "subscription { count(to: 3) { number secret } }";
        let events = transport.subscribe(request(query, json!({}), Some(caller.clone()))).await.unwrap();
        let events: Vec<_> = events.collect().await;
        assert_eq!(events.len(), 3);
        for (event, number) in events.iter().zip(1..) {
            assert_eq!(event.data, json!({ "count": { "number": number } }));
            assert_eq!(
                event.errors[0].extensions["code"], "FORBIDDEN",
                "the secret is left out of each event"
            );
        }
        let once =
            transport.subscribe(request("{ greeting }", json!({}), Some(caller.clone()))).await.unwrap();
        let once: Vec<_> = once.collect().await;
        assert_eq!(once[0].data, json!({ "greeting": "hello" }));
    }
}
