//! Offers, variants and texts as those who keep them see them.

use std::slice::from_ref;

use catalog::CatalogSubgraph;
use platform_identity::Scope;
use platform_testkit::{TestClient, TestSubgraph};
use serde_json::{Value, json};

use crate::shop::{Made, Shop, user, vendor};

const PRICES: &str = "prices { price { amount currency } compareAt { amount } customerGroup minQuantity }";

fn prices() -> Value {
    let euro = |amount: &str| json!({"amount": amount, "currency": "EUR"});
    json!([{"price": euro("10.00"), "compareAt": "12.00"}, {"price": euro("9.00"), "minQuantity": 10},
        {"price": euro("8.00"), "customerGroup": "club"}, {"price": {"amount": "1500", "currency": "JPY"}}])
}

/// A product with an offer that is paused and has four prices.
async fn paused(shop: &Shop) -> Made {
    let made = shop.product("tea", "Tea", "10.00", 2).await;
    let input =
        json!({"variantId": made.variant, "vendorId": shop.vendor, "status": "PAUSED", "prices": prices()});
    shop.seller(shop.vendor).mutate("setOffer", input).await.data();
    made
}

async fn listed(client: &TestClient, filter: Value) -> Vec<String> {
    let query = "query($filter: OfferFilter) { offers(filter: $filter) { nodes { id } } }";
    let answer = client.execute(query, json!({ "filter": filter })).await;
    answer.data();
    let nodes = answer.at("offers.nodes").as_array().unwrap().iter();
    nodes.map(|node| node["id"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn all_prices_of_a_paused_offer_are_read_by_its_vendor_and_staff_alone() {
    let shop = Shop::open().await;
    let made = paused(&shop).await;
    let query = format!("query($id: ID!) {{ offer(id: $id) {{ status {PRICES} variant {{ sku }} }} }}");
    let expected = json!({"status": "PAUSED", "variant": {"sku": "SKU-tea"}, "prices": [
        {"price": {"amount": "8.00", "currency": "EUR"}, "compareAt": null, "customerGroup": "club", "minQuantity": 1},
        {"price": {"amount": "10.00", "currency": "EUR"}, "compareAt": {"amount": "12.00"}, "customerGroup": null,
            "minQuantity": 1},
        {"price": {"amount": "9.00", "currency": "EUR"}, "compareAt": null, "customerGroup": null, "minQuantity": 10},
        {"price": {"amount": "1500", "currency": "JPY"}, "compareAt": null, "customerGroup": null, "minQuantity": 1}]});
    let support = shop.app.as_user(user(7)).with_scopes([Scope::CatalogReadAll]);
    for insider in [shop.admin(), support, shop.seller(shop.vendor)] {
        let seen = insider.execute(&query, json!({ "id": made.offer })).await;
        assert_eq!(seen.at("offer"), &expected, "{}", seen.body);
    }
    let rival = shop.seller(vendor(2)).execute(&query, json!({ "id": made.offer })).await;
    assert!(rival.data()["offer"].is_null());
    let one = "query($id: ID!) { offer(id: $id) { id } }";
    let guest = shop.app.as_guest().execute(one, json!({ "id": made.offer })).await;
    assert_eq!(guest.codes(), ["UNAUTHENTICATED"]);
    // Through a product that everybody sees, prices for others are nobody else's business.
    let sold = shop.product("cup", "Cup", "5.00", 1).await;
    let through = format!("query($id: ID!) {{ product(id: $id) {{ bestOffer {{ {PRICES} }} }} }}");
    let rival = shop.seller(vendor(2)).execute(&through, json!({ "id": sold.product })).await;
    assert!(rival.data()["product"]["bestOffer"]["prices"].is_null());
    let guest = shop.app.as_guest().execute(&through, json!({ "id": sold.product })).await;
    assert_eq!(guest.codes(), ["UNAUTHENTICATED"]);
    let own = shop.seller(shop.vendor).execute(&through, json!({ "id": sold.product })).await;
    assert_eq!(own.text("product.bestOffer.prices.0.price.amount"), "5.00");
}

#[tokio::test]
async fn offers_are_listed_of_the_vendors_that_the_caller_acts_for() {
    let shop = Shop::open().await;
    let tea = paused(&shop).await;
    let cup = shop.product("cup", "Cup", "5.00", 1).await;
    let theirs = shop.offer(vendor(2), &cup.variant, prices()).await;
    let (own, rival) = (shop.seller(shop.vendor), shop.seller(vendor(2)));
    assert_eq!(listed(&shop.admin(), json!({})).await, [&theirs, &cup.offer, &tea.offer].map(String::clone));
    assert_eq!(listed(&own, json!({})).await, [cup.offer.clone(), tea.offer.clone()]);
    assert_eq!(listed(&rival, json!({})).await, from_ref(&theirs));
    assert_eq!(listed(&own, json!({"status": "PAUSED"})).await, from_ref(&tea.offer));
    assert_eq!(listed(&own, json!({"productId": cup.product})).await, from_ref(&cup.offer));
    assert_eq!(
        listed(&shop.admin(), json!({"variantId": cup.variant})).await,
        [theirs.clone(), cup.offer.clone()]
    );
    assert_eq!(listed(&shop.admin(), json!({"vendorId": vendor(2)})).await, [theirs]);
    let query = "query($v: ID!) { offers(filter: {vendorId: $v}) { nodes { id } } }";
    assert_eq!(rival.execute(query, json!({"v": shop.vendor})).await.codes(), ["FORBIDDEN"]);
    let page =
        "query($after: String) { offers(first: 2, after: $after) { nodes { id } pageInfo { endCursor } } }";
    let first = shop.admin().execute(page, json!({})).await;
    let after = first.text("offers.pageInfo.endCursor");
    let second = shop.admin().execute(page, json!({ "after": after })).await;
    assert_eq!(second.at("offers.nodes"), &json!([{"id": tea.offer}]));
}

#[tokio::test]
async fn a_price_is_taken_away_and_the_others_stay() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 2).await;
    shop.offer(shop.vendor, &made.variant, prices()).await;
    let mutation = format!("mutation($input: RemoveOfferPriceInput!) {{ removeOfferPrice(input: $input) {{ __typename
        ... on OfferPriceRemoved {{ offer {{ {PRICES} }} }} ... on NoSuchOfferPrice {{ offer {{ id }} }} }} }}");
    let remove =
        async |input: Value| shop.seller(shop.vendor).execute(&mutation, json!({ "input": input })).await;
    let of_group = json!({"offerId": made.offer, "currency": "EUR", "customerGroup": "club"});
    let removed = remove(of_group.clone()).await;
    let left = removed.at("removeOfferPrice.offer.prices").as_array().unwrap();
    let amounts: Vec<&str> = left.iter().map(|price| price["price"]["amount"].as_str().unwrap()).collect();
    assert_eq!(amounts, ["10.00", "9.00", "1500"]);
    let again = remove(of_group).await;
    let expected = json!({"__typename": "NoSuchOfferPrice", "offer": {"id": made.offer}});
    assert_eq!(again.at("removeOfferPrice"), &expected);
    // Without the price of one piece it is not in lists by price of that currency any more.
    let by_price = "{ products(sortBy: PRICE_ASC) { nodes { slug priceRange { min { amount } } } } }";
    let before = shop.app.as_guest().execute(by_price, json!({})).await;
    assert_eq!(before.text("products.nodes.0.priceRange.min.amount"), "10.00");
    remove(json!({"offerId": made.offer, "currency": "EUR"})).await.data();
    let after = shop.app.as_guest().execute(by_price, json!({})).await;
    assert_eq!(after.at("products.nodes"), &json!([]), "{}", after.body);
}

