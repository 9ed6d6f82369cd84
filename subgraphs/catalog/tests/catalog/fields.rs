//! Whatever of an input is refused, `extensions.field` names it; a wrong argument of a nested field makes that field alone
//! null.

use platform_testkit::Answer;
use serde_json::{Value, json};

use crate::shop::{Made, Shop, vendor};

fn assert_field(answer: &Answer, field: &str) {
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{field}: {}", answer.body);
    assert_eq!(answer.errors()[0]["extensions"]["field"], field, "{}", answer.body);
}

/// Executes a mutation of one input for an administrator, once for each change of a right input.
async fn walk(shop: &Shop, mutation: &str, right: Value, changes: &[(&str, Value, &str)]) {
    let name = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let operation = format!("mutation($input: {name}!) {{ {mutation}(input: $input) {{ __typename }} }}");
    for (path, value, field) in changes {
        let mut input = right.clone();
        let (parent, name) = path.rsplit_once('/').unwrap();
        input.pointer_mut(parent).unwrap()[name] = value.clone();
        assert_field(&shop.admin().execute(&operation, json!({ "input": input })).await, field);
    }
}

#[tokio::test]
async fn coupons_name_the_field_that_they_refuse() {
    let shop = Shop::open().await;
    let euro = |amount: &str| json!({ "amount": amount, "currency": "EUR" });
    let right = json!({ "code": "SAVE", "rate": "0.10" });
    walk(
        &shop,
        "createCoupon",
        right,
        &[
            ("/code", json!("a b"), "code"),
            ("/code", json!("SAVE\r\n1"), "code"),
            ("/rate", json!("2"), "rate"),
            ("/rate", json!(null), "rate"),
            ("/amount", euro("1.00"), "amount"),
            ("/minimum", euro("-1.00"), "minimum"),
            ("/minimum", euro("1.2.3"), "minimum"),
            ("/totalLimit", json!(0), "totalLimit"),
            ("/perUserLimit", json!(0), "perUserLimit"),
            ("/vendorId", json!("nonsense"), "vendorId"),
            ("/startsAt", json!("tomorrow"), "startsAt"),
            ("/startsAt", json!("-9999-01-01T00:00:00Z"), "startsAt"),
            ("/startsAt", json!("+12000-01-01T00:00:00Z"), "startsAt"),
            ("/endsAt", json!("+10000-01-01T00:00:00Z"), "endsAt"),
        ],
    )
    .await;
    let fixed = json!({ "code": "SAVE", "amount": euro("1.00"), "startsAt": "2026-01-02T00:00:00Z" });
    walk(
        &shop,
        "createCoupon",
        fixed,
        &[
            ("/amount", euro("0.00"), "amount"),
            ("/amount", euro("x"), "amount"),
            ("/minimum", json!({ "amount": "1", "currency": "JPY" }), "minimum"),
            ("/endsAt", json!("2026-01-01T00:00:00Z"), "endsAt"),
        ],
    )
    .await;
    let create = "mutation { createCoupon(input: { code: \"MADE\", rate: \"0.1\", startsAt: \"2026-01-02T00:00:00Z\" }) {
        ... on CouponSuccess { coupon { id } } } }";
    let made = shop.admin().execute(create, json!({})).await.text("createCoupon.coupon.id");
    walk(
        &shop,
        "updateCoupon",
        json!({ "id": made }),
        &[
            ("/id", json!("nonsense"), "id"),
            ("/code", json!("a b"), "code"),
            ("/rate", json!("2"), "rate"),
            ("/rate", json!(null), "rate"),
            ("/amount", euro("0.00"), "amount"),
            ("/minimum", euro("-1.00"), "minimum"),
            ("/totalLimit", json!(0), "totalLimit"),
            ("/perUserLimit", json!(0), "perUserLimit"),
            ("/startsAt", json!("tomorrow"), "startsAt"),
            ("/startsAt", json!("0000-12-31T23:59:59Z"), "startsAt"),
            ("/endsAt", json!("2026-01-01T00:00:00Z"), "endsAt"),
            ("/endsAt", json!("9999-12-31T23:59:59-00:01"), "endsAt"),
        ],
    )
    .await;
}

