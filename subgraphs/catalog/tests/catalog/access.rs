use platform_identity::Scope;
use serde_json::json;

use crate::shop::{Shop, vendor};

/// Check 20: what is not on sale is null for strangers, by reference too; its vendor and staff see it.
#[tokio::test]
async fn a_draft_is_hidden_from_strangers() {
    let shop = Shop::open().await;
    let input = json!({"slug": "secret", "translations": [{"language": "en", "name": "Secret"}]});
    let draft = shop.bare_product(input).await;
    let variant = shop.variant(&draft, "SECRET-1").await;
    let prices = json!([{"price": {"amount": "1", "currency": "EUR"}}]);
    let offer = shop.offer(shop.vendor, &variant, prices).await;
    let query = "query($reps: [_Any!]!, $id: ID!) { product(id: $id) { name } product2: product(slug: \"secret\") { name }
        _entities(representations: $reps) { __typename } }";
    let reps = json!([
        {"__typename": "Product", "id": draft}, {"__typename": "Variant", "id": variant},
        {"__typename": "Offer", "id": offer}, {"__typename": "Product", "id": "no-id"},
    ]);
    let variables = json!({"reps": reps, "id": draft});
    for stranger in [shop.app.as_guest(), shop.seller(vendor(2)), shop.orders()] {
        let answer = stranger.execute(query, variables.clone()).await;
        assert_eq!(
            answer.data(),
            &json!({"product": null, "product2": null, "_entities": [null, null, null, null]})
        );
    }
    for insider in [shop.seller(shop.vendor), shop.admin()] {
        let answer = insider.execute(query, variables.clone()).await;
        assert_eq!(answer.text("product.name"), "Secret");
        let types = json!([
            {"__typename": "Product"}, {"__typename": "Variant"}, {"__typename": "Offer"}, null]);
        assert_eq!(answer.at("_entities"), &types);
    }
    let list =
        "query($vendor: ID) { products(filter: {status: DRAFT, vendorId: $vendor}) { nodes { slug } } }";
    let variables = json!({"vendor": shop.vendor});
    assert_eq!(shop.app.as_guest().execute(list, variables.clone()).await.codes(), ["FORBIDDEN"]);
    assert_eq!(shop.seller(vendor(2)).execute(list, variables.clone()).await.codes(), ["FORBIDDEN"]);
    let own = shop.seller(shop.vendor).execute(list, variables).await;
    assert_eq!(own.at("products.nodes"), &json!([{"slug": "secret"}]));
}

#[tokio::test]
async fn an_archived_product_is_named_by_reference_but_not_sold() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 2).await;
    let archive = "mutation($id: ID!) { archiveProduct(input: {id: $id}) { product { status } } }";
    shop.admin().execute(archive, json!({"id": made.product})).await.data();
    let query = "query($reps: [_Any!]!, $id: ID!) { product(id: $id) { name }
        _entities(representations: $reps) { ... on Offer { product { name } } } }";
    let variables = json!({"id": made.product, "reps": [{"__typename": "Offer", "id": made.offer}]});
    let answer = shop.app.as_guest().execute(query, variables).await;
    assert_eq!(answer.data(), &json!({"product": null, "_entities": [{"product": {"name": "Tea"}}]}));
}

