//! Subscriptions: events completed with other subgraphs' fields.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use router_executor::{ExecutionRequest, ExecutorOptions};
use router_planner::plan::{Fetch, OutputObject};
use router_transport::{Response as Answer, TransportError};
use serde_json::{Value, json};

use crate::support::*;

fn events(events: &'static [(&'static str, bool)]) -> Arc<Scripted> {
    Scripted::streaming(move |_| {
        let event = |(id, fails): &(&str, bool)| {
            let order = json!({ "__typename": "Order", "id": id });
            let errors = if *fails { json!([{ "message": "m", "path": ["order"] }]) } else { json!(null) };
            serde_json::from_value::<Answer>(json!({ "data": { "order": order }, "errors": errors })).unwrap()
        };
        Ok(futures::stream::iter(events.iter().map(event)).boxed())
    })
}

fn plan(federation: &Federation) -> (Vec<Fetch>, OutputObject) {
    let fetches = vec![
        federation.fetch(0, "orders", &[], root(&["order"])),
        federation.fetch(1, "products", &[0], entities("order", &["name"])),
    ];
    let order = composite(object("Order", vec![field("id", string()), field("name", string())]));
    (fetches, object("Subscription", vec![aliased("updated", "order", order)]))
}

fn request(federation: &Federation) -> ExecutionRequest {
    let (fetches, output) = plan(federation);
    federation.request(fetches, output)
}

#[tokio::test]
async fn each_event_is_completed_and_they_leave_in_order() {
    let products = Scripted::new(|request| async move {
        let id = request.variables.to_json()["representations"][0]["id"].clone();
        Ok(Answer { data: json!({ "_entities": [{ "name": id }] }), ..Answer::default() })
    });
    let orders = events(&[("1", false), ("2", true)]);
    let federation = Federation::new(&[("orders", Arc::clone(&orders)), ("products", products)]);
    let stream = federation.executor.subscribe(request(&federation)).await.unwrap();
    let received: Vec<Value> = stream.map(json_of).collect().await;
    assert_eq!(
        received,
        [
            json!({ "data": { "updated": { "id": "1", "name": "1" } } }),
            json!({
                "data": { "updated": { "id": "2", "name": "2" } },
                "errors": [{ "message": "m", "path": ["updated"] }],
            }),
        ]
    );
    assert_eq!(orders.asked.lock().unwrap().len(), 1);
}

/// Check 38: an event leaves in time without what a hung subgraph would have added.
#[tokio::test]
async fn a_hung_completion_costs_an_event_its_fields_and_no_more() {
    let options = ExecutorOptions { event_timeout: Duration::from_millis(30), ..ExecutorOptions::default() };
    let federation =
        Federation::new(&[("orders", events(&[("1", false)])), ("products", Scripted::hanging())])
            .with_options(options);
    let stream = federation.executor.subscribe(request(&federation)).await.unwrap();
    let received: Vec<Value> = stream.map(json_of).collect().await;
    assert_eq!(received[0]["data"], json!({ "updated": { "id": "1", "name": null } }));
    assert_eq!(received[0]["errors"][0]["extensions"]["code"], "SUBGRAPH_TIMEOUT");
}

#[tokio::test]
async fn a_refused_subscription_is_a_response_without_data() {
    let refusing =
        Scripted::streaming(|_| Err(TransportError::Status { subgraph: "orders".into(), status: 403 }));
    let federation = Federation::new(&[("orders", refusing), ("products", Scripted::hanging())]);
    let refused = federation.executor.subscribe(request(&federation)).await.err().unwrap();
    assert_eq!(
        json_of(refused),
        json!({ "errors": [{
        "message": "a service gave an answer that cannot be used",
        "extensions": { "code": "SUBGRAPH_INVALID_RESPONSE" },
    }] })
    );
}

#[tokio::test]
async fn an_event_of_errors_alone_is_passed_on() {
    let failing = Scripted::streaming(|_| {
        let answer = serde_json::from_value(json!({ "errors": [{ "message": "gone" }] })).unwrap();
        Ok(futures::stream::iter([answer]).boxed())
    });
    let products = Scripted::hanging();
    let federation = Federation::new(&[("orders", failing), ("products", Arc::clone(&products))]);
    let stream = federation.executor.subscribe(request(&federation)).await.unwrap();
    let received: Vec<Value> = stream.map(json_of).collect().await;
    assert_eq!(
        received,
        [json!({
            "data": { "updated": null },
            "errors": [{ "message": "gone", "path": ["updated"] }],
        })]
    );
    assert!(products.asked.lock().unwrap().is_empty());
}

/// The stream failed: that is no event, and whoever serves it must be able to tell.
#[tokio::test]
async fn a_stream_that_fails_ends_in_a_response_without_data() {
    let failing = Scripted::streaming(|_| {
        let event = serde_json::from_value(json!({ "data": { "order": null } })).unwrap();
        let errors = serde_json::from_value(json!([{ "message": "gone" }])).unwrap();
        let last = Answer { errors, ended: true, ..Answer::default() };
        Ok(futures::stream::iter([event, last]).boxed())
    });
    let federation = Federation::new(&[("orders", failing), ("products", Scripted::hanging())]);
    let stream = federation.executor.subscribe(request(&federation)).await.unwrap();
    let received: Vec<Value> = stream.map(json_of).collect().await;
    assert_eq!(
        received,
        [json!({ "data": { "updated": null } }), json!({ "errors": [{ "message": "gone" }] })]
    );
}

#[tokio::test]
async fn an_event_that_is_none_is_an_error() {
    let odd = Scripted::streaming(|_| {
        let events = [json!({ "data": {} }), json!({ "data": "?" }), json!({ "data": null })];
        Ok(futures::stream::iter(events.map(|event| serde_json::from_value(event).unwrap())).boxed())
    });
    let federation = Federation::new(&[("orders", odd), ("products", Scripted::hanging())]);
    let stream = federation.executor.subscribe(request(&federation)).await.unwrap();
    let received: Vec<Value> = stream.map(json_of).collect().await;
    assert_eq!(received.len(), 3);
    for event in received {
        assert_eq!(event["data"], json!({ "updated": null }));
        assert_eq!(event["errors"][0]["path"], json!(["updated"]));
        assert_eq!(event["errors"][0]["extensions"]["code"], "SUBGRAPH_INVALID_RESPONSE");
    }
}
