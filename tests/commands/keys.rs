//! Processes of one installation that have not the same signing key.

use std::sync::Arc;

use platform_core::SystemClock;
use platform_identity::InternalKeys;
use serde_json::{Value, json};

use crate::support::{Installation, Shape, subgraphs};

/// A router with a key of its own is as good as without subgraphs, and says so.
#[tokio::test(flavor = "multi_thread")]
async fn a_router_with_another_key_is_not_ready_and_blames_no_client() {
    let mut shop = Installation::prepare(Shape::Apart, "");
    shop.seed().await;
    for name in &subgraphs() {
        shop.start_process(name, &["serve", name], None).await;
    }
    let key = shop.store.folder.path().join("another.pem");
    InternalKeys::load_or_create(&key, Arc::new(SystemClock)).unwrap();
    shop.reconfigure("[auth]\n", &format!("[auth]\ninternal_key_file = {key:?}\n"));
    shop.start_process("router", &["serve", "router"], None).await;
    let ready = format!("{}/health/ready", shop.processes["router"].address);
    let answer = reqwest::get(ready).await.unwrap();
    assert_eq!(answer.status().as_u16(), 503);
    let told: Value = answer.json().await.unwrap();
    let mut failing: Vec<&str> =
        told["failing"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect();
    failing.sort_unstable();
    assert_eq!(failing, subgraphs(), "{told}");
    assert!(shop.processes["router"].has_said("auth.internal_key_file"));
    let asked = shop.client().execute("{ products(first: 1) { nodes { id } } }", json!({})).await;
    assert_eq!(asked.codes(), ["SUBGRAPH_UNAVAILABLE"]);
}
