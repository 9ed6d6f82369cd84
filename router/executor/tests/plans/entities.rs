//! Representations of entities, and where the answers go.

use std::sync::Arc;

use router_planner::plan::{
    Call, EntityTarget, NullInput, Representation, RepresentationField, RepresentationType,
};
use serde_json::json;

use crate::support::*;

fn products() -> serde_json::Value {
    json!({ "data": { "products": [
        { "seller": { "__typename": "Seller", "id": "1" } },
        { "seller": { "__typename": "Seller", "id": "2" } },
        { "seller": null },
        null,
        { "seller": { "__typename": "Seller", "id": "1" } },
    ] } })
}

fn output() -> router_planner::plan::OutputObject {
    let seller = object("Seller", vec![field("name", string())]);
    let product = object("Product", vec![field("seller", composite(seller))]);
    object("Query", vec![field("products", list(composite(product)))])
}

#[tokio::test]
async fn equal_representations_are_sent_once_and_answer_every_place() {
    let names = Scripted::answering(json!({ "data": { "_entities": [{ "name": "a" }, { "name": "b" }] } }));
    let federation =
        Federation::new(&[("products", Scripted::answering(products())), ("names", Arc::clone(&names))]);
    let fetches = vec![
        federation.fetch(0, "products", &[], root(&["products"])),
        federation.fetch(1, "names", &[0], entities("products.seller", &["name"])),
    ];
    let response = federation.run(fetches, output()).await;
    assert_eq!(
        response,
        json!({ "data": { "products": [
        { "seller": { "name": "a" } },
        { "seller": { "name": "b" } },
        { "seller": null },
        null,
        { "seller": { "name": "a" } },
    ] } })
    );
    assert_eq!(
        names.variables(),
        [json!({ "representations": [
        { "__typename": "Seller", "id": "1" },
        { "__typename": "Seller", "id": "2" },
    ] })]
    );
}

async fn with_names(answer: serde_json::Value) -> serde_json::Value {
    let names = Scripted::answering(answer);
    let federation = Federation::new(&[("products", Scripted::answering(products())), ("names", names)]);
    let fetches = vec![
        federation.fetch(0, "products", &[], root(&["products"])),
        federation.fetch(1, "names", &[0], entities("products.seller", &["name"])),
    ];
    federation.run(fetches, output()).await
}

#[tokio::test]
async fn entities_that_are_not_found_are_null() {
    let response = with_names(json!({ "data": { "_entities": [null, { "name": "b" }] } })).await;
    let sellers = &response["data"]["products"];
    assert_eq!(sellers[0], json!({ "seller": { "name": null } }));
    assert_eq!(sellers[1], json!({ "seller": { "name": "b" } }));
    assert_eq!(response.get("errors"), None);
}

/// Trap: `null` without an error would say that there are no such entities.
#[tokio::test]
async fn a_list_of_entities_that_is_none_is_an_error() {
    let lists = [
        json!([{ "name": "a" }]),
        json!([{ "name": "a" }, null, null]),
        json!([{ "name": "a" }, "x"]),
        json!([1, []]),
        json!([]),
        json!({}),
        json!("no"),
        json!(null),
    ];
    let answers = lists.map(|list| json!({ "_entities": list }));
    for data in answers.into_iter().chain([json!({}), json!("str"), json!([1]), json!(null)]) {
        let response = with_names(json!({ "data": data })).await;
        assert_eq!(response["data"]["products"][1], json!({ "seller": { "name": null } }), "{data}");
        assert_eq!(response["errors"], json!([unusable(&["products"])]), "{data}");
    }
}

fn unusable(path: &[&str]) -> serde_json::Value {
    json!({
        "message": "a service gave an answer that cannot be used",
        "path": path,
        "extensions": { "code": "SUBGRAPH_INVALID_RESPONSE" },
    })
}

#[tokio::test]
async fn an_error_beside_null_entities_is_all_that_is_told() {
    for data in [json!(null), json!({ "_entities": null })] {
        let answer = json!({ "data": data, "errors": [{ "message": "m", "path": ["_entities"] }] });
        let errors = json!([{ "message": "m", "path": ["products"] }]);
        assert_eq!(with_names(answer).await["errors"], errors);
    }
}

