//! Check 55: a key or role that is bound to a vendor changes and sees that vendor's rows alone, through any path.

use std::collections::BTreeSet;

use platform_identity::Scope;
use platform_testkit::{TestClient, root_operations};
use serde_json::{Value, json};

use crate::shop::{Made, Shop, vendor};

/// All that a partner's key may be made of, without the vendors it reaches.
const SCOPES: [Scope; 6] = [
    Scope::CatalogReadAll,
    Scope::CatalogWrite,
    Scope::CouponsWrite,
    Scope::OrdersRead,
    Scope::StockRead,
    Scope::StockWrite,
];

/// Root fields with these scopes that belong to no vendor.
const NOBODYS: [&str; 6] = ["attribute", "attributes", "coupons", "taxClasses", "taxZone", "taxZones"];

/// Root fields that `media.rs` tries, which sends pictures first.
const OF_PICTURES: [&str; 5] =
    ["createMedia", "createMediaUpload", "removeMedia", "reorderMedia", "updateMedia"];

fn key(shop: &Shop, reach: &[Scope]) -> TestClient {
    let key = shop.app.as_partner(shop.app.ids().next()).with_scopes(SCOPES);
    key.with_scopes(reach.iter().copied())
}

/// A change or a view of what is the vendor's: the field, and an operation that its own people succeed with.
struct Attempt {
    field: &'static str,
    document: String,
}

fn attempts(shop: &Shop, made: &Made, coupon: &str) -> Vec<Attempt> {
    let (own, Made { product, variant, offer, warehouse }) = (shop.vendor, made);
    let attempt = |field, document| Attempt { field, document };
    let price = "[{price: {amount: \"0.01\", currency: \"EUR\"}}]";
    vec![
        attempt(
            "createProduct",
            format!(
                "mutation {{ createProduct(input: {{vendorId: \"{own}\", slug: \"x\", translations: [{{language: \"en\", name: \"X\"}}]}}) {{ __typename }} }}"
            ),
        ),
        attempt(
            "updateProduct",
            format!(
                "mutation {{ updateProduct(input: {{id: \"{product}\", weightGrams: 5}}) {{ __typename }} }}"
            ),
        ),
        attempt(
            "createVariant",
            format!(
                "mutation {{ createVariant(input: {{productId: \"{product}\", sku: \"X1\", options: [{{name: \"size\", value: \"X\"}}]}}) {{ __typename }} }}"
            ),
        ),
        attempt(
            "updateVariant",
            format!(
                "mutation {{ updateVariant(input: {{id: \"{variant}\", weightGrams: 5}}) {{ __typename }} }}"
            ),
        ),
        attempt(
            "setOffer",
            format!(
                "mutation {{ setOffer(input: {{variantId: \"{variant}\", vendorId: \"{own}\", prices: {price}}}) {{ __typename }} }}"
            ),
        ),
        attempt(
            "createWarehouse",
            format!(
                "mutation {{ createWarehouse(input: {{vendorId: \"{own}\", code: \"x\", name: \"x\", country: \"DE\"}}) {{ __typename }} }}"
            ),
        ),
        attempt(
            "adjustStock",
            format!(
                "mutation {{ adjustStock(input: {{offerId: \"{offer}\", warehouseId: \"{warehouse}\", delta: 1, reason: \"r\"}}) {{ __typename }} }}"
            ),
        ),
        attempt(
            "createCoupon",
            format!(
                "mutation {{ createCoupon(input: {{code: \"OWN\", rate: \"0.1\", vendorId: \"{own}\"}}) {{ __typename }} }}"
            ),
        ),
        attempt(
            "updateCoupon",
            format!(
                "mutation {{ updateCoupon(input: {{id: \"{coupon}\", enabled: false}}) {{ __typename }} }}"
            ),
        ),
        attempt("offer", format!("{{ offer(id: \"{offer}\") {{ id }} }}")),
        attempt("offers", format!("{{ offers(filter: {{vendorId: \"{own}\"}}) {{ nodes {{ id }} }} }}")),
        attempt("coupon", "{ coupon(code: \"HERS\") { code } }".to_owned()),
        attempt(
            "removeOfferPrice",
            format!(
                "mutation {{ removeOfferPrice(input: {{offerId: \"{offer}\", currency: \"EUR\"}}) {{ __typename }} }}"
            ),
        ),
        attempt("stockLevels", format!("{{ stockLevels(offerId: \"{offer}\") {{ onHand }} }}")),
        attempt(
            "stockMovements",
            format!("{{ stockMovements(offerId: \"{offer}\") {{ nodes {{ kind }} }} }}"),
        ),
        attempt(
            "updateWarehouse",
            format!(
                "mutation {{ updateWarehouse(input: {{id: \"{warehouse}\", priority: 3}}) {{ __typename }} }}"
            ),
        ),
        attempt("warehouse", format!("{{ warehouse(id: \"{warehouse}\") {{ code }} }}")),
        attempt("warehouses", format!("{{ warehouses(vendorId: \"{own}\") {{ code }} }}")),
        attempt(
            "archiveProduct",
            format!("mutation {{ archiveProduct(input: {{id: \"{product}\"}}) {{ product {{ id }} }} }}"),
        ),
    ]
}

