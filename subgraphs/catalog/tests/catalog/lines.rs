use platform_testkit::Answer;
use serde_json::{Value, json};

use crate::shop::{Shop, nobodys_offer};

const CHECK: &str = "query($input: CheckLinesInput!) { checkLines(input: $input) {
    offerId problem available snapshot { sku productName variantName productSlug imageUrl } } }";

async fn check(shop: &Shop, currency: &str, lines: Value) -> Answer {
    let input = json!({"lines": lines, "currency": currency, "language": "ja"});
    shop.orders().execute_internal(CHECK, json!({"input": input})).await
}

async fn problem(shop: &Shop, currency: &str, offer: &str, quantity: i64) -> Value {
    let answer = check(shop, currency, json!([{"offerId": offer, "quantity": quantity}])).await;
    answer.at("checkLines.0.problem").clone()
}

#[tokio::test]
async fn check_lines_says_why_a_line_cannot_be_bought() {
    let shop = Shop::open().await;
    let input = json!({"slug": "tea", "translations": [
        {"language": "en", "name": "Tea"}, {"language": "ja", "name": "お茶"}]});
    let tea = shop.product_of(input, "10.00", 2).await;
    let lines = json!([{"offerId": tea.offer, "quantity": 2}, {"offerId": nobodys_offer(), "quantity": 1}]);
    let answer = check(&shop, "EUR", lines).await;
    let snapshot = json!({"sku": "SKU-tea", "productName": "お茶", "variantName": "", "productSlug": "tea",
        "imageUrl": null});
    assert_eq!(
        answer.at("checkLines"),
        &json!([
            {"offerId": tea.offer, "problem": null, "available": 2, "snapshot": snapshot},
            {"offerId": nobodys_offer(), "problem": "UNKNOWN_OFFER", "available": 0, "snapshot": null},
        ])
    );
    assert_eq!(problem(&shop, "EUR", &tea.variant, 1).await, "UNKNOWN_OFFER", "a variant's id");
    assert_eq!(problem(&shop, "EUR", &tea.product, 1).await, "UNKNOWN_OFFER", "a product's id");
    assert_eq!(problem(&shop, "EUR", &tea.offer, 3).await, "INSUFFICIENT_STOCK");
    assert_eq!(problem(&shop, "JPY", &tea.offer, 1).await, "NO_PRICE");
}

#[tokio::test]
async fn check_lines_follows_what_staff_takes_off_sale() {
    let shop = Shop::open().await;
    let tea = shop.product("tea", "Tea", "10.00", 2).await;
    let set = "mutation($id: ID!, $status: ProductStatus!) { updateProduct(input: {id: $id, status: $status}) { __typename } }";
    for (status, expected) in
        [("DRAFT", json!("NOT_FOR_SALE")), ("ACTIVE", json!(null)), ("ARCHIVED", json!("NOT_FOR_SALE"))]
    {
        shop.admin().execute(set, json!({"id": tea.product, "status": status})).await.data();
        assert_eq!(problem(&shop, "EUR", &tea.offer, 1).await, expected, "{status}");
    }
    let cup = shop.product("cup", "Cup", "10.00", 2).await;
    let pause =
        "mutation($v: ID!, $of: ID!, $status: OfferStatus!) { setOffer(input: {variantId: $v, vendorId: $of,
        status: $status, prices: [{price: {amount: \"10\", currency: \"EUR\"}}]}) { offer { id } } }";
    for (status, expected) in [("PAUSED", json!("NOT_FOR_SALE")), ("ACTIVE", json!(null))] {
        let variables = json!({"v": cup.variant, "of": shop.vendor, "status": status});
        shop.admin().execute(pause, variables).await.data();
        assert_eq!(problem(&shop, "EUR", &cup.offer, 1).await, expected, "{status}");
    }
    let off = "mutation($v: ID!) { updateVariant(input: {id: $v, active: false}) { __typename } }";
    shop.admin().execute(off, json!({"v": cup.variant})).await.data();
    assert_eq!(problem(&shop, "EUR", &cup.offer, 1).await, "NOT_FOR_SALE", "an inactive variant");
}

/// However much stands in the warehouse: what is not sold cannot be bought, and its stock is staff's to see elsewhere.
#[tokio::test]
async fn of_what_is_not_sold_nothing_is_available() {
    let shop = Shop::open().await;
    let set = "mutation($id: ID!) { updateProduct(input: {id: $id, status: DRAFT}) { __typename } }";
    let archive = "mutation($id: ID!) { archiveProduct(input: {id: $id}) { product { id } } }";
    let pause = "mutation($v: ID!, $of: ID!) { setOffer(input: {variantId: $v, vendorId: $of, status: PAUSED,
        prices: [{price: {amount: \"10\", currency: \"EUR\"}}]}) { offer { id } } }";
    let off = "mutation($v: ID!) { updateVariant(input: {id: $v, active: false}) { __typename } }";
    let shown = "query($reps: [_Any!]!, $offer: ID!) { stockLevels(offerId: $offer) { available }
        _entities(representations: $reps) { ... on Offer { available inStock variant { inStock } product { inStock } } } }";
    for (slug, mutation) in [("draft", set), ("archived", archive), ("paused", pause), ("off", off)] {
        let made = shop.product(slug, slug, "10.00", 5).await;
        let look = async || {
            let reps = json!([{"__typename": "Offer", "id": made.offer}]);
            shop.admin().execute(shown, json!({"reps": reps, "offer": made.offer})).await
        };
        let before = look().await;
        assert_eq!(before.at("_entities.0.available"), 5, "{slug}");
        let variables = match slug {
            "paused" => json!({"v": made.variant, "of": shop.vendor}),
            "off" => json!({"v": made.variant}),
            _ => json!({"id": made.product}),
        };
        shop.admin().execute(mutation, variables).await.data();
        let after = look().await;
        assert_eq!(
            after.at("_entities.0"),
            &json!({"available": 0, "inStock": false, "variant": {"inStock": false}, "product": {"inStock": false}}),
            "{slug}"
        );
        assert_eq!(after.at("stockLevels.0.available"), 5, "{slug}: the stock stays");
        let checked = check(&shop, "EUR", json!([{"offerId": made.offer, "quantity": 1}])).await;
        assert_eq!(checked.at("checkLines.0.available"), 0, "{slug}");
        let quote =
            "query($input: QuoteLinesInput!) { quoteLines(input: $input) { problems { code available } } }";
        let market = json!({"country": "DE", "currency": "EUR", "language": "en"});
        let lines = json!([{"offerId": made.offer, "quantity": 1}]);
        let input = json!({"input": {"lines": lines, "market": market}});
        let quoted = shop.orders().execute_internal(quote, input).await;
        assert_eq!(
            quoted.at("quoteLines.problems"),
            &json!([{"code": "NOT_FOR_SALE", "available": 0}]),
            "{slug}"
        );
    }
}
