//! Generated operations: what comes through the federation must be, to the byte, what one server that knew everything
//! would answer.
//!
//! Each seed is one operation: nested selections with aliases that like to take the names of keys, fragments on
//! objects, interfaces and unions, named and inline, `@skip` and `@include` by constants and variables, arguments by
//! literals and variables, over data with nulls, errors and shared entities. A failure names its seed.
//! `SOUK_GENERATED_OPERATIONS` sets how many are tried.

use serde_json::Value;

use crate::fake::{Fake, Federation};
use crate::generator::{Generator, variables};
use crate::world;

async fn compare(subgraphs: &[(&str, &str, Value)], data: Value) {
    let count =
        std::env::var("SOUK_GENERATED_OPERATIONS").ok().and_then(|text| text.parse().ok()).unwrap_or(200);
    let federation = Federation::new(subgraphs);
    let monolith = Fake::whole(&federation.api_schema(), data);
    let mut wrong = Vec::new();
    for seed in 0..count {
        let query = Generator::new(seed).operation(federation.supergraph());
        let expected = monolith.answer(&query, &variables(&query));
        let text = federation.text(&query, variables(&query)).await;
        let response: Value = serde_json::from_str(&text).unwrap();
        let expected_text = format!(r#"{{"data":{}"#, expected["data"]);
        let same_errors = response.get("errors").is_some() == expected.get("errors").is_some();
        if !text.starts_with(&expected_text) || !same_errors {
            let plan = federation.request(&query, variables(&query)).plan;
            wrong.push(format!("seed {seed}\n{query}\nexpected {expected}\ngot      {text}\n{plan}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {count} operations are answered wrongly; the first:\n{}",
        wrong.len(),
        wrong[0]
    );
}

#[tokio::test]
async fn a_shop_answers_like_one_server() {
    compare(&world::subgraphs(), world::data()).await;
}

#[tokio::test]
async fn a_library_answers_like_one_server() {
    compare(&world::library_subgraphs(), world::library()).await;
}
