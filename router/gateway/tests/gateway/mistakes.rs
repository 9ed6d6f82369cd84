//! What clients read of their mistakes: in the order of the document, and what to do about each.

use serde_json::{Value, json};

use crate::support::{Harness, config, read};

async fn messages(harness: &Harness, body: Value) -> Vec<String> {
    let (_, body) = read(harness.post(&body).send().await.unwrap()).await;
    let errors = body["errors"].as_array().unwrap_or_else(|| panic!("{body}"));
    errors.iter().map(|error| error["message"].as_str().unwrap().to_owned()).collect()
}

/// The cause comes before what it brings about: a misspelt argument before the one that is missing for it, and what is
/// unused because of a mistake after it.
#[tokio::test]
async fn mistakes_are_told_in_the_order_of_the_document() {
    let harness = Harness::start().await;
    let query = "query($a: Int, $b: Int!) { sum(a1: $b, b: 1) hello }";
    let told = messages(&harness, json!({ "query": query })).await;
    let position = |part: &str| told.iter().position(|message| message.contains(part));
    let order = ["\"a1\"", "argument \"a\"", "\"$a\" is never used"].map(position);
    assert!(order.is_sorted() && order.iter().all(Option::is_some), "{told:#?}");
    // Nor is a selection missing of which nothing is known.
    for query in
        ["{ node { nme } }", "{ node { ... on Nod { id } } }", "{ node { nme @skip(if: true) } hello }"]
    {
        let told = messages(&harness, json!({ "query": query })).await;
        assert!(told.len() == 1 && !told[0].contains("must have"), "{query}: {told:#?}");
    }
    // A variable that only an unknown field has is used all the same.
    let query = "query($a: Int!) { smu(a: $a, b: 1) ...F } fragment F on Query { helo }";
    let told = messages(&harness, json!({ "query": query })).await;
    assert!(told.len() == 2 && told[0].contains("\"smu\"") && told[1].contains("\"helo\""), "{told:#?}");
}

#[tokio::test]
async fn each_mistake_says_what_to_do() {
    let harness = Harness::start().await;
    let two = "query A { hello } query B { hello }";
    for (body, parts) in [
        (json!({ "query": "{ helo }" }), ["\"helo\"", "Did you mean \"hello\"?"]),
        (json!({ "query": "{ hello(nme: \"a\") }" }), ["\"nme\"", "Did you mean \"name\"?"]),
        (json!({ "query": "{ sum(b: 1) }" }), ["\"a\" of type \"Int!\"", "is required"]),
        (json!({ "query": "{ sum(a: \"1\", b: 1) }" }), ["Int cannot represent", "\"1\""]),
        (json!({ "query": "{ node }" }), ["must have a selection of subfields", "node { ... }"]),
        (json!({ "query": "{ hello { x } }" }), ["must not have a selection", "\"String\""]),
        (json!({ "query": "query($x: Int) { hello }" }), ["\"$x\" is never used", "leave it out"]),
        (json!({ "query": "{ hello(name: $x) }" }), ["\"$x\" is not defined", "Declare it"]),
        (
            json!({ "query": "query($x: Strng) { hello(name: $x) }" }),
            ["\"Strng\"", "Did you mean \"String\"?"],
        ),
        (json!({ "query": "{ ... on Nod { id } }" }), ["\"Nod\"", "Did you mean \"Node\"?"]),
        (json!({ "query": "{ hello } { hello }" }), ["anonymous operation", "a name"]),
        (json!({ "query": two, "operationName": "C" }), ["\"C\"", "\"A\", \"B\""]),
        (json!({ "query": two }), ["operationName", "\"A\", \"B\""]),
        (json!({ "query": "{ hello }", "operationName": "A" }), ["\"A\"", "has no name"]),
        (json!({ "query": "query($x: Int!) { sum(a: $x, b: 1) }" }), ["$x", "was not provided"]),
    ] {
        let told = messages(&harness, body.clone()).await;
        assert!(parts.iter().all(|part| told[0].contains(part)), "{body}: {told:#?}");
    }
}

/// Check 9: where the schema is nobody's business, what it has instead is not told.
#[tokio::test]
async fn nothing_is_suggested_where_introspection_is_off() {
    let mut config = config();
    config.introspection = Some(false);
    let harness = Harness::with(config, |builder| builder).await;
    for query in ["{ helo }", "{ hello(nme: 1) }", "query($x: Strng) { hello(name: $x) }"] {
        let told = messages(&harness, json!({ "query": query })).await;
        assert!(!told.concat().contains("Did you mean"), "{told:#?}");
    }
}
