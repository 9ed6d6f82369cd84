//! Calls from one subgraph to another.

use platform_core::ErrorCode;
use platform_testkit::{ScriptedPeer, TestSubgraph};
use serde_json::{Value, json};

use crate::sample::{OTHER, Sample};

const ASK: &str = r#"{ stockElsewhere(sku: "tea") }"#;

#[tokio::test]
async fn a_call_carries_the_service_and_the_user() {
    let other = ScriptedPeer::with_schema(OTHER).answer_with(
        "stock",
        |call| json!({ "available": if call.variables["sku"] == "tea" { 7 } else { 0 } }),
    );
    let app = TestSubgraph::<Sample>::builder().peer("other", other.clone()).start().await;
    let user = app.ids().next();
    let answer = app.as_user(user).execute(ASK, Value::Null).await;
    assert_eq!(answer.get::<i64>("stockElsewhere"), 7);
    let calls = other.calls("stock");
    assert_eq!(calls.len(), 1);
    assert_eq!(calls[0].variables, json!({ "sku": "tea" }));
    assert_eq!(calls[0].caller.user, Some(user));
    assert_eq!(calls[0].caller.service.as_ref().unwrap().to_string(), "sample");
}

#[tokio::test]
async fn failures_of_the_other_side_have_codes_and_no_details() {
    let other = ScriptedPeer::with_schema(OTHER).refuse("stock", ErrorCode::NotFound);
    let app = TestSubgraph::<Sample>::builder().peer("other", other.clone()).start().await;
    let ask = async || app.as_guest().execute(ASK, Value::Null).await;
    assert_eq!(ask().await.codes(), ["NOT_FOUND"]);
    other.set_down(true);
    let down = ask().await;
    assert_eq!(down.codes(), ["UNAVAILABLE"]);
    assert!(!down.body.to_string().contains("took the peer down"));
    other.set_down(false);
    let odd = other.clone().answer_of_another_release("stock", json!({ "available": "plenty" }));
    assert_eq!(ask().await.codes(), ["INTERNAL"]);
    drop(odd);
    let alone = TestSubgraph::<Sample>::start().await;
    assert_eq!(
        alone.as_guest().execute(ASK, Value::Null).await.codes(),
        ["INTERNAL"],
        "no such peer is a defect"
    );
}