#[tokio::test]
async fn stock_names_the_field_that_it_refuses() {
    let shop = Shop::open().await;
    let Made { offer, warehouse, .. } = shop.product("lamp", "Lamp", "10.00", 1).await;
    let right = json!({ "offerId": offer, "warehouseId": warehouse, "delta": 1, "reason": "count" });
    walk(
        &shop,
        "adjustStock",
        right,
        &[
            ("/delta", json!(0), "delta"),
            ("/delta", json!(1_000_000_001), "delta"),
            ("/kind", json!("SALE"), "kind"),
            ("/reason", json!(" "), "reason"),
            ("/offerId", json!("nonsense"), "offerId"),
            ("/warehouseId", json!("nonsense"), "warehouseId"),
        ],
    )
    .await;
    let right = json!({ "vendorId": shop.vendor, "code": "W1", "name": "One", "country": "DE" });
    walk(
        &shop,
        "createWarehouse",
        right,
        &[
            ("/code", json!("W\n1"), "code"),
            ("/name", json!(""), "name"),
            ("/country", json!("ZZ"), "country"),
            ("/vendorId", json!("nonsense"), "vendorId"),
        ],
    )
    .await;
    let reserve = "mutation($input: ReserveStockInput!) { reserveStock(input: $input) { __typename } }";
    let lines = json!([{ "offerId": offer, "quantity": 1 }]);
    for (key, lines, expires_at, field) in [
        ("a\r\nb", lines.clone(), "2100-01-01T00:00:00Z", "key"),
        ("k", json!([]), "2100-01-01T00:00:00Z", "lines"),
        ("k", lines, "2000-01-01T00:00:00Z", "expiresAt"),
    ] {
        let input = json!({ "key": key, "lines": lines, "expiresAt": expires_at });
        assert_field(&shop.orders().execute_internal(reserve, json!({ "input": input })).await, field);
    }
}

#[tokio::test]
async fn products_and_offers_name_the_field_that_they_refuse() {
    let shop = Shop::open().await;
    let made = shop.product("lamp", "Lamp", "10.00", 1).await;
    let english = json!([{ "language": "en", "name": "Lamp" }]);
    let right = json!({ "vendorId": shop.vendor, "slug": "shade", "translations": english });
    walk(
        &shop,
        "createProduct",
        right,
        &[
            ("/slug", json!("A B"), "slug"),
            ("/translations", json!([]), "translations"),
            ("/translations", json!([{ "language": "en", "name": "" }]), "name"),
            ("/weightGrams", json!(-1), "weightGrams"),
            ("/lengthMm", json!(-1), "lengthMm"),
            ("/widthMm", json!(-1), "widthMm"),
            ("/heightMm", json!(-1), "heightMm"),
            ("/categoryId", json!("nonsense"), "categoryId"),
            ("/categoryId", json!(vendor(9)), "categoryId"),
            ("/taxClass", json!("none"), "taxClass"),
            ("/attributes", json!([{ "code": "none", "text": "x" }]), "attributes"),
        ],
    )
    .await;
    walk(
        &shop,
        "createVariant",
        json!({ "productId": made.product, "sku": "S" }),
        &[
            ("/sku", json!("a b"), "sku"),
            ("/sku", json!("a\u{200d}b"), "sku"),
            ("/weightGrams", json!(-1), "weightGrams"),
            ("/options", json!([{ "name": "", "value": "x" }]), "options"),
        ],
    )
    .await;
    let price = json!({ "price": { "amount": "1.00", "currency": "EUR" } });
    let right = json!({ "vendorId": shop.vendor, "variantId": made.variant, "prices": [price] });
    walk(
        &shop,
        "setOffer",
        right,
        &[
            ("/prices/0/price", json!({ "amount": "-1.00", "currency": "EUR" }), "prices"),
            ("/prices/0/compareAt", json!("0.50"), "prices"),
            ("/prices/0/minQuantity", json!(0), "prices"),
            ("/prices/0/price", json!({ "amount": "1.00", "currency": "XXX" }), "currency"),
            ("/variantId", json!("nonsense"), "variantId"),
        ],
    )
    .await;
}

#[tokio::test]
async fn structure_names_the_field_that_it_refuses() {
    let shop = Shop::open().await;
    let names = json!([{ "language": "en", "text": "Name" }]);
    walk(
        &shop,
        "createCategory",
        json!({ "slug": "lamps", "names": names }),
        &[
            ("/slug", json!("A B"), "slug"),
            ("/names", json!([]), "names"),
            ("/parentId", json!(vendor(9)), "parentId"),
        ],
    )
    .await;
    walk(
        &shop,
        "createAttribute",
        json!({ "code": "size", "kind": "TEXT", "names": names }),
        &[
            ("/code", json!("Size"), "code"),
            ("/unit", json!("\u{7}"), "unit"),
            ("/options", json!([{ "code": "x", "names": names }]), "options"),
        ],
    )
    .await;
    let rate = json!({ "taxClass": "standard", "name": "VAT", "ratePpm": 1 });
    let right = json!({ "code": "at", "name": "Austria", "pricesIncludeTax": true, "countries": ["AT"], "rates": [rate] });
    walk(
        &shop,
        "setTaxZone",
        right,
        &[
            ("/code", json!("AT"), "code"),
            ("/name", json!("Aus\ntria"), "name"),
            ("/countries", json!(["ZZ"]), "countries"),
            ("/areas", json!([{ "country": "AT" }]), "areas"),
            ("/rates/0/taxClass", json!("Standard"), "taxClass"),
            ("/rates/0/ratePpm", json!(-1), "rates"),
        ],
    )
    .await;
    walk(
        &shop,
        "setCollection",
        json!({ "slug": "new", "names": names, "productIds": [] }),
        &[
            ("/slug", json!("A"), "slug"),
            ("/productIds", json!([vendor(9)]), "productIds"),
            ("/productIds", json!(["nonsense"]), "productIds"),
        ],
    )
    .await;
}

