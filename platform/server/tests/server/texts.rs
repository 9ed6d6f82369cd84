//! Check 56, straight at a subgraph: U+0000 reaches no resolver.

use platform_testkit::{Answer, TestSubgraph};
use serde_json::json;

use crate::sample::Sample;

fn assert_refused(answer: &Answer, field: &str) {
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{}", answer.body);
    let error = &answer.errors()[0];
    assert_eq!(error["extensions"]["field"], field, "{}", answer.body);
    assert!(error["message"].as_str().unwrap().contains("U+0000"), "{}", answer.body);
}

/// Check 56: in variables, however deep, in literals, defaults, directives and fragments; in both schemas.
#[tokio::test]
async fn a_nul_is_refused_before_any_resolver_runs() {
    let app = TestSubgraph::<Sample>::start().await;
    let guest = app.as_guest();
    let entities = "query ($of: [_Any!]!) { _entities(representations: $of) { ... on Person { name } } }";
    let of =
        json!({ "of": [{ "__typename": "Person", "id": "1" }, { "__typename": "Person", "id": "2\0" }] });
    assert_refused(&guest.execute(entities, of).await, "id");
    let sku = "query ($sku: String!) { stockElsewhere(sku: $sku) }";
    assert_refused(&guest.execute(sku, json!({ "sku": "\0" })).await, "sku");
    for literal in [
        "{ stockElsewhere(sku: \"a\\u0000b\") }",
        "query ($sku: String = \"\\u0000\") { stockElsewhere(sku: $sku) }",
        "{ ...F } fragment F on Query { ... { stockElsewhere(sku: \"\\u0000\") } }",
    ] {
        assert_refused(&guest.execute(literal, json!({})).await, "sku");
    }
    let key = json!({ "of": [{ "__typename": "Person", "id": "1", "a\0b": 1 }] });
    assert_refused(&guest.execute(entities, key).await, "of");
    let service = app.as_service("orders");
    let internal = "query ($unused: String) { counter }";
    assert_refused(&service.execute_internal(internal, json!({ "unused": "\0" })).await, "unused");
    let mut events = guest
        .subscribe("subscription ($unused: String) { count(to: 1) { number } }", json!({ "unused": "\0" }))
        .await;
    assert_refused(&events.next().await, "unused");
}

/// A block string knows no escapes: this is a backslash, a letter and four digits.
#[tokio::test]
async fn an_escape_in_a_block_string_is_no_nul() {
    let app = TestSubgraph::<Sample>::start().await;
    let answer = app
        .as_guest()
        .execute("{ person { name @skip(if: false) } stockElsewhere(sku: \"\"\"\\u0000\"\"\") }", json!({}))
        .await;
    assert!(!answer.codes().contains(&"BAD_USER_INPUT"), "{}", answer.body);
}