async fn coupon_of(shop: &Shop, of: Option<platform_core::id::VendorId>, code: &str) -> String {
    let create = "mutation($input: CreateCouponInput!) { createCoupon(input: $input) { ... on CouponSuccess { coupon { id } } } }";
    let input = json!({ "code": code, "rate": "0.1", "vendorId": of });
    shop.admin().execute(create, json!({ "input": input })).await.text("createCoupon.coupon.id")
}

/// Check 55: `catalog:write` of a partner changes no price of a vendor that its key is not bound to.
#[tokio::test]
async fn a_partners_key_changes_and_sees_what_is_of_its_vendors_alone() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 2).await;
    let coupon = coupon_of(&shop, Some(shop.vendor), "HERS").await;
    let attempts = attempts(&shop, &made, &coupon);

    // Every root field that a partner's scopes open is tried.
    let sdl = include_str!("../../schema.graphql");
    let tried: BTreeSet<&str> =
        attempts.iter().map(|attempt| attempt.field).chain(NOBODYS).chain(OF_PICTURES).collect();
    let opens = |text: &str| SCOPES.iter().any(|scope| text.contains(&format!("\"{scope}\"")));
    for operation in root_operations(sdl) {
        let rules = format!("{:?}", operation.rules);
        assert!(!opens(&rules) || tried.contains(operation.name.as_str()), "no key tries {}", operation.name);
    }

    let bound = |to: u128| key(&shop, &[Scope::Vendor(vendor(to))]);
    let strangers = [key(&shop, &[]), bound(2), shop.seller(vendor(2))];
    for attempt in &attempts {
        for stranger in &strangers {
            let answer = stranger.execute(&attempt.document, json!({})).await;
            let refused = ["FORBIDDEN", "NOT_FOUND"].iter().any(|code| answer.codes() == [*code]);
            let hidden = answer.codes().is_empty() && answer.data()[attempt.field].is_null();
            assert!(refused || hidden, "{}: {}", attempt.document, answer.body);
        }
    }
    let shown = "query($id: ID!) { product(id: $id) { status bestOffer { price { amount { amount } } available } variants { id } } }";
    let product = shop.app.as_guest().execute(shown, json!({ "id": made.product })).await;
    let untouched = json!({ "status": "ACTIVE", "bestOffer": { "price": { "amount": { "amount": "10.00" } }, "available": 2 },
        "variants": [{ "id": made.variant }] });
    assert_eq!(product.at("product"), &untouched);

    for attempt in &attempts {
        let answer = bound(1).execute(&attempt.document, json!({})).await;
        assert!(!answer.data()[attempt.field].is_null(), "{}: {}", attempt.document, answer.body);
    }
}

/// Check 55: an administrator may make a key for all vendors; it says so in its scopes.
#[tokio::test]
async fn a_key_for_all_vendors_reaches_each() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 2).await;
    let coupon = coupon_of(&shop, Some(shop.vendor), "HERS").await;
    let all = key(&shop, &[Scope::AllVendors]);
    for attempt in attempts(&shop, &made, &coupon) {
        let answer = all.execute(&attempt.document, json!({})).await;
        assert!(!answer.data()[attempt.field].is_null(), "{}: {}", attempt.document, answer.body);
    }
}

