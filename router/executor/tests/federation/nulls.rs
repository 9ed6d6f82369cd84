//! Nulls and errors by the types that the client knows.

use serde_json::json;

use crate::fake::Federation;

fn shop(name: serde_json::Value) -> Federation {
    Federation::new(&[
        (
            "a",
            r#"type Query { item: Item must: Item! items: [Item!] }
               type Item @key(fields: "id") { id: ID! note: String @shareable }"#,
            json!({ "Query": {
                "item": { "id": "1", "note": { "$error": "no note" } },
                "must": { "id": "1" },
                "items": [{ "id": "1" }, { "id": "2" }],
            } }),
        ),
        (
            "b",
            r#"type Item @key(fields: "id") { id: ID! name: String! note: String @shareable tags: [String!]! }"#,
            json!({ "entities": [
                { "__typename": "Item", "id": "1", "name": name, "tags": ["x"] },
                { "__typename": "Item", "id": "2", "name": "Two", "tags": ["y"] },
            ] }),
        ),
    ])
}

#[tokio::test]
async fn errors_carry_the_path_of_the_client() {
    let response = shop(json!("One")).run("{ i: item { n: note name } }").await;
    assert_eq!(
        response,
        json!({
            "data": { "i": { "n": null, "name": "One" } },
            "errors": [{ "message": "resolver error: no note", "path": ["i", "n"] }],
        })
    );
}

/// A subgraph nulls the entity as a whole; the field is non-null, so its parent goes, up to where null is allowed.
#[tokio::test]
async fn a_failed_non_null_field_takes_what_it_must_along() {
    let failing = || shop(json!({ "$error": "no name" }));
    let nullable = failing().run("{ i: item { n: name } items { id } }").await;
    assert_eq!(nullable["data"], json!({ "i": null, "items": [{ "id": "1" }, { "id": "2" }] }));
    assert_eq!(nullable["errors"], json!([{ "message": "resolver error: no name", "path": ["i", "n"] }]));

    let listed = failing().run("{ items { id name } item { id } }").await;
    assert_eq!(listed["data"], json!({ "items": null, "item": { "id": "1" } }));
    assert_eq!(
        listed["errors"],
        json!([{ "message": "resolver error: no name", "path": ["items", 0, "name"] }])
    );

    let all = failing().run("{ must { name } item { id } }").await;
    assert_eq!(all["data"], json!(null));
    assert_eq!(all["errors"].as_array().unwrap().len(), 1);
}

/// What fails under one key leaves the same field under another key as it is, wherever the failing field comes from.
#[tokio::test]
async fn a_null_spreads_under_its_own_key() {
    let failing = || shop(json!({ "$error": "no name" }));
    let entity = failing().text("{ a: item { name } b: item { id tags } c: item { note } }", json!({})).await;
    let data = r#"{"data":{"a":null,"b":{"id":"1","tags":["x"]},"c":{"note":null}},"#;
    assert!(entity.starts_with(data), "{entity}");

    let federation = Federation::new(&[(
        "a",
        r#"type Query { box: Box } type Box { bad: Int! good: Int inner: Box list: [Box!] }"#,
        json!({ "Query": { "box": {
            "bad": { "$error": "bad" }, "good": 1,
            "inner": { "bad": { "$error": "bad" }, "good": 2 },
            "list": [{ "bad": { "$error": "bad" }, "good": 3 }],
        } } }),
    )]);
    let query = "{ a: box { bad } b: box { good inner { good } } c: box { good inner { bad } }
        d: box { p: inner { bad good } q: inner { good } list { good } more: list { bad } } }";
    let response = federation.run(query).await;
    let expected = json!({
        "a": null, "b": { "good": 1, "inner": { "good": 2 } }, "c": { "good": 1, "inner": null },
        "d": { "p": null, "q": { "good": 2 }, "list": [{ "good": 3 }], "more": null },
    });
    assert_eq!(response["data"], expected);
}

/// What is gone is `null` where a reference to it may be, without an error; where it may not be, the error says so, at
/// the reference and not in it.
#[tokio::test]
async fn an_entity_that_its_subgraph_does_not_know_is_null_without_an_error() {
    let federation = || {
        Federation::new(&[
            (
                "orders",
                r#"type Query { lines: [Line!]! strict: [Strict!] }
                   type Line { quantity: Int! product: Product }
                   type Strict { quantity: Int! product: Product! }
                   type Product @key(fields: "id") { id: ID! }"#,
                json!({ "Query": {
                    "lines": [{ "quantity": 1, "product": { "id": "1" } }, { "quantity": 2, "product": { "id": "gone" } }],
                    "strict": [{ "quantity": 3, "product": { "id": "gone" } }],
                } }),
            ),
            (
                "catalog",
                r#"type Product @key(fields: "id") { id: ID! name: String! note: String }"#,
                json!({ "entities": [{ "__typename": "Product", "id": "1", "name": "Tea", "note": "n" }] }),
            ),
        ])
    };
    let response = federation().run("{ lines { quantity product { name } } }").await;
    let lines = json!([{ "quantity": 1, "product": { "name": "Tea" } }, { "quantity": 2, "product": null }]);
    assert_eq!(response, json!({ "data": { "lines": lines } }));
    let response = federation().run("{ lines { product { id note } } }").await;
    let lines =
        json!([{ "product": { "id": "1", "note": "n" } }, { "product": { "id": "gone", "note": null } }]);
    assert_eq!(response, json!({ "data": { "lines": lines } }));
    let response = federation().run("{ strict { quantity product { name } } }").await;
    assert_eq!(response["data"], json!({ "strict": null }));
    assert_eq!(response["errors"][0]["path"], json!(["strict", 0, "product"]));
}

/// Trap: nullability that differs between subgraphs.
#[tokio::test]
async fn the_supergraphs_nullability_counts() {
    let federation = Federation::new(&[
        (
            "a",
            r#"type Query { x: Box } type Box @shareable { v: String! }"#,
            json!({ "Query": { "x": { "v": "1" } } }),
        ),
        (
            "b",
            r#"type Query { y: Box } type Box @shareable { v: String }"#,
            json!({ "Query": { "y": { "v": null } } }),
        ),
    ]);
    let response = federation.run("{ x { v } y { w: v } }").await;
    assert_eq!(response, json!({ "data": { "x": { "v": "1" }, "y": { "w": null } } }));
}

/// Trap: an enum value that clients must not see.
#[tokio::test]
async fn enum_values_unknown_to_clients_are_null_with_an_error() {
    let federation = Federation::new(&[(
        "a",
        r#"type Query { all: [E] } enum E { SEEN HIDDEN @inaccessible }"#,
        json!({ "Query": { "all": ["SEEN", "HIDDEN"] } }),
    )]);
    let response = federation.run("{ all }").await;
    assert_eq!(response["data"], json!({ "all": ["SEEN", null] }));
    assert_eq!(response["errors"][0]["path"], json!(["all", 1]));
    assert!(!response["errors"].to_string().contains("HIDDEN"));
}