#[tokio::test]
async fn queries_name_the_argument_that_they_refuse() {
    let shop = Shop::open().await;
    for (query, field) in [
        ("{ product { id } }".to_owned(), "id"),
        ("{ products(first: 0) { nodes { id } } }".to_owned(), "first"),
        ("{ products(after: \"x\") { nodes { id } } }".to_owned(), "after"),
        ("{ products(filter: { price: { min: \"x\" } }) { nodes { id } } }".to_owned(), "price"),
        ("{ products(filter: { categoryId: \"nonsense\" }) { nodes { id } } }".to_owned(), "categoryId"),
        (format!("{{ search(query: \"{}\") {{ totalCount }} }}", "x".repeat(201)), "query"),
        ("{ search(first: 0) { totalCount } }".to_owned(), "first"),
        ("{ searchSuggestions(query: \"x\", first: 0) { text } }".to_owned(), "first"),
        ("{ stockLevels(offerId: \"nonsense\") { onHand } }".to_owned(), "offerId"),
        ("{ coupons(first: 0) { nodes { id } } }".to_owned(), "first"),
        ("{ attributes(first: 0) { nodes { id } } }".to_owned(), "first"),
        ("{ attribute(id: \"nonsense\") { id } }".to_owned(), "id"),
        ("{ categories(first: 0) { nodes { id } } }".to_owned(), "first"),
        ("{ categories(after: \"x\") { nodes { id } } }".to_owned(), "after"),
        ("{ categories(filter: { parentId: \"nonsense\" }) { nodes { id } } }".to_owned(), "parentId"),
        ("{ offer(id: \"nonsense\") { id } }".to_owned(), "id"),
        ("{ offers(first: 0) { nodes { id } } }".to_owned(), "first"),
        ("{ offers(filter: { vendorId: \"nonsense\" }) { nodes { id } } }".to_owned(), "vendorId"),
        ("{ offers(filter: { productId: \"nonsense\" }) { nodes { id } } }".to_owned(), "productId"),
        ("{ offers(filter: { variantId: \"nonsense\" }) { nodes { id } } }".to_owned(), "variantId"),
        ("{ coupons(filter: { vendorId: \"nonsense\" }) { nodes { id } } }".to_owned(), "vendorId"),
        ("{ warehouse(id: \"nonsense\") { id } }".to_owned(), "id"),
        ("{ taxZones(first: 0) { nodes { id } } }".to_owned(), "first"),
        ("{ taxZone(id: \"nonsense\") { id } }".to_owned(), "id"),
    ] {
        assert_field(&shop.admin().execute(&query, json!({})).await, field);
    }
}

/// One wrong argument does not blank the page: its own field alone is null, which is left out here.
#[tokio::test]
async fn a_bad_argument_of_a_nested_field_makes_that_field_null() {
    let shop = Shop::open().await;
    let made = shop.product("lamp", "Lamp", "10.00", 1).await;
    let query = "query($id: ID!) { product(id: $id) { slug media(first: 0) { id }
        bestOffer { id price(quantity: 0) { amount { amount } } }
        vendor { id products(first: 0) { nodes { id } } } } }";
    let answer = shop.admin().execute(query, json!({ "id": made.product })).await;
    let expected = json!({
        "slug": "lamp", "bestOffer": { "id": made.offer }, "vendor": { "id": shop.vendor },
    });
    assert_eq!(answer.at("product"), &expected, "{}", answer.body);
    let mut fields: Vec<&str> =
        answer.errors().iter().map(|error| error["extensions"]["field"].as_str().unwrap()).collect();
    fields.sort_unstable();
    assert_eq!(fields, ["first", "first", "quantity"], "{}", answer.body);
    // Beside a list that is refused, the rest of the page is there.
    let page =
        "{ products(first: 0) { nodes { id } } categories { nodes { id } } search(first: 0) { totalCount } }";
    let answer = shop.admin().execute(page, json!({})).await;
    assert_eq!(answer.at("categories.nodes"), &json!([]), "{}", answer.body);
    let category = "mutation { createCategory(input: { slug: \"lamps\", names: [{ language: \"en\", text: \"Lamps\" }] }) {
        __typename } }";
    shop.admin().execute(category, json!({})).await.data();
    let page = "{ categories { nodes { slug products(first: 0) { nodes { id } } } } }";
    let answer = shop.admin().execute(page, json!({})).await;
    assert_eq!(answer.at("categories.nodes"), &json!([{ "slug": "lamps" }]), "{}", answer.body);
}

