//! Check 56, the catalog's part: texts in one form, counted in characters, without control characters.

use futures::future::join_all;
use platform_core::page;
use platform_testkit::Answer;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::shop::Shop;

const CREATE: &str = "mutation($input: CreateProductInput!) { createProduct(input: $input) { __typename
    ... on ProductSuccess { product { id name description seo { title description }
        attributes { text } } } } }";
const VARIANT: &str = "mutation($input: CreateVariantInput!) { createVariant(input: $input) { __typename
    ... on VariantSuccess { variant { id sku name } } ... on SkuTaken { sku }
    ... on OptionsTaken { variant { sku } } } }";

fn product(shop: &Shop, slug: &str, text: Value) -> Value {
    let mut english = json!({"language": "en", "name": "Name"});
    english.as_object_mut().unwrap().extend(text.as_object().unwrap().clone());
    json!({"input": {"vendorId": shop.vendor, "slug": slug, "translations": [english]}})
}

fn variant(product: &str, sku: &str, options: &[(&str, &str)]) -> Value {
    let options: Vec<Value> =
        options.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    json!({"input": {"productId": product, "sku": sku, "options": options}})
}

fn refused(answer: &Answer, field: &str) {
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{field}");
    let message = answer.errors()[0]["message"].as_str().unwrap().to_owned();
    // U+0000 is refused before anybody knows what the input is for: by the name of the innermost field.
    let is_named = message.contains(&format!("`{field}`")) || message.contains("U+0000");
    assert!(is_named, "{message} names {field}");
}

#[tokio::test]
async fn control_characters_are_refused_by_the_name_of_the_field() {
    let shop = Shop::open().await;
    let admin = shop.admin();
    for control in ["\0", "\u{7}", "\u{202e}"] {
        let bad = format!("a{control}b");
        for field in ["name", "description", "seoTitle", "seoDescription"] {
            let answer = admin.execute(CREATE, product(&shop, "bad", json!({field: bad}))).await;
            refused(&answer, field);
        }
        let made = shop
            .bare_product(json!({"slug": format!("p{}", u32::from(control.chars().next().unwrap())),
            "translations": [{"language": "en", "name": "Fine"}]}))
            .await;
        refused(&admin.execute(VARIANT, variant(&made, &bad, &[])).await, "sku");
        refused(&admin.execute(VARIANT, variant(&made, "FINE", &[("Size", &bad)])).await, "options");
        let names = json!([{"language": "en", "text": bad}]);
        for (mutation, input, field) in [
            ("createCategory(input: $input) { __typename }", json!({"slug": "bad", "names": names}), "names"),
            (
                "createAttribute(input: $input) { __typename }",
                json!({"code": "bad", "kind": "TEXT", "names": names}),
                "names",
            ),
            (
                "createAttribute(input: $input) { __typename }",
                json!({"code": "bad", "kind": "TEXT", "unit": bad, "names": [{"language": "en", "text": "x"}]}),
                "unit",
            ),
            (
                "setCollection(input: $input) { __typename }",
                json!({"slug": "bad", "names": names, "productIds": []}),
                "names",
            ),
            (
                "createWarehouse(input: $input) { __typename }",
                json!({"vendorId": shop.vendor, "code": "w", "name": bad, "country": "DE"}),
                "name",
            ),
        ] {
            let kind = mutation.split('(').next().unwrap();
            let kind = format!("{}{}Input", kind[..1].to_uppercase(), &kind[1..]);
            let text = format!("mutation($input: {kind}!) {{ {mutation} }}");
            refused(&admin.execute(&text, json!({"input": input})).await, field);
        }
    }
    let mut strange = product(&shop, "bad", json!({}));
    strange["input"]["taxClass"] = json!("a\0b");
    assert_eq!(admin.execute(CREATE, strange).await.codes(), ["BAD_USER_INPUT"]);
    let cursor = page::encode_cursor(&json!({"Name": ["a\0b", shop.vendor]}));
    let paged = "query($after: String) { products(sortBy: NAME, after: $after) { nodes { id } } }";
    assert_eq!(admin.execute(paged, json!({"after": cursor})).await.codes(), ["BAD_USER_INPUT"]);
    // What looks things up is asked for no such text either, on every database.
    for query in [
        "query($t: String!) { product(slug: $t) { id } }",
        "query($t: String!) { category(slug: $t) { id } }",
        "query($t: String!) { collection(slug: $t) { id } }",
        "query($t: String!) { coupon(code: $t) { id } }",
    ] {
        refused(&admin.execute(query, json!({"t": "a\0b"})).await, "t");
    }
    let search =
        "query($t: String!) { search(query: $t) { totalCount } searchSuggestions(query: $t) { text } }";
    refused(&admin.execute(search, json!({"t": "a\0b"})).await, "t");
}

