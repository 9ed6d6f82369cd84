use catalog::CatalogSubgraph;
use platform_testkit::{TestSubgraph, eventually};
use serde_json::json;

#[tokio::test]
async fn the_demo_shop_is_made_once_and_can_be_searched() {
    let app = TestSubgraph::<CatalogSubgraph>::start().await;
    let platform = app.hosted().platform();
    assert_eq!(catalog::demo::seed(platform, &|_, _| {}).await.unwrap(), 300);
    assert_eq!(catalog::demo::seed(platform, &|_, _| {}).await.unwrap(), 0);
    let query = "query($query: String) { search(query: $query, first: 1) { totalCount nodes { slug
        thumbnail { url contentType } bestOffer { price { amount { amount currency } } } variants { offers { id } } } } }";
    eventually(|| async {
        app.as_guest().execute(query, json!({})).await.get::<i64>("search.totalCount") == 300
    })
    .await;
    for (text, found) in [("sencha", 5), ("shencha", 5), ("抹茶", 3), ("harbour kett", 1)] {
        let answer = app.as_guest().execute(query, json!({"query": text})).await;
        assert_eq!(answer.get::<i64>("search.totalCount"), found, "{text}");
    }
    let answer = app.as_guest().execute(query, json!({"query": "kettle"})).await;
    let url = answer.text("search.nodes.0.thumbnail.url");
    let picture = app.http().get(app.url(&url)).send().await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/svg+xml");
    assert_eq!(picture.headers()["cache-control"], "public, max-age=31536000, immutable");
    let tag = picture.headers()["etag"].clone();
    let again = app.http().get(app.url(&url)).header("if-none-match", tag).send().await.unwrap();
    assert_eq!(again.status(), 304);
    assert_eq!(app.http().get(app.url("/media/..%2Fcatalog.db")).send().await.unwrap().status(), 404);
}