#[tokio::test]
async fn of_several_calls_only_the_one_without_an_answer_has_an_error() {
    let item = |id: &str| json!({ "__typename": "A", "id": id });
    let roots = Scripted::answering(json!({ "data": { "a": item("1"), "b": item("2"), "c": item("3") } }));
    let more = Scripted::answering(json!({
        "data": { "first": [{ "x": "x1" }], "second": [], "third": null },
        "errors": [{ "message": "m", "path": ["third"] }],
    }));
    let federation = Federation::new(&[("roots", roots), ("more", more)]);
    let calls = vec![
        entity_call("first", "r1", &["a"], &["x"]),
        entity_call("second", "r2", &["b"], &["x"]),
        entity_call("third", "r3", &["c"], &["x"]),
    ];
    let fetches = vec![
        federation.fetch(0, "roots", &[], root(&["a", "b", "c"])),
        federation.fetch(1, "more", &[0], Call::Entities { calls }),
    ];
    let a = || composite(object("A", vec![field("x", string())]));
    let output = object("Query", ["a", "b", "c"].map(|key| field(key, a())).into());
    let response = federation.run(fetches, output).await;
    assert_eq!(response["data"], json!({ "a": { "x": "x1" }, "b": { "x": null }, "c": { "x": null } }));
    let paths: Vec<_> = response["errors"].as_array().unwrap().iter().map(|error| &error["path"]).collect();
    assert_eq!(paths, [&json!(null), &json!(["b", "x"])]);
}

#[tokio::test]
async fn several_targets_and_calls_share_one_request() {
    let roots = Scripted::answering(json!({ "data": {
        "a": { "__typename": "A", "id": "1" },
        "b": [{ "__typename": "A", "id": "2" }, { "__typename": "A", "id": "1" }],
        "c": { "__typename": "C", "id": "1" },
    } }));
    let more = Scripted::answering(json!({ "data": {
        "first": [{ "x": "x1" }, { "x": "x2" }],
        "second": [{ "y": "y1" }],
    } }));
    let federation = Federation::new(&[("roots", roots), ("more", Arc::clone(&more))]);
    let calls = vec![
        entity_call("first", "r1", &["a", "b"], &["x"]),
        entity_call("second", "r2", &["c"], &["y"]),
        entity_call("third", "r3", &["absent"], &["z"]),
    ];
    let fetches = vec![
        federation.fetch(0, "roots", &[], root(&["a", "b", "c"])),
        federation.fetch(1, "more", &[0], Call::Entities { calls }),
    ];
    let x = || composite(object("A", vec![field("x", string())]));
    let output = object(
        "Query",
        vec![
            field("c", composite(object("C", vec![field("y", string())]))),
            field("b", list(x())),
            field("a", x()),
        ],
    );
    let response = federation.run(fetches, output).await;
    assert_eq!(
        response["data"],
        json!({ "c": { "y": "y1" }, "b": [{ "x": "x2" }, { "x": "x1" }], "a": { "x": "x1" } })
    );
    assert_eq!(
        more.variables(),
        [json!({
            "r1": [{ "__typename": "A", "id": "1" }, { "__typename": "A", "id": "2" }],
            "r2": [{ "__typename": "C", "id": "1" }],
            "r3": [],
        })]
    );
}

/// Types are told apart by the name in the tree; an interface object's subgraph is told the interface's name.
#[tokio::test]
async fn representations_follow_the_runtime_type() {
    let media = Scripted::answering(json!({ "data": { "media": [
        { "__typename": "Book", "id": "1", "isbn": "i1" },
        { "__typename": "Film", "id": "2", "isbn": "none of its" },
        { "id": "3" },
    ] } }));
    let more = Scripted::answering(json!({ "data": { "_entities": [{ "stars": "5" }, { "stars": "4" }] } }));
    let federation = Federation::new(&[("media", media), ("more", Arc::clone(&more))]);
    let mut call = entity_call("_entities", "r", &[], &["stars"]);
    let isbn = RepresentationField { on: Some(types(&["Book"])), ..copied("isbn", NullInput::Send) };
    call.targets = vec![EntityTarget {
        path: [steps("media"), vec![router_planner::plan::Step::On(types(&["Book", "Film"]))]].concat(),
        representation: Representation {
            typename: RepresentationType::Fixed("Media".into()),
            fields: vec![copied("id", NullInput::LeaveOut), isbn],
        },
    }];
    let fetches = vec![
        federation.fetch(0, "media", &[], root(&["media"])),
        federation.fetch(1, "more", &[0], Call::Entities { calls: vec![call] }),
    ];
    let output = object(
        "Query",
        vec![field(
            "media",
            list(composite(one_of(&["Book", "Film"], vec![typename(), field("stars", string())]))),
        )],
    );
    let response = federation.run(fetches, output).await;
    assert_eq!(
        response["data"],
        json!({ "media": [
        { "__typename": "Book", "stars": "5" },
        { "__typename": "Film", "stars": "4" },
        null,
    ] })
    );
    assert_eq!(
        more.variables(),
        [json!({ "r": [
        { "__typename": "Media", "id": "1", "isbn": "i1" },
        { "__typename": "Media", "id": "2" },
    ] })]
    );
}

