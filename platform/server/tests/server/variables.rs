//! Variables as the specification has them.

use platform_testkit::TestSubgraph;
use serde_json::{Value, json};

use crate::sample::Sample;

/// The argument's or input field's own default holds, as if it were not written; in a list it is null.
#[tokio::test]
async fn a_variable_that_is_left_out_leaves_its_argument_to_the_default() {
    let app = TestSubgraph::<Sample>::start().await;
    let anyone = app.as_guest();
    let sum = async |query: &str, variables: Value| {
        let answer = anyone.execute(query, variables).await;
        answer.data()["sum"].clone()
    };
    let argument = "query ($one: Int) { sum(one: $one) }";
    assert_eq!(sum(argument, json!({})).await, 1);
    assert_eq!(sum(argument, json!({ "one": 5 })).await, 5);
    let field = "query ($value: Int) { sum(other: { value: $value }) }";
    assert_eq!(sum(field, json!({})).await, 11);
    assert_eq!(sum(field, json!({ "value": 5 })).await, 6);
    let input = "query ($other: Summand) { sum(other: $other) }";
    assert_eq!(sum(input, json!({})).await, 1);
    assert_eq!(sum(input, json!({ "other": {} })).await, 11);
    let list = "query ($number: Int) { sum(other: { more: [1, $number] }) }";
    assert_eq!(sum(list, json!({})).await, 112);
    let own_default = "query ($one: Int = 7) { sum(one: $one) }";
    assert_eq!(sum(own_default, json!({})).await, 7);
    let fragment = "query ($one: Int) { ...S } fragment S on Query { sum(one: $one) @include(if: true) }";
    assert_eq!(sum(fragment, json!({})).await, 1);
}

/// A null that is written is a null: where none may be it is refused.
#[tokio::test]
async fn a_variable_that_is_null_is_not_left_out() {
    let app = TestSubgraph::<Sample>::start().await;
    let query = "query ($one: Int) { sum(one: $one) }";
    let answer = app.as_guest().execute(query, json!({ "one": null })).await;
    assert_eq!(answer.codes().len(), 1, "{answer:?}");
}