/// Check 55: drafts are another vendor's secret, by id, slug, list and reference.
#[tokio::test]
async fn a_key_sees_drafts_of_its_vendors_alone() {
    let shop = Shop::open().await;
    let input = json!({"slug": "secret", "translations": [{"language": "en", "name": "Secret"}]});
    let draft = shop.bare_product(input).await;
    let variant = shop.variant(&draft, "SECRET-1").await;
    let offer =
        shop.offer(shop.vendor, &variant, json!([{"price": {"amount": "1", "currency": "EUR"}}])).await;
    let query = "query($reps: [_Any!]!, $id: ID!) { byId: product(id: $id) { name } bySlug: product(slug: \"secret\") { name }
        _entities(representations: $reps) { __typename } }";
    let reps = json!([
        {"__typename": "Product", "id": draft}, {"__typename": "Variant", "id": variant}, {"__typename": "Offer", "id": offer},
    ]);
    let list = "query($filter: ProductFilter!) { products(filter: $filter) { nodes { slug } } }";
    let of_vendor = "query($reps: [_Any!]!) { _entities(representations: $reps) {
        ... on Vendor { products(filter: {status: DRAFT}) { nodes { slug } } } } }";
    let vendors = json!([{"__typename": "Vendor", "id": shop.vendor}]);
    let bound = |to: u128| key(&shop, &[Scope::Vendor(vendor(to))]);
    for stranger in [key(&shop, &[]), bound(2)] {
        let answer = stranger.execute(query, json!({"reps": reps, "id": draft})).await;
        let nothing = json!({"byId": null, "bySlug": null, "_entities": [null, null, null]});
        assert_eq!(answer.data(), &nothing);
        for filter in [json!({"status": "DRAFT"}), json!({"status": "DRAFT", "vendorId": shop.vendor})] {
            assert_eq!(stranger.execute(list, json!({ "filter": filter })).await.codes(), ["FORBIDDEN"]);
        }
        assert_eq!(stranger.execute(of_vendor, json!({ "reps": vendors })).await.codes(), ["FORBIDDEN"]);
    }
    let own = json!({"status": "DRAFT", "vendorId": shop.vendor});
    for insider in [bound(1), key(&shop, &[Scope::AllVendors])] {
        let answer = insider.execute(query, json!({"reps": reps, "id": draft})).await;
        assert_eq!(answer.text("byId.name"), "Secret");
        assert_eq!(
            answer.at("_entities").as_array().map(|found| found.iter().any(Value::is_null)),
            Some(false)
        );
        let listed = insider.execute(list, json!({ "filter": own })).await;
        assert_eq!(listed.at("products.nodes"), &json!([{"slug": "secret"}]));
    }
}

/// Check 55: the coupons that the platform pays are none of a bound key's business.
#[tokio::test]
async fn a_bound_key_makes_no_coupon_that_others_pay() {
    let shop = Shop::open().await;
    let platforms = coupon_of(&shop, None, "OURS").await;
    coupon_of(&shop, Some(shop.vendor), "HERS").await;
    let bound = key(&shop, &[Scope::Vendor(shop.vendor)]);
    let listed = bound.execute("{ coupons { nodes { code } } }", json!({})).await;
    assert_eq!(listed.at("coupons.nodes"), &json!([{ "code": "HERS" }]));
    assert!(bound.execute("{ coupon(code: \"OURS\") { code } }", json!({})).await.data()["coupon"].is_null());
    let create = "mutation { createCoupon(input: {code: \"FREE\", rate: \"1\"}) { __typename } }";
    assert_eq!(bound.execute(create, json!({})).await.codes(), ["FORBIDDEN"]);
    let update = "mutation($id: ID!) { updateCoupon(input: {id: $id, totalLimit: 9}) { __typename } }";
    assert_eq!(bound.execute(update, json!({ "id": platforms })).await.codes(), ["NOT_FOUND"]);
}

/// `stock:read` shows stock and warehouses and changes nothing; without it there is nothing to see.
#[tokio::test]
async fn stock_is_read_with_a_scope_of_its_own() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 2).await;
    let own = Scope::Vendor(shop.vendor);
    let reader = shop.app.as_partner(shop.app.ids().next()).with_scopes([Scope::StockRead, own]);
    let levels = format!("{{ stockLevels(offerId: \"{}\") {{ onHand }} }}", made.offer);
    assert_eq!(reader.execute(&levels, json!({})).await.at("stockLevels.0.onHand"), 2);
    let adjust = format!(
        "mutation {{ adjustStock(input: {{offerId: \"{}\", warehouseId: \"{}\", delta: 1, reason: \"r\"}}) {{ __typename }} }}",
        made.offer, made.warehouse
    );
    assert_eq!(reader.execute(&adjust, json!({})).await.codes(), ["FORBIDDEN"]);
    let other = shop.app.as_partner(shop.app.ids().next()).with_scopes([Scope::CatalogReadAll, own]);
    assert_eq!(other.execute(&levels, json!({})).await.codes(), ["FORBIDDEN"]);
    let support =
        shop.app.as_user(crate::shop::user(7)).with_scopes([Scope::CatalogReadAll, Scope::StockRead]);
    assert_eq!(support.execute(&levels, json!({})).await.at("stockLevels.0.onHand"), 2);
}
