//! Errors of subgraphs: to which places they belong, and what clients see of them.

use router_executor::{ExecutorOptions, SubgraphErrors};
use router_planner::plan::OutputObject;
use serde_json::{Value, json};

use crate::support::*;

fn items() -> std::sync::Arc<Scripted> {
    Scripted::answering(json!({ "data": { "list": [
        { "__typename": "I", "id": "1" }, { "__typename": "I", "id": "2" }, { "__typename": "I", "id": "1" },
    ] } }))
}

/// The client's name for `list` is `items`, for `n` it is `name`.
fn output() -> OutputObject {
    let item = object("I", vec![aliased("name", "n", string())]);
    object("Query", vec![aliased("items", "list", list(composite(item)))])
}

async fn run_entities(answer: Value, options: ExecutorOptions) -> Value {
    let federation =
        Federation::new(&[("items", items()), ("names", Scripted::answering(answer))]).with_options(options);
    let fetches = vec![
        federation.fetch(0, "items", &[], root(&["list"])),
        federation.fetch(1, "names", &[0], entities("list", &["n"])),
    ];
    federation.run(fetches, output()).await
}

fn paths(response: &Value) -> Vec<Value> {
    let errors = response["errors"].as_array().cloned().unwrap_or_default();
    errors.into_iter().map(|mut error| error["path"].take()).collect()
}

#[tokio::test]
async fn an_error_with_an_index_belongs_to_every_place_of_that_entity() {
    let answer = json!({
        "data": { "_entities": [{ "n": null }, { "n": "b" }] },
        "errors": [{ "message": "m", "path": ["_entities", 0, "n"], "locations": [{ "line": 1, "column": 1 }] }],
    });
    let response = run_entities(answer, ExecutorOptions::default()).await;
    assert_eq!(response["data"], json!({ "items": [{ "name": null }, { "name": "b" }, { "name": null }] }));
    assert_eq!(
        response["errors"],
        json!([
            { "message": "m", "path": ["items", 0, "name"] },
            { "message": "m", "path": ["items", 2, "name"] },
        ])
    );
}

#[tokio::test]
async fn an_error_without_an_index_belongs_to_the_entities_that_lack_the_field() {
    let answer = json!({
        "data": { "_entities": [{ "n": "a" }, {}] },
        "errors": [{ "message": "m", "path": ["_entities", "n"] }],
    });
    assert_eq!(paths(&run_entities(answer, ExecutorOptions::default()).await), [json!(["items", 1, "name"])]);
    let answer = json!({
        "data": { "_entities": [null, { "n": "b" }] },
        "errors": [{ "message": "m", "path": ["_entities"] }],
    });
    let found = paths(&run_entities(answer, ExecutorOptions::default()).await);
    assert_eq!(found, [json!(["items", 0]), json!(["items", 2])]);
}

#[tokio::test]
async fn an_error_about_nothing_in_particular_belongs_to_what_all_places_share() {
    for path in [json!([]), json!(null), json!(["elsewhere"]), json!(["_entities", "n"])] {
        let answer = json!({
            "data": { "_entities": [{ "n": "a" }, { "n": "b" }] },
            "errors": [{ "message": "m", "path": path }],
        });
        assert_eq!(paths(&run_entities(answer, ExecutorOptions::default()).await), [json!(["items"])]);
    }
    let nothing = json!({ "data": null, "errors": [{ "message": "m", "path": ["_entities", 0, "n"] }] });
    let found = paths(&run_entities(nothing, ExecutorOptions::default()).await);
    assert_eq!(found, [json!(["items", 0, "name"]), json!(["items", 2, "name"])]);
}

#[tokio::test]
async fn a_fetch_without_an_answer_is_one_error() {
    let federation = Federation::new(&[("items", items()), ("names", Scripted::failing())]);
    let fetches = vec![
        federation.fetch(0, "items", &[], root(&["list"])),
        federation.fetch(1, "names", &[0], entities("list", &["n"])),
    ];
    let response = federation.run(fetches, output()).await;
    assert_eq!(
        response["errors"],
        json!([{
            "message": "a service is not available",
            "path": ["items"],
            "extensions": { "code": "SUBGRAPH_UNAVAILABLE" },
        }])
    );
    assert_eq!(response["data"]["items"][2], json!({ "name": null }));
}

#[tokio::test]
async fn a_path_ends_where_the_client_asked_for_nothing() {
    let roots = Scripted::answering(json!({
        "data": { "list": [{ "key": null }] },
        "errors": [{ "message": "m", "path": ["list", 0, "key", 1, "deeper"] }, { "message": "of the root" }],
    }));
    let federation = Federation::new(&[("roots", roots)]);
    let fetches = vec![federation.fetch(0, "roots", &[], root(&["list"]))];
    assert_eq!(paths(&federation.run(fetches, output()).await), [json!(["items", 0]), json!(["items"])]);
}

