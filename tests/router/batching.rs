//! Which requests to one subgraph go together.

use serde_json::json;
use tempfile::TempDir;

use super::process::Router;
use super::subgraph::Subgraph;

const LINK: &str =
    r#"extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"]) "#;

/// Two branches come to the same subgraph at the same stage, each after a subgraph of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn branches_share_a_request_where_stages_are_batched() {
    for (batching, requests) in [("branches", 2), ("stages", 1)] {
        let folder = TempDir::new().unwrap();
        let sdl = |text: &str| format!("{LINK}{text}");
        let x = sdl(r#"type Query { x: T } type T @key(fields: "id") { id: ID! }"#);
        let y = sdl(r#"type Query { y: T } type T @key(fields: "id") { id: ID! }"#);
        let values = sdl(r#"type T @key(fields: "id") { id: ID! v: Int }"#);
        let x = Subgraph::start(&x, json!({ "x": { "id": "1" } })).await;
        let y = Subgraph::start(&y, json!({ "y": { "id": "2" } })).await;
        let values = Subgraph::start(&values, json!({ "_entities": [{ "v": 7 }, { "v": 7 }] })).await;
        let named = [("x", &x), ("y", &y), ("values", &values)]
            .map(|(name, subgraph)| format!("--subgraph={name}={}", subgraph.url));
        let arguments: Vec<&str> = named.iter().map(String::as_str).collect();
        let setting = format!("batching = \"{batching}\"");
        let router = Router::configured(folder.path(), &setting, &arguments).await;
        let answer = router.ask("{ x { v } y { v } }").await;
        assert_eq!(answer, json!({ "data": { "x": { "v": 7 }, "y": { "v": 7 } } }));
        assert_eq!(values.asked(), requests, "{batching}");
    }
}