#[tokio::test]
async fn nested_fields_are_copied_and_a_missing_one_leaves_the_object_out() {
    let roots = Scripted::answering(json!({ "data": { "items": [
        { "__typename": "I", "id": "1", "size": { "w": 1, "h": 2, "unit": "cm" }, "tags": [{ "t": "a", "u": 1 }] },
        { "__typename": "I", "id": "2", "size": { "w": null, "h": 2 }, "tags": [] },
        { "__typename": "I", "id": "3", "size": { "w": 1, "h": null }, "tags": null },
        { "__typename": "I", "id": null, "size": { "w": 1 } },
    ] } }));
    let more = Scripted::answering(json!({ "data": { "_entities": [{ "fee": "f1" }, { "fee": "f3" }] } }));
    let federation = Federation::new(&[("roots", roots), ("more", Arc::clone(&more))]);
    let mut call = entity_call("_entities", "r", &["items"], &["fee"]);
    let size = RepresentationField {
        fields: vec![copied("w", NullInput::LeaveOut), copied("h", NullInput::Send)],
        ..copied("size", NullInput::LeaveOut)
    };
    let tags =
        RepresentationField { fields: vec![copied("t", NullInput::Send)], ..copied("tags", NullInput::Send) };
    for target in &mut call.targets {
        target.representation.fields.extend([size.clone(), tags.clone()]);
    }
    let fetches = vec![
        federation.fetch(0, "roots", &[], root(&["items"])),
        federation.fetch(1, "more", &[0], Call::Entities { calls: vec![call] }),
    ];
    let item = composite(object("I", vec![field("fee", string())]));
    let output = object("Query", vec![field("items", list(item))]);
    let response = federation.run(fetches, output).await;
    let fees = json!([{ "fee": "f1" }, { "fee": null }, { "fee": "f3" }, { "fee": null }]);
    assert_eq!(response, json!({ "data": { "items": fees } }));
    assert_eq!(
        more.variables(),
        [json!({ "r": [
        { "__typename": "I", "id": "1", "size": { "w": 1, "h": 2 }, "tags": [{ "t": "a" }] },
        { "__typename": "I", "id": "3", "size": { "w": 1, "h": null }, "tags": null },
    ] })]
    );
}

/// Of an entity in two places, a later fetch may complete only one.
#[tokio::test]
async fn places_of_one_entity_stay_apart() {
    let roots = Scripted::answering(json!({ "data": {
        "a": { "__typename": "P", "id": "1" }, "b": { "__typename": "P", "id": "1" },
    } }));
    let vendors = Scripted::answering(
        json!({ "data": { "_entities": [{ "vendor": { "__typename": "V", "id": "v" } }] } }),
    );
    let names = Scripted::answering(json!({ "data": { "_entities": [{ "x": "of a" }] } }));
    let federation = Federation::new(&[("roots", roots), ("vendors", vendors), ("names", names)]);
    let vendor = Call::Entities { calls: vec![entity_call("_entities", "r", &["a", "b"], &["vendor"])] };
    let fetches = vec![
        federation.fetch(0, "roots", &[], root(&["a", "b"])),
        federation.fetch(1, "vendors", &[0], vendor),
        federation.fetch(2, "names", &[1], entities("a.vendor", &["x"])),
    ];
    let product = || {
        let vendor = object("V", vec![field("id", string()), field("x", string())]);
        composite(object("P", vec![field("vendor", composite(vendor))]))
    };
    let output = object("Query", vec![field("a", product()), field("b", product())]);
    let response = federation.run(fetches, output).await;
    assert_eq!(
        response["data"],
        json!({
            "a": { "vendor": { "id": "v", "x": "of a" } },
            "b": { "vendor": { "id": "v", "x": null } },
        })
    );
}

/// A field that returns Query is answered once and merged into every object found.
#[tokio::test]
async fn a_root_call_below_the_root_is_sent_once() {
    let roots = Scripted::answering(json!({ "data": { "items": [{ "query": {} }, { "query": {} }, {}] } }));
    let other = Scripted::answering(json!({ "data": { "time": "now" } }));
    let federation = Federation::new(&[("roots", roots), ("other", Arc::clone(&other))]);
    let fetches = vec![
        federation.fetch(0, "roots", &[], root(&["items"])),
        federation.fetch(
            1,
            "other",
            &[0],
            Call::Root { at: steps("items.query"), selection: select(&["time"]) },
        ),
    ];
    let query = composite(object("Query", vec![field("time", string())]));
    let item = composite(object("Item", vec![field("query", query)]));
    let output = object("Query", vec![field("items", list(item))]);
    let response = federation.run(fetches, output).await;
    let time = json!({ "query": { "time": "now" } });
    assert_eq!(response["data"], json!({ "items": [time.clone(), time, { "query": null }] }));
    assert_eq!(other.asked.lock().unwrap().len(), 1);
}
