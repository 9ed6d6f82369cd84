use platform_commerce::CurrencyCode;
use platform_commerce::market::Market;
use platform_testkit::{Answer, eventually};
use serde_json::{Value, json};

use crate::shop::{Shop, market, market_without_tax};

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

/// A cursor says where one order goes on, and nothing about another: of the other direction, of other prices,
/// or of another collection.
#[tokio::test]
async fn a_cursor_of_another_order_is_refused() {
    let shop = Shop::open().await;
    let mut ids = Vec::new();
    for (slug, euros) in [("a", "1.00"), ("b", "2.00"), ("c", "3.00")] {
        ids.push(shop.product(slug, slug, euros, 1).await.product);
    }
    let page = "query($sort: ProductSort, $after: String) {
        products(sortBy: $sort, first: 2, after: $after) { nodes { slug } pageInfo { endCursor } } }";
    let at_home = market("DE", CurrencyCode::EUR, "en");
    let list = async |market: &Market, sort: &str, after: Value| {
        let client = shop.app.as_guest().in_market(market.clone());
        client.execute(page, json!({"sort": sort, "after": after})).await
    };
    let orders = ["NEWEST", "NAME", "PRICE_ASC", "PRICE_DESC"];
    for sort in orders {
        let first = list(&at_home, sort, Value::Null).await;
        let cursor = first.at("products.pageInfo.endCursor").clone();
        let rest = list(&at_home, sort, cursor.clone()).await;
        assert_eq!(slugs(rest.at("products.nodes")).len(), 1, "{sort}");
        let others = orders.into_iter().filter(|other| *other != sort);
        let mut refused: Vec<(Market, &str)> = others.map(|other| (at_home.clone(), other)).collect();
        if sort.starts_with("PRICE") {
            let elsewhere = [
                market("FR", CurrencyCode::EUR, "en"),
                market("DE", CurrencyCode::USD, "en"),
                market_without_tax("DE", CurrencyCode::EUR),
            ];
            refused.extend(elsewhere.map(|market| (market, sort)));
        }
        for (market, other) in refused {
            let answer = list(&market, other, cursor.clone()).await;
            assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{sort} in {other}, {market:?}: {}", answer.body);
            assert_eq!(answer.errors()[0]["extensions"]["field"], "after");
        }
        let in_german = list(&market("DE", CurrencyCode::EUR, "de"), sort, cursor).await;
        assert_eq!(slugs(in_german.at("products.nodes")).len(), 1, "the language has no part in {sort}");
    }
    let set = "mutation($slug: String!, $ids: [ID!]!) { setCollection(input: {slug: $slug, productIds: $ids,
        names: [{language: \"en\", text: \"Gifts\"}]}) { collection { id } } }";
    for slug in ["gifts", "others"] {
        shop.admin().execute(set, json!({"slug": slug, "ids": ids})).await.data();
    }
    let first = shop.app.as_guest().execute(GIFTS, json!({})).await;
    let cursor = first.at("collection.products.pageInfo.endCursor");
    let other = GIFTS.replace("gifts", "others");
    let refused = shop.app.as_guest().execute(&other, json!({"after": cursor})).await;
    assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{}", refused.body);
}
