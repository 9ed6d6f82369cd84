//! The response: order, aliases, nulls, types.

use router_executor::ExecutorOptions;
use router_planner::plan::{Leaf, OutputField, OutputObject, OutputValue, Shape};
use serde_json::{Value, json};

use crate::support::*;

async fn project(data: Value, output: OutputObject) -> Value {
    let federation = Federation::new(&[("only", Scripted::answering(json!({ "data": data })))]);
    let fetches = vec![federation.fetch(0, "only", &[], root(&[]))];
    federation.run(fetches, output).await
}

fn leaf(leaf: Leaf) -> Shape {
    Shape::Leaf(leaf)
}

#[tokio::test]
async fn keys_stand_in_the_order_of_the_operation() {
    let data = json!({ "data": { "z": "1", "inner": { "b": "\"q\"\n", "a": "é" }, "y": "2" } });
    let federation = Federation::new(&[("only", Scripted::answering(data))]);
    let inner =
        object("I", vec![aliased("second", "a", string()), typename(), aliased("first", "b", string())]);
    let output =
        object("Query", vec![field("y", string()), field("inner", composite(inner)), field("z", string())]);
    let request = federation.request(vec![federation.fetch(0, "only", &[], root(&[]))], output);
    let text = text_of(federation.executor.execute(request).await);
    let expected = r#"{"data":{"y":"2","inner":{"second":"é","__typename":"I","first":"\"q\"\n"},"z":"1"}}"#;
    assert_eq!(text, expected);
}

#[tokio::test]
async fn absent_is_null_and_an_object_without_selections_is_empty() {
    let output = object(
        "Query",
        vec![
            field("absent", string()),
            field("skipped", composite(object("S", vec![]))),
            field("gone", composite(object("S", vec![]))),
        ],
    );
    let response = project(json!({ "skipped": { "__typename": "S" } }), output).await;
    assert_eq!(response, json!({ "data": { "absent": null, "skipped": {}, "gone": null } }));
    assert_eq!(project(json!({}), object("Query", vec![])).await, json!({ "data": {} }));
}

#[tokio::test]
async fn a_null_in_a_non_null_place_takes_its_parent_along_with_one_error() {
    let item = composite(object("I", vec![field("name", required(string()))]));
    let output = |items: Shape| object("Query", vec![field("before", string()), field("items", items)]);
    let data = || json!({ "before": "b", "items": [{ "name": "a" }, { "name": null }, {}] });

    let nullable = project(data(), output(list(item.clone()))).await;
    assert_eq!(nullable["data"], json!({ "before": "b", "items": [{ "name": "a" }, null, null] }));
    assert_eq!(
        nullable["errors"][0],
        json!({
            "message": "Cannot return null for the field `name` of type `T`.",
            "path": ["items", 1, "name"],
            "extensions": { "code": "INVALID_SUBGRAPH_DATA" },
        })
    );
    assert_eq!(nullable["errors"].as_array().unwrap().len(), 2);

    let inner = project(data(), output(list(required(item.clone())))).await;
    assert_eq!(inner["data"], json!({ "before": "b", "items": null }));
    assert_eq!(inner["errors"].as_array().unwrap().len(), 1);

    let all = project(data(), output(required(list(required(item))))).await;
    assert_eq!(all["data"], json!(null));
    assert_eq!(all["errors"].as_array().unwrap().len(), 1);
}

/// Trap: errors swallowed under a null, and errors told twice.
#[tokio::test]
async fn a_null_that_the_subgraph_explained_is_not_explained_again() {
    let answer = json!({
        "data": { "a": { "b": null } },
        "errors": [{ "message": "no b", "path": ["a", "b"] }],
    });
    let federation = Federation::new(&[("only", Scripted::answering(answer))]);
    let a = composite(object("A", vec![field("b", required(string()))]));
    let fetches = vec![federation.fetch(0, "only", &[], root(&["a"]))];
    let response = federation.run(fetches, object("Query", vec![field("a", a)])).await;
    let errors = json!([{ "message": "no b", "path": ["a", "b"] }]);
    assert_eq!(response, json!({ "data": { "a": null }, "errors": errors }));
}

#[tokio::test]
async fn leaves_are_completed_by_their_types() {
    let color = || leaf(Leaf::Enum(types(&["RED", "BLUE"])));
    let fits = [
        (json!(1), leaf(Leaf::Int), json!(1)),
        (json!(1.0), leaf(Leaf::Int), json!(1.0)),
        (json!(i32::MAX), leaf(Leaf::Int), json!(i32::MAX)),
        (json!(1), leaf(Leaf::Float), json!(1)),
        (json!(1.5), leaf(Leaf::Float), json!(1.5)),
        (json!(true), leaf(Leaf::Boolean), json!(true)),
        (json!(7), leaf(Leaf::Id), json!("7")),
        (json!("7"), leaf(Leaf::Id), json!("7")),
        (json!("RED"), color(), json!("RED")),
        (
            json!({ "b": [1, { "a": null }], "a": {} }),
            leaf(Leaf::Custom),
            json!({ "b": [1, { "a": null }], "a": {} }),
        ),
        (json!([]), leaf(Leaf::Custom), json!([])),
    ];
    for (sent, shape, expected) in fits {
        let response = project(json!({ "f": sent }), object("Query", vec![field("f", shape)])).await;
        assert_eq!(response, json!({ "data": { "f": expected } }));
    }
    let misfits = [
        (json!("1"), leaf(Leaf::Int)),
        (json!(1.5), leaf(Leaf::Int)),
        (json!(4_294_967_296_i64), leaf(Leaf::Int)),
        (json!("1.5"), leaf(Leaf::Float)),
        (json!(1), string()),
        (json!({}), string()),
        (json!("true"), leaf(Leaf::Boolean)),
        (json!(1.5), leaf(Leaf::Id)),
        (json!("GREEN"), color()),
        (json!(["RED"]), color()),
        (json!("x"), list(string())),
        (json!(["x"]), composite(object("I", vec![]))),
        (json!("x"), composite(object("I", vec![]))),
    ];
    for (sent, shape) in misfits {
        let response = project(json!({ "f": sent }), object("Query", vec![field("f", shape)])).await;
        assert_eq!(response["data"], json!({ "f": null }), "{sent}");
        assert_eq!(response["errors"][0]["path"], json!(["f"]), "{sent}");
    }
}