#[tokio::test]
async fn inactive_variants_and_paused_offers_are_read_by_their_vendor_and_staff() {
    let shop = Shop::open().await;
    let made = paused(&shop).await;
    shop.offer(vendor(2), &made.variant, prices()).await;
    let create = "mutation($id: ID!) { createVariant(input: {productId: $id, sku: \"OTHER\",
        options: [{name: \"Size\", value: \"L\"}]}) { ... on VariantSuccess { variant { id } } } }";
    let other = shop.admin().execute(create, json!({ "id": made.product })).await;
    let other = other.text("createVariant.variant.id");
    let off = json!({"id": other, "active": false, "weightGrams": 40, "position": 9});
    shop.seller(shop.vendor).mutate("updateVariant", off).await.data();
    let query = "query($id: ID!) { product(id: $id) { variants(includeInactive: true) {
        sku active position weightGrams ownWeightGrams offers(includePaused: true) { status } } } }";
    let active = json!({"sku": "SKU-tea", "active": true, "position": 0, "weightGrams": 0, "ownWeightGrams": null,
        "offers": [{"status": "PAUSED"}, {"status": "ACTIVE"}]});
    let inactive = json!({"sku": "OTHER", "active": false, "position": 9, "weightGrams": 40, "ownWeightGrams": 40,
        "offers": []});
    for insider in [shop.admin(), shop.seller(shop.vendor)] {
        let seen = insider.execute(query, json!({ "id": made.product })).await;
        assert_eq!(seen.at("product.variants"), &json!([active, inactive]), "{}", seen.body);
    }
    let mut public = active.clone();
    public["offers"] = json!([{"status": "ACTIVE"}]);
    for stranger in [shop.app.as_guest(), shop.seller(vendor(2))] {
        let seen = stranger.execute(query, json!({ "id": made.product })).await;
        assert_eq!(seen.at("product.variants"), &json!([public]), "{}", seen.body);
    }
}

