//! `@skip` and `@include`, with constants and variables, on fields and fragments.

use serde_json::json;

use crate::fake::Federation;

fn shop() -> Federation {
    Federation::new(&[
        (
            "a",
            r#"type Query { item: Item node: Node }
               interface Node { id: ID! }
               type Item implements Node @key(fields: "id") { id: ID! a: String }
               type Other implements Node { id: ID! o: String }"#,
            json!({ "Query": {
                "item": { "id": "1", "a": "A" }, "node": { "__typename": "Item", "id": "1", "a": "A" },
            } }),
        ),
        (
            "b",
            r#"type Item @key(fields: "id") { id: ID! b: String c: String }"#,
            json!({ "entities": [{ "__typename": "Item", "id": "1", "b": "B", "c": "C" }] }),
        ),
    ])
}

async fn check(query: &str, expected: &str) {
    for (t, f) in [(true, false)] {
        let declared = format!("query ($t: Boolean!, $f: Boolean!) {query}");
        let text = shop().text(&declared, json!({ "t": t, "f": f })).await;
        assert_eq!(text, format!(r#"{{"data":{expected}}}"#), "{query}");
    }
}

#[tokio::test]
async fn skipped_selections_leave_no_trace() {
    check(
        "{ item { a @skip(if: $t) b @include(if: $t) c @include(if: $f) id @skip(if: $f) } }",
        r#"{"item":{"b":"B","id":"1"}}"#,
    )
    .await;
    check(
        "{ item { a @skip(if: $t) @include(if: $t) b @skip(if: $f) @include(if: $t) } }",
        r#"{"item":{"b":"B"}}"#,
    )
    .await;
    check("{ item { a @skip(if: true) b @include(if: true) ...@include(if: $f) { x: a } ...@skip(if: $f) { y: a } z: id @include(if: $t) w: c @skip(if: $t) } }", r#"{"item":{"b":"B","y":"A","z":"1"}}"#).await;
}

/// Trap: a field selected twice, once skipped; the skipped mention must not decide its place.
#[tokio::test]
async fn a_field_selected_twice_and_skipped_once_is_there() {
    check("{ item { b @skip(if: $t) a b ...@include(if: $f) { c } } t: __typename @include(if: $t) x: __typename @skip(if: $t) }", r#"{"item":{"a":"A","b":"B"},"t":"Query"}"#).await;
    check("{ item { c @include(if: $f) b } item @skip(if: $t) { a } item @include(if: $t) { c } same: item { id @skip(if: $f) id @skip(if: $t) } no: item @skip(if: $t) { id } yes: item @skip(if: $f) { id } }", r#"{"item":{"b":"B","c":"C"},"same":{"id":"1"},"yes":{"id":"1"}}"#).await;
}

/// Trap: an object whose selections are all skipped is `{}`, not null.
#[tokio::test]
async fn an_object_without_selections_is_empty() {
    check(
        "{ item { a @skip(if: $t) ... on Item @include(if: $f) { b } } u: __typename @skip(if: $f) }",
        r#"{"item":{},"u":"Query"}"#,
    )
    .await;
    check("{ node { ... on Other { o @skip(if: $f) } ... on Item @skip(if: $t) { a } } }", r#"{"node":{}}"#)
        .await;
    check("{ item @skip(if: $t) { a } node @include(if: $f) { id } }", "{}").await;
}

/// Trap: nested conditions, and a variable directive on a fragment of an abstract type.
#[tokio::test]
async fn conditions_nest_and_stand_on_fragments_of_abstract_types() {
    check("{ ...@include(if: $t) { item { ...@skip(if: $f) { b ...@include(if: $f) { c } } } } ...@skip(if: $t) { item { a } } }", r#"{"item":{"b":"B"}}"#).await;
    check("{ node { ...N @include(if: $t) ... on Item @include(if: $t) { b c @skip(if: $t) } } } fragment N on Node { id @include(if: $t) __typename @skip(if: $f) }", r#"{"node":{"id":"1","__typename":"Item","b":"B"}}"#).await;
}

/// Trap: an alias that takes a key's name and is skipped.
#[tokio::test]
async fn a_skipped_alias_of_a_key_hides_no_key() {
    check("{ item { id: a @skip(if: $t) b c @include(if: $f) } }", r#"{"item":{"b":"B"}}"#).await;
    check("{ item { id: a @include(if: $t) __typename: id @include(if: $f) c } x: item { __typename: a @skip(if: $f) b } }", r#"{"item":{"id":"A","c":"C"},"x":{"__typename":"A","b":"B"}}"#).await;
}
