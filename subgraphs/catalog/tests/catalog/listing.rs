use platform_testkit::{Answer, eventually};
use serde_json::{Value, json};

use crate::shop::Shop;

const GIFTS: &str =
    "query($after: String) { collection(slug: \"gifts\") { products(first: 2, after: $after) {
    nodes { slug } pageInfo { hasNextPage endCursor } } } }";

fn slugs(nodes: &Value) -> Vec<&str> {
    nodes.as_array().unwrap().iter().map(|node| node["slug"].as_str().unwrap()).collect()
}

async fn gifts(shop: &Shop) -> Vec<String> {
    let (mut found, mut after) = (Vec::new(), Value::Null);
    loop {
        let answer = shop.app.as_guest().execute(GIFTS, json!({"after": after})).await;
        found.extend(slugs(answer.at("collection.products.nodes")).into_iter().map(str::to_owned));
        if !answer.get::<bool>("collection.products.pageInfo.hasNextPage") {
            return found;
        }
        after = answer.at("collection.products.pageInfo.endCursor").clone();
    }
}

#[tokio::test]
async fn a_collection_keeps_the_order_that_staff_gave_it() {
    let shop = Shop::open().await;
    let mut ids = std::collections::HashMap::new();
    for slug in ["a", "b", "c", "d", "e"] {
        ids.insert(slug, shop.product(slug, slug, "1.00", 1).await.product);
    }
    let set = "mutation($ids: [ID!]!) { setCollection(input: {slug: \"gifts\", productIds: $ids,
        names: [{language: \"en\", text: \"Gifts\"}]}) { collection { id products { nodes { slug } } } } }";
    for order in ["dbeac", "cabed"] {
        let picked: Vec<&String> = order.split("").filter_map(|slug| ids.get(slug)).collect();
        let made = shop.admin().execute(set, json!({"ids": picked})).await;
        assert_eq!(slugs(made.at("setCollection.collection.products.nodes")).concat(), order);
        assert_eq!(gifts(&shop).await.concat(), order, "page by page");
        let filter = json!({"id": made.text("setCollection.collection.id")});
        let query = "query($id: ID!) { products(filter: {collectionId: $id}) { nodes { slug } } }";
        let listed = shop.app.as_guest().execute(query, filter.clone()).await;
        assert_eq!(slugs(listed.at("products.nodes")).concat(), order);
        let named = query.replace("filter:", "sortBy: NAME, filter:");
        let listed = shop.app.as_guest().execute(&named, filter).await;
        assert_eq!(slugs(listed.at("products.nodes")).concat(), "abcde");
    }
    // A product named twice has its first place.
    let twice = [&ids["b"], &ids["a"], &ids["b"]];
    shop.admin().execute(set, json!({"ids": twice})).await.data();
    assert_eq!(gifts(&shop).await.concat(), "ba");
}

async fn listed(shop: &Shop) -> Answer {
    let query = "query($vendor: ID!) {
        products { nodes { slug } } ofVendor: products(filter: {vendorId: $vendor}) { nodes { slug } }
        category(slug: \"drinks\") { products { nodes { slug } } }
        collection(slug: \"gifts\") { products { nodes { slug } } }
        search { totalCount nodes { slug } } searchSuggestions(query: \"tea\") { product { slug } } }";
    shop.app.as_guest().execute(query, json!({"vendor": shop.vendor})).await
}

/// What is active but offered by nobody is in no list, and comes into all of them with its first offer.
#[tokio::test]
async fn an_active_product_is_listed_once_it_is_on_offer() {
    let shop = Shop::open().await;
    let category = "mutation { createCategory(input: {slug: \"drinks\", names: [{language: \"en\", text: \"Drinks\"}]}) {
        ... on CategorySuccess { category { id } } } }";
    let category =
        shop.admin().execute(category, json!({})).await.text("createCategory.category.id").to_owned();
    let input = json!({"slug": "tea", "status": "ACTIVE", "categoryId": category,
        "translations": [{"language": "en", "name": "Tea"}]});
    let tea = shop.bare_product(input).await;
    let set = "mutation($ids: [ID!]!) { setCollection(input: {slug: \"gifts\", productIds: $ids,
        names: [{language: \"en\", text: \"Gifts\"}]}) { collection { id } } }";
    shop.admin().execute(set, json!({"ids": [tea]})).await.data();
    // Something that is found shows that the index has caught up.
    let mark = async |slug: &str| {
        shop.product(slug, slug, "1.00", 1).await;
        let found = |answer: &Answer| slugs(answer.at("search.nodes")).contains(&slug);
        eventually(|| async { found(&listed(&shop).await) }).await;
    };
    let absent = async |why: &str| {
        let answer = listed(&shop).await;
        for list in [
            "products.nodes",
            "ofVendor.nodes",
            "category.products.nodes",
            "collection.products.nodes",
            "search.nodes",
        ] {
            assert!(!slugs(answer.at(list)).contains(&"tea"), "{list}: {why}");
        }
        assert_eq!(answer.at("searchSuggestions"), &json!([]), "{why}");
    };
    mark("first").await;
    absent("without a variant").await;
    let variant = shop.variant(&tea, "TEA-1").await;
    mark("second").await;
    absent("without an offer").await;
    shop.offer(shop.vendor, &variant, json!([])).await;
    mark("third").await;
    absent("without a price").await;
    shop.offer(shop.vendor, &variant, json!([{"price": {"amount": "2", "currency": "EUR"}}])).await;
    eventually(|| async { slugs(listed(&shop).await.at("search.nodes")).contains(&"tea") }).await;
    let answer = listed(&shop).await;
    for list in ["products.nodes", "ofVendor.nodes", "category.products.nodes", "collection.products.nodes"] {
        assert!(slugs(answer.at(list)).contains(&"tea"), "{list}");
    }
    let off = "mutation($v: ID!) { updateVariant(input: {id: $v, active: false}) { __typename } }";
    shop.admin().execute(off, json!({"v": variant})).await.data();
    eventually(|| async { !slugs(listed(&shop).await.at("search.nodes")).contains(&"tea") }).await;
    absent("with no active variant").await;
    // Who runs the shop asks for the status, and sees it; so does the page itself.
    let managed =
        "query($vendor: ID!) { products(filter: {vendorId: $vendor, status: ACTIVE}) { nodes { slug } }
        product(slug: \"tea\") { inStock } }";
    let variables = json!({"vendor": shop.vendor});
    let answer = shop.seller(shop.vendor).execute(managed, variables.clone()).await;
    assert!(slugs(answer.at("products.nodes")).contains(&"tea"));
    let answer = shop.app.as_guest().execute(managed, variables).await;
    assert!(!slugs(answer.at("products.nodes")).contains(&"tea"));
    assert!(!answer.get::<bool>("product.inStock"));
}