#[tokio::test]
async fn lengths_are_characters() {
    let shop = Shop::open().await;
    let name = "東".repeat(200);
    let made = shop.admin().execute(CREATE, product(&shop, "east", json!({"name": name}))).await;
    assert_eq!(made.text("createProduct.product.name"), name);
    let longer = product(&shop, "west", json!({"name": "東".repeat(201)}));
    refused(&shop.admin().execute(CREATE, longer).await, "name");
}

#[tokio::test]
async fn texts_are_stored_composed() {
    let shop = Shop::open().await;
    let input = product(&shop, "creme", json!({"name": " cre\u{300}me ", "description": "cre\u{300}me"}));
    let made = shop.admin().execute(CREATE, input).await;
    assert_eq!(made.text("createProduct.product.name"), "crème");
    assert_eq!(made.text("createProduct.product.description"), "crème");
    let id = made.text("createProduct.product.id").to_owned();
    let made = shop
        .admin()
        .execute(VARIANT, variant(&id, "CRE\u{300}ME", &[("Colour", "Rosé"), ("Size", "e\u{301}")]))
        .await;
    assert_eq!(made.text("createVariant.variant.sku"), "CRÈME");
    assert_eq!(made.text("createVariant.variant.name"), "Rosé / é");
}

/// A description is HTML that formats and does nothing else, in every language.
#[tokio::test]
async fn html_in_descriptions_is_sanitised_when_it_is_stored() {
    let shop = Shop::open().await;
    let written =
        "<p onclick=\"steal()\">Green <b>tea</b></p><script>steal()</script><img src=x onerror=steal()>";
    let input = json!({"input": {"vendorId": shop.vendor, "slug": "tea", "translations": [
        {"language": "en", "name": "Tea & <b>cup</b>", "description": written},
        {"language": "ja", "name": "お茶", "description": "<a href=\"javascript:steal()\">緑茶</a>"}]}});
    let made = shop.admin().execute(CREATE, input).await;
    assert_eq!(made.text("createProduct.product.description"), "<p>Green <b>tea</b></p>");
    assert_eq!(made.text("createProduct.product.seo.description"), "Green tea", "as plain text");
    assert_eq!(made.text("createProduct.product.name"), "Tea & <b>cup</b>", "a name is text, not HTML");
    let query = "query($id: ID!) { product(id: $id) { description(language: \"ja\") } }";
    let id = made.text("createProduct.product.id").to_owned();
    let answer = shop.admin().execute(query, json!({"id": id})).await;
    let japanese = answer.text("product.description");
    assert!(!japanese.contains("javascript") && japanese.contains("緑茶"), "{japanese}");
    let update =
        "mutation($input: UpdateProductInput!) { updateProduct(input: $input) { ... on ProductSuccess {
        product { description } } } }";
    let input = json!({"id": id, "translations": [{"language": "en", "name": "Tea", "description": "a<iframe src=//x></iframe>b"}]});
    let answer = shop.admin().execute(update, json!({"input": input})).await;
    assert_eq!(answer.text("updateProduct.product.description"), "ab");
}

