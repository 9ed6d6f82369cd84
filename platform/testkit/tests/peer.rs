//! A scripted peer answers by its subgraph's schema, and ends the test when a script does not.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::sync::Arc;

use platform_identity::{Caller, Identity};
use platform_testkit::ScriptedPeer;
use router_transport::{Request, Transport};
use serde_json::{Value, json};

const SCHEMA: &str = "
    type Query { reservation(key: String!): Reservation hold(key: String!): Hold! }
    type Reservation { key: ID! status: Status! lines: [Line!]! }
    type Line { offerId: ID! quantity: Int! }
    enum Status { HELD RELEASED }
    union Hold = Held | Refused
    type Held { until: String! }
    type Refused { reason: String }";
const RESERVATION: &str = "query R { reservation(key: \"a\") { state: status lines { offerId quantity } } }";
const HOLD: &str = "query H { hold(key: \"a\") { __typename ... on Refused { reason } } }";

async fn ask(peer: &ScriptedPeer, query: &'static str) -> Value {
    let request = Request {
        query: query.into(),
        operation_name: None,
        variables: router_transport::tree::Object::new(),
        caller: Some(Caller::new(Identity::service("orders"))),
        headers: Arc::default(),
        deadline: None,
        idempotent: true,
    };
    peer.execute(request).await.unwrap().data
}

/// What a reservation is answered, where the script says this of it.
async fn reservation(said: Value) -> Value {
    ask(&ScriptedPeer::with_schema(SCHEMA).answer("reservation", said), RESERVATION).await
}

async fn hold(said: Value) -> Value {
    ask(&ScriptedPeer::with_schema(SCHEMA).answer("hold", said), HOLD).await
}

#[tokio::test]
async fn what_is_selected_is_answered() {
    let said = json!({ "key": "a", "status": "HELD", "lines": [{ "offerId": "o", "quantity": 2 }] });
    let expected = json!({ "state": "HELD", "lines": [{ "offerId": "o", "quantity": 2 }] });
    assert_eq!(reservation(said).await, json!({ "reservation": expected }));
    assert_eq!(reservation(Value::Null).await, json!({ "reservation": null }));
    let held = hold(json!({ "__typename": "Held" })).await;
    assert_eq!(held, json!({ "hold": { "__typename": "Held" } }));
    let refused = hold(json!({ "__typename": "Refused", "reason": "full" })).await;
    assert_eq!(refused, json!({ "hold": { "__typename": "Refused", "reason": "full" } }));
}

#[tokio::test]
#[should_panic(expected = "reservation.lines[0].offerId is asked for, and nothing is said of it")]
async fn a_script_that_leaves_out_a_field_fails() {
    reservation(json!({ "status": "HELD", "lines": [{ "quantity": 2 }] })).await;
}

#[tokio::test]
#[should_panic(expected = "reservation.status is \"SOLD\" where Status is answered")]
async fn a_script_with_an_unknown_value_of_an_enum_fails() {
    reservation(json!({ "status": "SOLD", "lines": [] })).await;
}

#[tokio::test]
#[should_panic(expected = "reservation.lines is null where [Line!]! is answered")]
async fn a_script_with_null_where_there_is_none_fails() {
    reservation(json!({ "status": "HELD", "lines": null })).await;
}

#[tokio::test]
#[should_panic(expected = "reservation.warehouse is \"w\", which is nothing of Reservation")]
async fn a_script_with_a_field_that_there_is_not_fails() {
    reservation(json!({ "status": "HELD", "lines": [], "warehouse": "w" })).await;
}

#[tokio::test]
#[should_panic(expected = "is no member of Hold")]
async fn a_script_with_an_unknown_type_fails() {
    hold(json!({ "__typename": "StockHeld" })).await;
}

#[tokio::test]
#[should_panic(expected = "what is asked of the peer does not fit")]
async fn a_question_that_does_not_fit_fails() {
    ask(&ScriptedPeer::with_schema(SCHEMA), "query H { held }").await;
}

/// Whoever asks may catch the panic: the test fails all the same.
#[tokio::test]
#[should_panic(expected = "reservation.status is \"SOLD\"")]
async fn a_misfit_that_was_caught_fails_the_test() {
    let peer = ScriptedPeer::with_schema(SCHEMA).answer("reservation", json!({ "status": "SOLD" }));
    let asking = peer.clone();
    let caught = tokio::spawn(async move { ask(&asking, RESERVATION).await }).await;
    assert!(caught.unwrap_err().is_panic());
}

#[tokio::test]
async fn another_release_may_answer_what_it_likes() {
    let said = json!({ "__typename": "HeldElsewhere" });
    let peer = ScriptedPeer::with_schema(SCHEMA).answer_of_another_release("hold", said.clone());
    assert_eq!(ask(&peer, HOLD).await, json!({ "hold": said }));
}