#[tokio::test]
async fn redacted_errors_keep_their_code_alone() {
    let answer = json!({
        "data": { "_entities": [{ "n": "a" }, { "n": null }] },
        "errors": [{
            "message": "relation `names` does not exist",
            "path": ["_entities", 1, "n"],
            "extensions": { "code": "INTERNAL", "stack": "…" },
        }],
    });
    let options = ExecutorOptions {
        subgraph_errors: SubgraphErrors::Redact { message: "something went wrong".to_owned() },
        expose_subgraph_names: true,
        ..ExecutorOptions::default()
    };
    let response = run_entities(answer, options).await;
    assert_eq!(
        response["errors"],
        json!([{
            "message": "something went wrong",
            "path": ["items", 1, "name"],
            "extensions": { "code": "INTERNAL", "service": "names" },
        }])
    );
}

/// An answer may bring any number of errors; the response does not.
#[tokio::test]
async fn the_number_of_errors_is_bounded() {
    let errors: Vec<_> = (0..5000).map(|_| json!({ "message": "m", "path": ["list"] })).collect();
    let roots = Scripted::answering(json!({ "data": { "list": [] }, "errors": errors }));
    let federation = Federation::new(&[("roots", roots)]);
    let fetches = vec![federation.fetch(0, "roots", &[], root(&["list"]))];
    let response = federation.run(fetches, output()).await;
    assert_eq!(response["errors"].as_array().unwrap().len(), 1000);
}

/// Nor does it for values that the router itself has to refuse, or for an error that concerns very many places.
#[tokio::test]
async fn errors_of_many_places_are_bounded_too() {
    let nulls: Vec<_> = (0..20_000).map(|_| json!({ "n": null })).collect();
    let roots = Scripted::answering(json!({ "data": { "list": nulls } }));
    let federation = Federation::new(&[("roots", roots)]);
    let item = object("I", vec![aliased("name", "n", required(string()))]);
    let output = object("Query", vec![aliased("items", "list", list(composite(item)))]);
    let response = federation.run(vec![federation.fetch(0, "roots", &[], root(&["list"]))], output).await;
    assert_eq!(response["data"]["items"].as_array().unwrap().len(), 20_000);
    assert_eq!(response["errors"].as_array().unwrap().len(), 1000);
}

/// Every root field that a failed fetch leaves null has an error of its own, and every field of an entity at one place.
#[tokio::test]
async fn each_field_of_a_failed_fetch_has_an_error_with_its_path() {
    let output = || {
        let item = object("I", vec![aliased("name", "n", string()), field("size", string())]);
        let fields = ["a", "b"].map(|name| aliased(&format!("my_{name}"), name, composite(item.clone())));
        object("Query", fields.into())
    };
    let refusing = Scripted::answering(json!({ "data": null, "errors": [{ "message": "too much" }] }));
    for roots in [Scripted::failing(), refusing] {
        let federation = Federation::new(&[("roots", roots)]);
        let response =
            federation.run(vec![federation.fetch(0, "roots", &[], root(&["a", "b"]))], output()).await;
        assert_eq!(paths(&response), [json!(["my_a"]), json!(["my_b"])], "{response}");
    }
    let entity = json!({ "__typename": "I", "id": "1" });
    let roots = Scripted::answering(json!({ "data": { "a": entity, "b": entity } }));
    let federation = Federation::new(&[("roots", roots), ("names", Scripted::failing())]);
    let fetches = vec![
        federation.fetch(0, "roots", &[], root(&["a", "b"])),
        federation.fetch(1, "names", &[0], entities("a", &["n", "size"])),
    ];
    let response = federation.run(fetches, output()).await;
    assert_eq!(paths(&response), [json!(["my_a", "name"]), json!(["my_a", "size"])], "{response}");
}

/// Root fields that an answer leaves out, or that it has no place for, and that no error of its tells of.
#[tokio::test]
async fn a_root_field_that_is_not_answered_has_an_error() {
    let output = || object("Query", vec![aliased("my_a", "a", string()), aliased("my_b", "b", string())]);
    let (a, b) = (json!(["my_a"]), json!(["my_b"]));
    for (answer, expected) in [
        (json!({ "data": "str" }), vec![&a, &b]),
        (json!({ "data": [1] }), vec![&a, &b]),
        (json!({ "data": null }), vec![&a, &b]),
        (json!({ "data": {} }), vec![&a, &b]),
        (json!({ "data": { "a": "x" } }), vec![&b]),
        (json!({ "data": { "a": null, "b": null } }), vec![]),
    ] {
        let federation = Federation::new(&[("roots", Scripted::answering(answer.clone()))]);
        let response =
            federation.run(vec![federation.fetch(0, "roots", &[], root(&["a", "b"]))], output()).await;
        assert_eq!(paths(&response).iter().collect::<Vec<_>>(), expected, "{answer} {response}");
        let errors = response["errors"].as_array().cloned().unwrap_or_default();
        assert!(errors.iter().all(|error| error["extensions"]["code"] == "SUBGRAPH_INVALID_RESPONSE"));
    }
    for data in [json!(null), json!({ "b": null })] {
        let answer = json!({ "data": data, "errors": [{ "message": "m", "path": ["a"] }] });
        let federation = Federation::new(&[("roots", Scripted::answering(answer))]);
        let response =
            federation.run(vec![federation.fetch(0, "roots", &[], root(&["a", "b"]))], output()).await;
        assert_eq!(paths(&response), std::slice::from_ref(&a), "an error of the subgraph stays what it is");
    }
}
