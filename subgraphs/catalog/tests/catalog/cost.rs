//! Lists within lists, asked of the catalog itself.

use catalog::CatalogSubgraph;
use platform_testkit::TestSubgraph;
use serde_json::json;

/// Check 50: the inputs that took the process down are refused by what they may come to, over HTTP and WebSocket.
#[tokio::test]
async fn lists_within_lists_are_refused() {
    let app = TestSubgraph::<CatalogSubgraph>::start().await;
    let ids: String = (0..12).map(|n| format!("a{n}: id ")).collect();
    let variants = |inner: &str| format!("variants {{ product {{ {inner} }} }}");
    let nested = variants(&variants(&variants(&ids)));
    let offers = "variants { offers { product { variants { offers { product { id } } } } } }";
    for below in [nested.as_str(), offers] {
        let query = format!("{{ products(first: 100) {{ nodes {{ {below} }} }} }}");
        let (guest, none) = (app.as_guest(), json!({}));
        assert_eq!(guest.execute(&query, none.clone()).await.codes(), ["LIMIT_EXCEEDED"], "{query}");
        assert_eq!(guest.subscribe(&query, none.clone()).await.next().await.codes(), ["LIMIT_EXCEEDED"]);
        let query = format!(
            "query($r: [_Any!]!) {{ _entities(representations: $r) {{ ... on Product {{ {below} }} }} }}"
        );
        let one = json!({ "__typename": "Product", "id": "0190a5b0-0000-7000-8000-000000000000" });
        let variables = json!({ "r": vec![one; 400] });
        let answer = app.as_service("router").execute(&query, variables).await;
        assert_eq!(answer.codes(), ["LIMIT_EXCEEDED"], "{query}");
    }
    assert!(
        app.as_guest()
            .execute("{ products(first: 100) { nodes { id } } }", json!({}))
            .await
            .codes()
            .is_empty()
    );
}