/// The stock of an offer stays within what a GraphQL `Int` holds, over all its warehouses.
#[tokio::test]
async fn stock_beyond_what_is_counted_is_refused() {
    let shop = Shop::open().await;
    let made = shop.product("lamp", "Lamp", "10.00", 0).await;
    let other = shop.warehouse("W2", 1).await;
    let adjusted = shop.adjust(&made.offer, &made.warehouse, 999_999_999).await;
    assert_eq!(adjusted.text("adjustStock.__typename"), "StockAdjusted", "{}", adjusted.body);
    let refused = shop.adjust(&made.offer, &other, 2).await;
    assert_eq!(refused.text("adjustStock.__typename"), "TooMuchStock", "{}", refused.body);
    assert_eq!(
        refused.at("adjustStock"),
        &json!({ "__typename": "TooMuchStock", "onHand": 999_999_999, "most": 1_000_000_000 })
    );
    let last = shop.adjust(&made.offer, &other, 1).await;
    assert_eq!(last.text("adjustStock.__typename"), "StockAdjusted");
    // What an older release took in is told as far as it can be.
    let more = "UPDATE stock_level SET on_hand = 3000000000";
    sea_orm::ConnectionTrait::execute_unprepared(shop.app.database().write(), more).await.unwrap();
    let query = "query($id: ID!, $offer: ID!) { product(id: $id) { bestOffer { available } }
        stockLevels(offerId: $offer) { onHand available } }";
    let seen = shop.admin().execute(query, json!({ "id": made.product, "offer": made.offer })).await;
    assert_eq!(seen.at("stockLevels.0.onHand"), i32::MAX, "{}", seen.body);
    let fewer = shop.adjust(&made.offer, &made.warehouse, -1).await;
    assert_eq!(fewer.text("adjustStock.__typename"), "StockAdjusted", "what is too much can be lowered");
}

/// An id of nothing is refused where it is given.
#[tokio::test]
async fn an_id_of_nobody_names_its_field() {
    let shop = Shop::open().await;
    let made = shop.product("lamp", "Lamp", "10.00", 1).await;
    let nothing = vendor(9);
    let price = json!({ "price": { "amount": "1.00", "currency": "EUR" } });
    let count = json!({ "offerId": made.offer, "warehouseId": nothing, "delta": 1, "reason": "r" });
    let mut of_nothing = count.clone();
    of_nothing["offerId"] = json!(nothing);
    for (mutation, input, field) in [
        ("updateProduct", json!({ "id": nothing, "slug": "shade" }), "id"),
        ("archiveProduct", json!({ "id": nothing }), "id"),
        ("createVariant", json!({ "productId": nothing, "sku": "S" }), "productId"),
        ("updateVariant", json!({ "id": nothing, "sku": "S" }), "id"),
        (
            "setOffer",
            json!({ "variantId": nothing, "vendorId": shop.vendor, "prices": [price] }),
            "variantId",
        ),
        ("adjustStock", count, "warehouseId"),
        ("adjustStock", of_nothing, "offerId"),
        ("updateCoupon", json!({ "id": nothing, "enabled": false }), "id"),
        ("deleteTaxZone", json!({ "id": nothing }), "id"),
        ("updateAttribute", json!({ "id": nothing, "unit": null }), "id"),
        ("updateCategory", json!({ "id": nothing, "position": 1 }), "id"),
        ("updateWarehouse", json!({ "id": nothing, "priority": 1 }), "id"),
        ("removeOfferPrice", json!({ "offerId": nothing, "currency": "EUR" }), "offerId"),
    ] {
        let answer = shop.admin().mutate(mutation, input).await;
        assert_eq!(answer.codes(), ["NOT_FOUND"], "{mutation}: {}", answer.body);
        assert_eq!(answer.errors()[0]["extensions"]["field"], field, "{mutation}: {}", answer.body);
    }
}