/// Check 17: each mutation as owner, as another vendor's seller, without the scope, and as a guest.
#[tokio::test]
async fn a_seller_changes_its_own_vendors_things_alone() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 2).await;
    let own = shop.vendor;
    let attempts = [
        (
            "mutation($v: ID!) { createProduct(input: {vendorId: $v, slug: \"x\", translations: [{language: \"en\", name: \"X\"}]}) { __typename } }",
            "vendor",
        ),
        ("mutation($v: ID!) { updateProduct(input: {id: $v, weightGrams: 5}) { __typename } }", "product"),
        ("mutation($v: ID!) { archiveProduct(input: {id: $v}) { __typename } }", "product"),
        (
            "mutation($v: ID!) { createVariant(input: {productId: $v, sku: \"X1\"}) { __typename } }",
            "product",
        ),
        ("mutation($v: ID!) { updateVariant(input: {id: $v, weightGrams: 5}) { __typename } }", "variant"),
        (
            "mutation($v: ID!) { setOffer(input: {variantId: $v, vendorId: \"VENDOR\", prices: []}) { __typename } }",
            "variant",
        ),
        (
            "mutation($v: ID!) { createWarehouse(input: {vendorId: $v, code: \"x\", name: \"x\", country: \"DE\"}) { __typename } }",
            "vendor",
        ),
        (
            "mutation($v: ID!) { adjustStock(input: {offerId: $v, warehouseId: \"WAREHOUSE\", delta: 1, reason: \"r\"}) { __typename } }",
            "offer",
        ),
        (
            "mutation($v: ID!) { removeOfferPrice(input: {offerId: $v, currency: \"EUR\"}) { __typename } }",
            "offer",
        ),
        ("query($v: ID!) { offers(filter: {vendorId: $v}) { nodes { id } } }", "vendor"),
        ("query($v: ID!) { stockLevels(offerId: $v) { onHand } }", "offer"),
        ("query($v: ID!) { stockMovements(offerId: $v) { nodes { kind } } }", "offer"),
        ("mutation($v: ID!) { updateWarehouse(input: {id: $v, priority: 3}) { __typename } }", "warehouse"),
        ("query($v: ID!) { warehouses(vendorId: $v) { code } }", "vendor"),
    ];
    for (text, of) in attempts {
        let text = text.replace("VENDOR", &own.to_string()).replace("WAREHOUSE", &made.warehouse);
        let id = match of {
            "vendor" => own.to_string(),
            "product" => made.product.clone(),
            "variant" => made.variant.clone(),
            "warehouse" => made.warehouse.clone(),
            _ => made.offer.clone(),
        };
        let variables = json!({"v": id});
        let refused =
            |answer: platform_testkit::Answer, code: &str| assert_eq!(answer.codes(), [code], "{text}");
        refused(shop.app.as_guest().execute(&text, variables.clone()).await, "UNAUTHENTICATED");
        let scopeless = shop.app.as_user(crate::shop::user(9)).with_scopes([Scope::Vendor(own)]);
        refused(scopeless.execute(&text, variables.clone()).await, "FORBIDDEN");
        refused(shop.seller(vendor(2)).execute(&text, variables.clone()).await, "FORBIDDEN");
        shop.seller(own).execute(&text, variables).await.data();
    }
}

/// Check 17: what orders the whole shop is for administrators.
#[tokio::test]
async fn structure_and_coupons_are_for_staff() {
    let shop = Shop::open().await;
    let zones = shop.admin().execute("{ taxZones { nodes { id } } }", json!({})).await;
    let zone = zones.text("taxZones.nodes.2.id");
    let make = "mutation { category: createCategory(input: {slug: \"y\", names: [{language: \"en\", text: \"Y\"}]}) {
            ... on CategorySuccess { category { id } } }
        attribute: createAttribute(input: {code: \"y\", kind: TEXT, names: [{language: \"en\", text: \"Y\"}]}) {
            ... on AttributeSuccess { id } } }";
    let made = shop.admin().execute(make, json!({})).await;
    let (category, attribute) = (made.text("category.category.id"), made.text("attribute.id"));
    for text in [
        "mutation { createCategory(input: {slug: \"x\", names: [{language: \"en\", text: \"X\"}]}) { __typename } }",
        "mutation { createAttribute(input: {code: \"x\", kind: TEXT, names: [{language: \"en\", text: \"X\"}]}) { __typename } }",
        "mutation { setTaxZone(input: {code: \"x\", name: \"X\", pricesIncludeTax: true, countries: [\"AT\"], rates: []}) { __typename } }",
        "mutation { deleteTaxZone(input: {id: \"ZONE\"}) { __typename } }",
        "mutation { updateCategory(input: {id: \"CATEGORY\"}) { __typename } }",
        "mutation { updateAttribute(input: {id: \"ATTRIBUTE\"}) { __typename } }",
        "mutation { reindexSearch { products } }",
        "mutation { createCoupon(input: {code: \"X\", rate: \"0.1\"}) { __typename } }",
        "{ coupons { nodes { code } } }",
        "{ coupon(code: \"X\") { code } }",
    ] {
        let text =
            &text.replace("ZONE", &zone).replace("CATEGORY", &category).replace("ATTRIBUTE", &attribute);
        assert_eq!(shop.app.as_guest().execute(text, json!({})).await.codes(), ["UNAUTHENTICATED"], "{text}");
        assert_eq!(shop.seller(shop.vendor).execute(text, json!({})).await.codes(), ["FORBIDDEN"], "{text}");
        shop.admin().execute(text, json!({})).await.data();
    }
}
