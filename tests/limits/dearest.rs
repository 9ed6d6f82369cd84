//! The dearest operations that are admitted, and those that were once too dear, asked of a shop with demo data.

use std::path::Path;

use bench_cost::{Search, Shop, Taken};
use serde_json::{Value, json};

use crate::support::{Installation, Shape};

/// Operations of the search that are run.
const TRIED: usize = 32;
/// What arguments may name.
const LOOK_AROUND: &str =
    "{ products(first: 20) { nodes { id slug name } } categories { nodes { id slug } } }";

/// Check 50: what took the shop down is refused through the router, over HTTP and WebSocket, and the shop lives on.
#[tokio::test(flavor = "multi_thread")]
async fn operations_that_took_the_shop_down_are_refused() {
    let shop = Installation::start(Shape::Whole).await;
    let client = shop.client();
    let ids: String = (0..12).map(|n| format!("a{n}: id ")).collect();
    let mut below = format!("id {ids}");
    for _ in 0..6 {
        below = format!("variants {{ product {{ {below} }} }}");
    }
    let nested = format!("{{ products(first: 100) {{ nodes {{ {below} }} }} }}");
    let lists = "{ products(first: 100) { nodes { variants { offers { product { variants { offers { id } } } } } } } }";
    for query in [nested.as_str(), lists] {
        assert_eq!(client.execute(query, json!({})).await.codes(), ["LIMIT_EXCEEDED"], "{query}");
        let mut events = client.subscribe(query, json!({})).await;
        assert_eq!(events.next().await.unwrap().codes(), ["LIMIT_EXCEEDED"]);
    }
    let answer = client
        .execute("{ products(first: 100) { nodes { id variants { product { id } } } } }", json!({}))
        .await;
    assert_eq!(answer.data()["products"]["nodes"].as_array().unwrap().len(), 100);
}

/// Check 50, the short form: whatever the limits admit of what a search makes dear is answered within the caps on values
/// and bytes, or refused by them.
#[tokio::test(flavor = "multi_thread")]
async fn the_dearest_admitted_operations_stay_within_the_caps() {
    let schema = Shop::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), false).unwrap();
    let shop = Installation::start(Shape::Whole).await;
    let client = shop.client();
    let mut search = Search::new(&schema, 1);
    search.learn(&client.execute(LOOK_AROUND, json!({})).await.0);
    let mut most = 0;
    for _ in 0..TRIED {
        let tried = search.propose();
        let answer = client.execute(&tried.sent.text, Value::Object(tried.sent.variables.clone())).await;
        let (values, bytes) = (values(&answer.0["data"]), answer.0.to_string().len());
        let text = &tried.sent.text;
        search.answered(&tried, &answer.0);
        assert!(values <= schema.limits.max_response_nodes, "{values} values: {text}");
        assert!(bytes <= schema.limits.max_response_bytes + (1 << 20), "{bytes} bytes: {text}");
        let refused = answer.0.pointer("/errors/0/extensions/code").and_then(Value::as_str);
        assert_ne!(refused, Some("INTERNAL"), "{text}");
        most = most.max(values);
        let (values, bytes) = (u64::try_from(values).unwrap(), u64::try_from(bytes).unwrap());
        search.measured(&tried, Taken { time: values, memory: bytes });
    }
    // It comes near to what it may have, so it would find what is beyond.
    assert!(most > 3_000, "the search found nothing dear: {most} values");
}

fn values(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(values).sum::<usize>(),
        Value::Object(fields) => 1 + fields.values().map(values).sum::<usize>(),
        _ => 1,
    }
}