/// What entities stand for is held to the rules of what is sent, and what is stored is short enough to be sent again.
#[tokio::test]
async fn a_stored_description_can_be_sent_again() {
    let shop = Shop::open().await;
    let create = async |text: &str| {
        shop.admin().execute(CREATE, product(&shop, "tea", json!({"description": text}))).await
    };
    for written in ["a&#14;b", "a&#x202e;b", "<b title=\"a&#7;b\">c</b>", &"&".repeat(4_001)] {
        refused(&create(written).await, "description");
    }
    let made = create(&"&".repeat(4_000)).await;
    let (id, kept) = (made.text("createProduct.product.id"), made.text("createProduct.product.description"));
    let update =
        "mutation($input: UpdateProductInput!) { updateProduct(input: $input) { ... on ProductSuccess {
        product { description } } } }";
    let input = json!({"id": id, "translations": [{"language": "en", "name": "Tea", "description": kept}]});
    let answer = shop.admin().execute(update, json!({"input": input})).await;
    assert_eq!(answer.text("updateProduct.product.description"), kept);
}

#[tokio::test]
async fn a_combination_of_options_is_there_once() {
    let shop = Shop::open().await;
    let shirt = shop
        .bare_product(json!({"slug": "shirt", "translations": [{"language": "en", "name": "Shirt"}]}))
        .await;
    let other = shop
        .bare_product(json!({"slug": "other", "translations": [{"language": "en", "name": "Other"}]}))
        .await;
    let create = async |product: &str, sku: &str, options: &[(&str, &str)]| {
        shop.admin().execute(VARIANT, variant(product, sku, options)).await
    };
    create(&shirt, "A", &[("Size", "M"), ("Colour", "Crème")]).await.data();
    for (sku, options) in [
        ("B", [("Size", "M"), ("Colour", "Crème")]),
        ("C", [("Colour", "Crème"), ("Size", "M")]),
        ("D", [("size", "m"), ("COLOUR", "cre\u{300}me")]),
        ("E", [("Size", "Ｍ"), ("Colour", "CRÈME ")]),
    ] {
        let answer = create(&shirt, sku, &options).await;
        assert_eq!(answer.text("createVariant.__typename"), "OptionsTaken", "{options:?}");
        assert_eq!(answer.text("createVariant.variant.sku"), "A", "which one has them");
    }
    create(&other, "F", &[("Size", "M"), ("Colour", "Crème")]).await.text("createVariant.variant.id");
    let plain = create(&shirt, "G", &[]).await.text("createVariant.variant.id").to_owned();
    assert_eq!(create(&shirt, "H", &[]).await.text("createVariant.__typename"), "OptionsTaken");
    let update = "mutation($input: UpdateVariantInput!) { updateVariant(input: $input) { __typename } }";
    let options = json!([{"name": "Colour", "value": "crème"}, {"name": "Size", "value": "M"}]);
    let answer = shop.admin().execute(update, json!({"input": {"id": plain, "options": options}})).await;
    assert_eq!(answer.text("updateVariant.__typename"), "OptionsTaken");
    let own = shop.admin().execute(update, json!({"input": {"id": plain, "options": []}})).await;
    assert_eq!(own.text("updateVariant.__typename"), "VariantSuccess", "its own are not another's");
    let twice = create(&shirt, "I", &[("Size", "M"), ("SIZE", "L")]).await;
    assert_eq!(twice.codes(), ["BAD_USER_INPUT"]);
}

#[tokio::test]
async fn of_equal_variants_made_at_once_one_is_made() {
    let shop = Shop::open().await;
    let shirt = shop
        .bare_product(json!({"slug": "shirt", "translations": [{"language": "en", "name": "Shirt"}]}))
        .await;
    let admin = shop.admin();
    let attempts = (0..8).map(|n| {
        let input = variant(&shirt, &format!("SKU-{n}"), &[("Size", if n % 2 == 0 { "M" } else { "m" })]);
        let admin = &admin;
        async move { admin.execute(VARIANT, input).await.text("createVariant.__typename").to_owned() }
    });
    let mut made = join_all(attempts).await;
    made.sort();
    assert_eq!(made.iter().filter(|outcome| *outcome == "VariantSuccess").count(), 1, "{made:?}");
    assert_eq!(made.iter().filter(|outcome| *outcome == "OptionsTaken").count(), 7, "{made:?}");
}

