use contracts::catalog::{ProductChange, ProductUpdated};
use platform_testkit::TestClient;
use serde_json::{Value, json};

use crate::shop::Shop;

#[tokio::test]
async fn a_product_is_made_changed_and_archived() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 2).await;
    let update = "mutation($input: UpdateProductInput!) { updateProduct(input: $input) { __typename
        ... on ProductSuccess { product { slug name seo { title } version } } } }";
    let input = json!({"id": made.product, "slug": "green-tea", "translations": [
        {"language": "en", "name": "Green tea", "seoTitle": "Buy green tea"}]});
    let answer = shop.admin().execute(update, json!({"input": input})).await;
    assert_eq!(answer.text("updateProduct.product.name"), "Green tea");
    assert_eq!(answer.text("updateProduct.product.seo.title"), "Buy green tea");
    let query = "query($slug: String!) { product(slug: $slug) { id status } }";
    let guest = shop.app.as_guest();
    assert!(guest.execute(query, json!({"slug": "tea"})).await.at("product").is_null());
    assert_eq!(guest.execute(query, json!({"slug": "green-tea"})).await.text("product.id"), made.product);
    let archive = "mutation($id: ID!) { archiveProduct(input: {id: $id}) { product { status } } }";
    shop.admin().execute(archive, json!({"id": made.product})).await.data();
    assert!(guest.execute(query, json!({"slug": "green-tea"})).await.at("product").is_null());
    let events = shop.app.published_of::<ProductUpdated>().await;
    assert!(events.windows(2).all(|pair| pair[0].version < pair[1].version));
    assert_eq!(events.first().unwrap().change, ProductChange::Created);
    assert_eq!(events.last().unwrap().change, ProductChange::Archived);
}

/// What is archived stays so; nothing is made archived.
#[tokio::test]
async fn an_archived_product_gets_no_other_status() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 2).await;
    let archive = "mutation($id: ID!) { archiveProduct(input: {id: $id}) { product { status } } }";
    let update = "mutation($input: UpdateProductInput!) { updateProduct(input: $input) { __typename
        ... on ProductArchived { product { id status } } ... on ProductSuccess { product { status } } } }";
    for _ in 0..2 {
        let archived = shop.admin().execute(archive, json!({"id": made.product})).await;
        assert_eq!(archived.text("archiveProduct.product.status"), "ARCHIVED");
    }
    for status in ["ACTIVE", "DRAFT"] {
        let input = json!({"input": {"id": made.product, "status": status, "slug": "green-tea"}});
        let refused = shop.admin().execute(update, input).await;
        assert_eq!(
            refused.at("updateProduct"),
            &json!({"__typename": "ProductArchived", "product": {"id": made.product, "status": "ARCHIVED"}})
        );
    }
    let texts = json!({"input": {"id": made.product, "weightGrams": 5}});
    let changed = shop.admin().execute(update, texts).await;
    assert_eq!(changed.text("updateProduct.product.status"), "ARCHIVED", "the rest may change");
    let create = "mutation($input: CreateProductInput!) { createProduct(input: $input) { __typename } }";
    let input = json!({"input": {"vendorId": shop.vendor, "slug": "new", "status": "ARCHIVED",
        "translations": [{"language": "en", "name": "New"}]}});
    let refused = shop.admin().execute(create, input).await;
    assert_eq!(refused.codes(), ["BAD_USER_INPUT"]);
    assert_eq!(refused.errors()[0]["extensions"]["field"], "status");
}

/// A shopper is not shown what nobody offers; who makes it is.
#[tokio::test]
async fn variants_that_nobody_offers_are_their_vendors_to_see() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 2).await;
    let query = "query($id: ID!) { product(id: $id) { variants { id } } }";
    let variant = "mutation($input: CreateVariantInput!) { createVariant(input: $input) {
        ... on VariantSuccess { variant { id } } } }";
    let options = json!([{"name": "Size", "value": "L"}]);
    let input = json!({"input": {"productId": made.product, "sku": "SKU-tea-large", "options": options}});
    let unoffered = shop.admin().execute(variant, input).await.text("createVariant.variant.id");
    let seen = async |client: TestClient| -> Vec<Value> {
        client.execute(query, json!({"id": made.product})).await.get("product.variants")
    };
    assert_eq!(seen(shop.app.as_guest()).await, [json!({"id": made.variant})]);
    assert_eq!(seen(shop.seller(shop.vendor)).await.len(), 2);
    assert_eq!(seen(shop.admin()).await.len(), 2);
    let prices = json!([{"price": {"amount": "12.00", "currency": "EUR"}}]);
    shop.offer(shop.vendor, &unoffered, prices.clone()).await;
    assert_eq!(seen(shop.app.as_guest()).await.len(), 2);
    let pause = "mutation($v: ID!, $of: ID!, $prices: [PriceInput!]!) { setOffer(input: {variantId: $v, vendorId: $of,
        status: PAUSED, prices: $prices}) { offer { id } } }";
    let variables = json!({"v": unoffered, "of": shop.vendor, "prices": prices});
    shop.admin().execute(pause, variables).await.data();
    assert_eq!(seen(shop.app.as_guest()).await, [json!({"id": made.variant})]);
}