/// Traps: a runtime type that is inaccessible, absent or unknown; an enum value that clients must not see.
#[tokio::test]
async fn what_clients_must_not_see_is_null_with_an_error_that_does_not_name_it() {
    let media = || {
        let fields = vec![
            typename(),
            on(&["Book"], field("pages", string())),
            on(&["Film"], field("minutes", string())),
        ];
        composite(one_of(&["Book", "Film"], fields))
    };
    let data = json!({ "media": [
        { "__typename": "Film", "minutes": "90", "pages": "none of its" },
        { "__typename": "Secret", "pages": "1" },
        { "pages": "1" },
        { "__typename": "Book", "pages": "2" },
    ] });
    let output = object("Query", vec![field("media", list(media()))]);
    let response = project(data, output).await;
    assert_eq!(
        response["data"],
        json!({ "media": [
        { "__typename": "Film", "minutes": "90" }, null, null, { "__typename": "Book", "pages": "2" },
    ] })
    );
    assert_eq!(response["errors"].as_array().unwrap().len(), 2);
    assert!(!response["errors"].to_string().contains("Secret"));
}

#[tokio::test]
async fn what_the_caller_may_not_see_is_null_without_an_error_of_the_executor() {
    let denied = |shape: Shape| OutputField {
        key: "f".into(),
        on: None,
        value: OutputValue::Denied { shape, type_name: "String".into() },
    };
    let output = |shape| object("Query", vec![field("a", composite(object("A", vec![denied(shape)])))]);
    let data = || json!({ "a": { "f": "secret" } });
    assert_eq!(project(data(), output(string())).await, json!({ "data": { "a": { "f": null } } }));
    assert_eq!(project(data(), output(required(string()))).await, json!({ "data": { "a": null } }));
}

/// An alias may take the name of a key or of `__typename`; the tree does not know the client's names.
#[tokio::test]
async fn aliases_shadow_nothing() {
    let user = one_of(
        &["User"],
        vec![
            aliased("id", "name", string()),
            aliased("__typename", "email", string()),
            OutputField { key: "name".into(), on: None, value: OutputValue::Typename },
        ],
    );
    let data = json!({ "user": { "__typename": "User", "id": "1", "name": "n", "email": "e" } });
    let response = project(data, object("Query", vec![field("user", composite(user))])).await;
    assert_eq!(response["data"], json!({ "user": { "id": "n", "__typename": "e", "name": "User" } }));
}

#[tokio::test]
async fn lists_nest() {
    let shape = list(required(list(required(string()))));
    let output = || object("Query", vec![field("f", shape.clone())]);
    let good = json!({ "f": [["a"], []] });
    assert_eq!(project(good.clone(), output()).await, json!({ "data": good }));
    let response = project(json!({ "f": [["a"], ["b", null]] }), output()).await;
    assert_eq!(response["data"], json!({ "f": null }));
    assert_eq!(response["errors"][0]["path"], json!(["f", 1, 1]));
}

/// A small answer that is repeated in many places is stopped at the limit of the response.
#[tokio::test]
async fn a_response_beyond_its_limit_is_refused_whole() {
    let text = "x".repeat(100);
    let data = json!({ "data": { "f": [[text, text], [text, text]], "g": "small" } });
    let federation = |max_response_bytes| {
        let options = ExecutorOptions { max_response_bytes, ..ExecutorOptions::default() };
        Federation::new(&[("only", Scripted::answering(data.clone()))]).with_options(options)
    };
    let run = async |limit| {
        let federation = federation(limit);
        let shape = list(list(required(string())));
        let output = object("Query", vec![field("f", shape), field("g", required(string()))]);
        federation.run(vec![federation.fetch(0, "only", &[], root(&["f"]))], output).await
    };
    assert_eq!(run(1000).await["data"]["g"], "small");
    assert_eq!(
        run(300).await,
        json!({ "data": null, "errors": [{
        "message": "the response is larger than 300 bytes (`max_response_bytes`); ask for shorter lists (`first`), or for fewer fields of them",
        "extensions": { "code": "LIMIT_EXCEEDED" },
    }] })
    );
}

/// As the reference of the generated tests has it: an object of another type than the field's is no value of it.
#[tokio::test]
async fn an_object_of_another_type_is_null_with_an_error() {
    let item = composite(object("I", vec![field("name", string())]));
    let named = |name: &str| json!({ "__typename": name, "name": "a" });
    let data = json!({ "items": [named("I"), named("Unheard"), { "name": "a" }] });
    let response = project(data, object("Query", vec![field("items", list(item))])).await;
    assert_eq!(response["data"], json!({ "items": [{ "name": "a" }, null, { "name": "a" }] }));
    assert_eq!(
        response["errors"],
        json!([{
            "message": "the object is of a type that is not known here",
            "path": ["items", 1],
            "extensions": { "code": "INVALID_SUBGRAPH_DATA" },
        }])
    );
}