#[tokio::test]
async fn skus_and_names_of_siblings_that_look_alike_are_one() {
    let shop = Shop::open().await;
    let tea =
        shop.bare_product(json!({"slug": "tea", "translations": [{"language": "en", "name": "Tea"}]})).await;
    shop.admin().execute(VARIANT, variant(&tea, "Tea-1", &[])).await.data();
    for sku in ["Tea-1", "TEA-1", "ｔｅａ-1"] {
        let answer = shop.admin().execute(VARIANT, variant(&tea, sku, &[("Size", sku)])).await;
        assert_eq!(answer.text("createVariant.__typename"), "SkuTaken", "{sku}");
    }
    let create = "mutation($input: CreateCategoryInput!) { createCategory(input: $input) { __typename
        ... on CategorySuccess { category { id } } ... on CategoryNameTaken { name } } }";
    let category = async |slug: &str, name: &str, parent: Option<&str>| {
        let input = json!({"slug": slug, "parentId": parent, "names": [{"language": "en", "text": name}]});
        shop.admin().execute(create, json!({"input": input})).await
    };
    let root = category("one", "Crème", None).await.text("createCategory.category.id").to_owned();
    for name in ["Crème", "cre\u{300}me", "ＣＲÈＭＥ"] {
        let answer = category("two", name, None).await;
        assert_eq!(answer.text("createCategory.__typename"), "CategoryNameTaken", "{name}");
    }
    assert_eq!(category("one", "Other", None).await.text("createCategory.__typename"), "CategorySlugTaken");
    assert_eq!(
        category("two", "Crème", Some(&root)).await.text("createCategory.__typename"),
        "CategorySuccess"
    );
    assert_eq!(
        category("three", "crème", Some(&root)).await.text("createCategory.__typename"),
        "CategoryNameTaken"
    );
}

/// What was stored before texts had one form is brought into it, and of two rows that look alike now both stay.
#[tokio::test]
async fn rows_from_before_are_brought_into_form() {
    let shop = Shop::open().await;
    let input = json!({"slug": "tea", "translations": [{"language": "en", "name": "Tea"}]});
    let tea = shop.product_of(input, "2.00", 1).await.product;
    for (sku, size) in [("OLD-1", "M"), ("OLD-2", "L")] {
        shop.admin()
            .execute(VARIANT, variant(&tea, sku, &[("Size", size)]))
            .await
            .text("createVariant.variant.id");
    }
    for statement in [
        "DROP INDEX variant_options_once",
        "DROP INDEX variant_sku_once",
        "DROP INDEX category_name_once",
        "ALTER TABLE variant DROP COLUMN options_key",
        "ALTER TABLE variant DROP COLUMN sku_key",
        "ALTER TABLE category DROP COLUMN name_key",
        "DELETE FROM seaql_migrations WHERE version = 'm0005_texts'",
        "UPDATE product_translation SET name = 'cre\u{300}me', description = '<b>Tea</b><script>steal()</script>'",
        "UPDATE variant SET sku = 'old-1', options = '[{\"name\": \"size\", \"value\": \"m\"}]' WHERE sku = 'OLD-2'",
    ] {
        shop.app.database().write().execute_unprepared(statement).await.unwrap();
    }
    shop.app.migrate().await;
    let shop = Shop { app: shop.app.restart().await, ..shop };
    let query = "{ product(slug: \"tea\") { name description variants { sku } } }";
    let answer = shop.admin().execute(query, json!({})).await;
    assert_eq!(answer.text("product.name"), "crème");
    assert_eq!(answer.text("product.description"), "<b>Tea</b>");
    assert_eq!(answer.at("product.variants").as_array().unwrap().len(), 3, "none is merged");
    let again = shop.admin().execute(VARIANT, variant(&tea, "Old-1", &[("Size", "S")])).await;
    assert_eq!(again.text("createVariant.__typename"), "SkuTaken");
    let again = shop.admin().execute(VARIANT, variant(&tea, "NEW-1", &[("SIZE", "M")])).await;
    assert_eq!(again.text("createVariant.__typename"), "OptionsTaken");
}