#[tokio::test]
async fn slugs_and_skus_are_unique_and_inputs_are_checked() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 0).await;
    let create = "mutation($input: CreateProductInput!) { createProduct(input: $input) { __typename } }";
    let product = |change: &str, value: Value| {
        let mut input = json!({"vendorId": shop.vendor, "slug": "new", "translations": [
            {"language": "en", "name": "New"}]});
        input[change] = value;
        json!({"input": input})
    };
    let answer = shop.admin().execute(create, product("slug", json!("tea"))).await;
    assert_eq!(answer.text("createProduct.__typename"), "SlugTaken");
    let variant = "mutation($input: CreateVariantInput!) { createVariant(input: $input) { __typename } }";
    let again = json!({"input": {"productId": made.product, "sku": "SKU-tea"}});
    assert_eq!(shop.admin().execute(variant, again).await.text("createVariant.__typename"), "SkuTaken");
    for (field, value) in [
        ("slug", json!("Ünfit")),
        ("translations", json!([{"language": "ja", "name": "新"}])),
        ("translations", json!([{"language": "en", "name": " "}])),
        ("weightGrams", json!(-1)),
        ("taxClass", json!("luxury")),
        ("categoryId", json!(made.product)),
        ("attributes", json!([{"code": "unknown", "text": "x"}])),
    ] {
        let answer = shop.admin().execute(create, product(field, value)).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{field}");
    }
}

#[tokio::test]
async fn lists_are_paged_by_stable_cursors_in_each_order() {
    let shop = Shop::open().await;
    for (slug, name, euros) in
        [("a", "Pear", "3.00"), ("b", "Apple", "1.00"), ("c", "Fig", "2.00"), ("d", "Date", "2.00")]
    {
        shop.product(slug, name, euros, 1).await;
    }
    let query = "query($sort: ProductSort, $after: String, $filter: ProductFilter) {
        products(sortBy: $sort, first: 2, after: $after, filter: $filter) {
            nodes { slug } pageInfo { hasNextPage endCursor } } }";
    for (sort, order) in [("NEWEST", "dcba"), ("NAME", "bdca"), ("PRICE_ASC", "bcda"), ("PRICE_DESC", "adcb")]
    {
        let (mut found, mut after) = (String::new(), Value::Null);
        loop {
            let variables = json!({"sort": sort, "after": after});
            let answer = shop.app.as_guest().execute(query, variables).await;
            for node in answer.at("products.nodes").as_array().unwrap() {
                found.push_str(node["slug"].as_str().unwrap());
            }
            if !answer.get::<bool>("products.pageInfo.hasNextPage") {
                break;
            }
            after = answer.at("products.pageInfo.endCursor").clone();
        }
        assert_eq!(found, order, "{sort}");
    }
    let cheap = json!({"filter": {"price": {"max": "2"}}, "sort": "PRICE_ASC"});
    let answer = shop.app.as_guest().execute(query, cheap).await;
    assert_eq!(answer.text("products.nodes.0.slug"), "b");
    let wrong = json!({"sort": "NAME", "after": "WzFd"});
    assert_eq!(shop.app.as_guest().execute(query, wrong).await.codes(), ["BAD_USER_INPUT"]);
}

#[tokio::test]
async fn a_category_shows_the_products_below_it() {
    let shop = Shop::open().await;
    let create = "mutation($input: CreateCategoryInput!) { createCategory(input: $input) {
        ... on CategorySuccess { category { id } } } }";
    let category = async |slug: &str, parent: Option<&str>| {
        let names = json!([{"language": "en", "text": slug}, {"language": "ja", "text": "茶"}]);
        let input = json!({"slug": slug, "parentId": parent, "names": names});
        let answer = shop.admin().execute(create, json!({"input": input})).await;
        answer.text("createCategory.category.id").to_owned()
    };
    let kitchen = category("kitchen", None).await;
    let tea = category("tea", Some(&kitchen)).await;
    let input =
        json!({"slug": "sencha", "categoryId": tea, "translations": [{"language": "en", "name": "Sencha"}]});
    shop.product_of(input, "9.00", 1).await;
    let query = "{ category(slug: \"kitchen\") { products { nodes { slug category { name(language: \"ja\")
        path { slug } } } } } categories { nodes { slug children { slug } } } }";
    let answer = shop.app.as_guest().execute(query, json!({})).await;
    assert_eq!(
        answer.at("category.products.nodes"),
        &json!([
        {"slug": "sencha", "category": {"name": "茶", "path": [{"slug": "kitchen"}, {"slug": "tea"}]}}])
    );
    assert_eq!(answer.at("categories.nodes"), &json!([{"slug": "kitchen", "children": [{"slug": "tea"}]}]));
}