#[tokio::test]
async fn all_texts_of_a_product_and_a_collection_are_read_again() {
    let shop = Shop::open().await;
    let texts = json!([
        {"language": "de", "name": "Tee", "description": "Gut", "seoTitle": "Tee kaufen", "seoDescription": null},
        {"language": "en", "name": "Tea", "description": "", "seoTitle": null, "seoDescription": "Tea, bought"}]);
    let product =
        shop.bare_product(json!({"slug": "tea", "taxClass": "reduced", "translations": texts})).await;
    let query = "query($id: ID!) { product(id: $id) { taxClass
        translations { language name description seoTitle seoDescription } } }";
    let seen = shop.seller(shop.vendor).execute(query, json!({ "id": product })).await;
    assert_eq!(seen.at("product"), &json!({"taxClass": "reduced", "translations": texts}));
    let set = "mutation($ids: [ID!]!) { setCollection(input: {slug: \"gifts\", position: 3, productIds: $ids,
        names: [{language: \"en\", text: \"Gifts\"}, {language: \"de\", text: \"Geschenke\"}]}) {
        collection { position translations { language text } } } }";
    let collection = shop.admin().execute(set, json!({"ids": [product]})).await;
    let expected = json!({"position": 3, "translations": [
        {"language": "de", "text": "Geschenke"}, {"language": "en", "text": "Gifts"}]});
    assert_eq!(collection.at("setCollection.collection"), &expected);
}

#[tokio::test]
async fn many_offers_are_as_many_queries_as_one() {
    let shop = Shop::open().await;
    for slug in ["a", "b", "c"] {
        shop.product(slug, slug, "1.00", 1).await;
    }
    let first = shop.admin().execute("{ offers(first: 1) { pageInfo { endCursor } } }", json!({})).await;
    let after = first.text("offers.pageInfo.endCursor");
    let alone = TestSubgraph::<CatalogSubgraph>::builder().without_workers();
    let app = shop.app.restart_with(alone.configure(|config| config.cache.local_ttl_ms = 600_000)).await;
    let staff = app.as_user(user(1)).with_scopes([Scope::CatalogReadAll]);
    staff.execute("{ categories { nodes { id } } }", json!({})).await.data();
    let operation = format!(
        "query($after: String, $first: Int) {{ offers(first: $first, after: $after) {{
        nodes {{ id status {PRICES} available variant {{ sku }} }} pageInfo {{ endCursor }} }} }}"
    );
    app.assert_queries_do_not_grow(
        &staff,
        &operation,
        json!({"first": 1}),
        json!({"first": 2, "after": after}),
    )
    .await;
}
