//! Root fields: `__typename`, introspection, mutations, subscriptions.

use futures::StreamExt;
use serde_json::{Value, json};

use crate::fake::Federation;

fn two() -> Federation {
    Federation::new(&[
        (
            "a",
            r#"type Query { a: String shared: T @shareable }
               type T @shareable { x: String } 
               type Mutation { setA(to: Int): R addA(by: Int): R must: Must! }
               type Must { item: Item! }
               type Subscription { ticked: Item }
               type Item @key(fields: "id") { id: ID! }
               type R { value: Int item: Item }"#,
            json!({
                "Query": { "a": "from a", "shared": { "x": "1" } },
                "Mutation": { "setA": { "value": 1, "item": { "id": "1" } }, "addA": { "value": 3 },
                    "must": { "item": { "id": "1" } },
                },
                "Subscription": { "ticked": { "id": "1" } },
            }),
        ),
        (
            "b",
            r#"type Query { b: String }
               type Mutation { setB: Int failB: Int! softB: Int }
               type Item @key(fields: "id") { id: ID! name: String strict: Int! }"#,
            json!({
                "Query": { "b": "from b" },
                "Mutation": { "setB": 2, "failB": { "$error": "no" }, "softB": { "$error": "no" } },
                "entities": [{ "__typename": "Item", "id": "1", "name": "One", "strict": { "$error": "none" } }],
            }),
        ),
    ])
}

/// Trap: `__typename` at the root must not reach a subgraph.
#[tokio::test]
async fn the_name_of_the_root_needs_no_subgraph() {
    let federation = two();
    assert_eq!(federation.text("{ t: __typename }", json!({})).await, r#"{"data":{"t":"Query"}}"#);
    let mutation = federation.text("mutation { __typename setB }", json!({})).await;
    assert_eq!(mutation, r#"{"data":{"__typename":"Mutation","setB":2}}"#);
    assert!(federation.asked("a").is_empty());
}

#[tokio::test]
async fn introspection_stands_among_other_fields_in_order() {
    let federation = two();
    let query = "query ($n: String!, $d: Boolean!) { b q: __schema { queryType { ...N } } a
        __type(name: $n) { ...N fields { name } x: kind @include(if: $d) } none: __type(name: \"None\") { name } }
        fragment N on __Type { name }";
    let text = federation.text(query, json!({ "n": "T", "d": false })).await;
    assert_eq!(
        text,
        r#"{"data":{"b":"from b","q":{"queryType":{"name":"Query"}},"a":"from a","__type":{"name":"T","fields":[{"name":"x"}]},"none":null}}"#
    );
    let hidden =
        federation.run("{ __type(name: \"_Any\") { name } j: __type(name: \"join__Graph\") { name } }").await;
    assert_eq!(hidden, json!({ "data": { "__type": null, "j": null } }));
}

/// Trap: mutation order across subgraphs, also with aliases of one field; completions come in between.
#[tokio::test]
async fn mutations_run_in_series_in_the_order_of_the_operation() {
    let federation = two();
    let query =
        "mutation { one: setA(to: 1) { value item { name } } setB two: addA(by: 2) { value } failing: setB }";
    let text = federation.text(query, json!({})).await;
    assert_eq!(
        text,
        r#"{"data":{"one":{"value":1,"item":{"name":"One"}},"setB":2,"two":{"value":3},"failing":2}}"#
    );
    let asked = federation.asked("a");
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked[0].contains("setA") && asked[1].contains("addA"));
}

/// Equal mutations under two keys are two mutations; equal queries may be one.
#[tokio::test]
async fn equal_mutations_are_not_taken_for_one() {
    let federation = two();
    federation.run("mutation { x: setB y: setB z: setA(to: 1) { value } }").await;
    let asked = federation.asked("b").concat();
    let document = apollo_compiler::ast::Document::parse(asked.as_str(), "asked").unwrap();
    let fields: usize = document
        .definitions
        .iter()
        .filter_map(|definition| definition.as_operation_definition())
        .map(|operation| operation.selection_set.len())
        .sum();
    assert_eq!(fields, 2, "{asked}");
}

#[tokio::test]
async fn a_failed_mutation_does_not_stop_those_after_it() {
    let federation = two();
    let response = federation.run("mutation { softB addA(by: 1) { value } }").await;
    assert_eq!(response["data"], json!({ "softB": null, "addA": { "value": 3 } }));
    assert_eq!(response["errors"], json!([{ "message": "resolver error: no", "path": ["softB"] }]));
    assert_eq!(federation.asked("a").len(), 1);
}

/// Where a field that must not be null is, the whole answer is: mutations after it do not happen.
#[tokio::test]
async fn a_mutation_that_must_not_fail_stops_those_after_it() {
    let federation = two();
    let failed =
        federation.run("mutation { addA(by: 1) { value } failB last: addA(by: 2) { value } setB }").await;
    assert_eq!(failed["data"], Value::Null);
    assert_eq!(failed["errors"], json!([{ "message": "resolver error: no", "path": ["failB"] }]));
    assert_eq!(federation.asked("a").len(), 1, "{:?}", federation.asked("a"));
    assert_eq!(federation.asked("b").len(), 1, "{:?}", federation.asked("b"));
}

/// The null that stops the series may come from another subgraph than the mutation itself.
#[tokio::test]
async fn a_mutations_completion_that_must_not_fail_stops_those_after_it() {
    let federation = two();
    let query = "mutation { must { item { strict } } setB addA(by: 2) { value } }";
    let failed = federation.run(query).await;
    assert_eq!(failed["data"], Value::Null);
    let asked = [federation.asked("a"), federation.asked("b")].concat();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(!asked.concat().contains("setB"), "{asked:?}");
}

#[tokio::test]
async fn events_of_a_subscription_are_completed() {
    let federation = two();
    let request = federation.request("subscription { t: ticked { name id } }", json!({}));
    let stream = federation.executor.subscribe(request).await.unwrap();
    let events: Vec<_> =
        stream.map(|response| String::from_utf8(response.into_bytes().to_vec()).unwrap()).collect().await;
    assert_eq!(events, [r#"{"data":{"t":{"name":"One","id":"1"}}}"#]);
}