#[tokio::test]
async fn a_collection_lists_what_staff_picked() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 2).await;
    shop.product("cup", "Cup", "10.00", 2).await;
    let set = "mutation($ids: [ID!]!) { setCollection(input: {slug: \"gifts\", productIds: $ids,
        names: [{language: \"en\", text: \"Gifts\"}]}) { collection { name } } }";
    let query = "{ collection(slug: \"gifts\") { products { nodes { slug } } } collections { slug } }";
    shop.admin().execute(set, json!({"ids": [made.product]})).await.data();
    let answer = shop.app.as_guest().execute(query, json!({})).await;
    assert_eq!(answer.at("collection.products.nodes"), &json!([{"slug": "tea"}]));
    shop.admin().execute(set, json!({"ids": []})).await.data();
    let answer = shop.app.as_guest().execute(query, json!({})).await;
    assert_eq!(answer.at("collection.products.nodes"), &json!([]));
    let unknown = shop.admin().execute(set, json!({"ids": [made.variant]})).await;
    assert_eq!(unknown.codes(), ["BAD_USER_INPUT"]);
    assert_eq!(shop.seller(shop.vendor).execute(set, json!({"ids": []})).await.codes(), ["FORBIDDEN"]);
}

/// A price stays so far within 64 bits that no cart, order or ledger can leave them.
#[tokio::test]
async fn a_price_that_no_order_could_add_up_is_refused() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 0).await;
    let mutation = "mutation($input: SetOfferInput!) { setOffer(input: $input) { offer { id } } }";
    for amount in ["92233720368547758.07", "1000000000.01"] {
        let prices = json!([{"price": {"amount": amount, "currency": "EUR"}}]);
        let input = json!({"vendorId": shop.vendor, "variantId": made.variant, "prices": prices});
        let answer = shop.admin().execute(mutation, json!({"input": input})).await;
        assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{amount}");
    }
    let prices = json!([{"price": {"amount": "1000000000.00", "currency": "EUR"}}]);
    shop.offer(shop.vendor, &made.variant, prices).await;
}

/// Null empties what may be empty, and is refused by its field where something must be; what is absent stays.
#[tokio::test]
async fn null_clears_a_field_of_a_product_or_a_variant_that_may_be_empty() {
    let shop = Shop::open().await;
    let names = json!([{"language": "en", "text": "Tea"}]);
    let category =
        "mutation($names: [LocalizedTextInput!]!) { createCategory(input: {slug: \"tea\", names: $names}) {
        ... on CategorySuccess { category { id } } } }";
    let category = shop.admin().execute(category, json!({ "names": names })).await;
    let category = category.text("createCategory.category.id");
    let input = json!({"slug": "sencha", "categoryId": category, "lengthMm": 1, "widthMm": 2, "heightMm": 3,
        "weightGrams": 4, "translations": [{"language": "en", "name": "Sencha"}]});
    let made = shop.product_of(input, "9.00", 1).await;
    let query =
        "query($id: ID!) { product(id: $id) { slug category { slug } lengthMm widthMm heightMm weightGrams
        variants { sku ownWeightGrams } } }";
    let seen = async || shop.admin().execute(query, json!({"id": made.product})).await.at("product").clone();
    let variant = async |weight: Value| {
        let input = json!({"id": made.variant, "weightGrams": weight});
        shop.admin().mutate("updateVariant", input).await.data();
    };
    variant(json!(7)).await;
    shop.admin().mutate("updateVariant", json!({"id": made.variant, "position": 1})).await.data();
    shop.admin().mutate("updateProduct", json!({"id": made.product, "lengthMm": null})).await.data();
    let mut expected = json!({"slug": "sencha", "category": {"slug": "tea"}, "lengthMm": null, "widthMm": 2,
        "heightMm": 3, "weightGrams": 4, "variants": [{"sku": "SKU-sencha", "ownWeightGrams": 7}]});
    assert_eq!(seen().await, expected);
    let rest = json!({"id": made.product, "categoryId": null, "widthMm": null, "heightMm": null});
    shop.admin().mutate("updateProduct", rest).await.data();
    variant(Value::Null).await;
    for field in ["category", "widthMm", "heightMm"] {
        expected[field] = Value::Null;
    }
    expected["variants"][0]["ownWeightGrams"] = Value::Null;
    assert_eq!(seen().await, expected);
    let product = ["slug", "taxClass", "status", "translations", "attributes", "weightGrams"];
    let variant = ["sku", "options", "position", "active"];
    for (mutation, id, fields) in [
        ("updateProduct", &made.product, product.as_slice()),
        ("updateVariant", &made.variant, variant.as_slice()),
    ] {
        for field in fields {
            let mut input = json!({ "id": id });
            input[field] = Value::Null;
            let refused = shop.admin().mutate(mutation, input).await;
            assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{mutation} {field}: {}", refused.body);
            assert_eq!(refused.errors()[0]["extensions"]["field"], **field, "{}", refused.body);
        }
    }
    assert_eq!(seen().await, expected, "what was refused changed nothing");
}
