//! Categories and attributes: read whole by who keeps them, changed again, and followed by what they describe.

use futures::future::join_all;
use platform_testkit::{Answer, eventually};
use serde_json::{Value, json};

use crate::shop::{Shop, vendor};

const CATEGORY: &str = "__typename ... on CategorySuccess { category { id slug position parent { slug }
        name translations { language text } } }
    ... on CategorySlugTaken { slug } ... on CategoryNameTaken { name }
    ... on CategoryBelowItself { parent { slug } } ... on CategoryTooDeep { most }";
const ATTRIBUTE: &str = "code kind name translations { language text } unit filterable
    options { code name translations { language text } }";

fn names(english: &str) -> Value {
    json!([{"language": "en", "text": english}, {"language": "de", "text": format!("{english} auf Deutsch")}])
}

async fn category(shop: &Shop, slug: &str, parent: Option<&str>) -> String {
    let mutation = format!(
        "mutation($input: CreateCategoryInput!) {{ createCategory(input: $input) {{ {CATEGORY} }} }}"
    );
    let input = json!({"slug": slug, "parentId": parent, "names": names(slug)});
    shop.admin().execute(&mutation, json!({ "input": input })).await.text("createCategory.category.id")
}

async fn update(shop: &Shop, input: Value) -> Answer {
    let mutation = format!(
        "mutation($input: UpdateCategoryInput!) {{ updateCategory(input: $input) {{ {CATEGORY} }} }}"
    );
    shop.admin().execute(&mutation, json!({ "input": input })).await
}

async fn listed(shop: &Shop, parent: Option<&str>) -> Vec<String> {
    let query = "query($filter: CategoryFilter) { categories(filter: $filter) { nodes { slug } } }";
    let filter = json!({ "filter": { "parentId": parent } });
    let answer = shop.app.as_guest().execute(query, filter).await;
    let nodes = answer.at("categories.nodes").as_array().unwrap().iter();
    nodes.map(|node| node["slug"].as_str().unwrap().to_owned()).collect()
}

async fn attribute(shop: &Shop, input: Value) -> String {
    let mutation = "mutation($input: CreateAttributeInput!) { createAttribute(input: $input) {
        ... on AttributeSuccess { attribute { id } } } }";
    shop.admin().execute(mutation, json!({ "input": input })).await.text("createAttribute.attribute.id")
}

async fn update_attribute(shop: &Shop, input: Value) -> Answer {
    let mutation = format!(
        "mutation($input: UpdateAttributeInput!) {{ updateAttribute(input: $input) {{ __typename
        ... on AttributeSuccess {{ attribute {{ {ATTRIBUTE} }} }} ... on AttributeCodeTaken {{ code }}
        ... on AttributeOptionUsed {{ code products }} }} }}"
    );
    shop.admin().execute(&mutation, json!({ "input": input })).await
}

/// How many products a search by words and a category finds.
async fn found(shop: &Shop, query: &str, category: Option<&str>) -> i64 {
    let text = "query($query: String, $filter: SearchFilter) { search(query: $query, filter: $filter) { totalCount } }";
    let filter = json!({"categoryIds": category.into_iter().collect::<Vec<_>>()});
    let answer = shop.app.as_guest().execute(text, json!({"query": query, "filter": filter})).await;
    answer.get("search.totalCount")
}

#[tokio::test]
async fn a_category_is_renamed_and_moved_with_all_that_is_below_it() {
    let shop = Shop::open().await;
    let kitchen = category(&shop, "kitchen", None).await;
    let tea = category(&shop, "tea", Some(&kitchen)).await;
    category(&shop, "green", Some(&tea)).await;
    let drinks = category(&shop, "drinks", None).await;
    let input = json!({"id": tea, "slug": "teas", "parentId": drinks, "names": names("Teas"), "position": 7});
    let moved = update(&shop, input).await;
    let expected = json!({"id": tea, "slug": "teas", "position": 7, "parent": {"slug": "drinks"}, "name": "Teas",
        "translations": [{"language": "de", "text": "Teas auf Deutsch"}, {"language": "en", "text": "Teas"}]});
    assert_eq!(moved.at("updateCategory.category"), &expected, "{}", moved.body);
    assert_eq!(listed(&shop, Some(&kitchen)).await, Vec::<String>::new());
    assert_eq!(listed(&shop, Some(&drinks)).await, ["teas"]);
    assert_eq!(listed(&shop, Some(&tea)).await, ["green"]);
    let old = shop.app.as_guest().execute("{ category(slug: \"tea\") { id } }", json!({})).await;
    assert!(old.data()["category"].is_null());
    // Null takes it out from below the other; what is absent stays.
    let root = update(&shop, json!({"id": tea, "parentId": null})).await;
    assert!(root.at("updateCategory.category.parent").is_null());
    assert_eq!(root.text("updateCategory.category.slug"), "teas");
    assert_eq!(listed(&shop, None).await, ["kitchen", "drinks", "teas"]);
}

#[tokio::test]
async fn a_category_takes_no_slug_or_name_of_another() {
    let shop = Shop::open().await;
    category(&shop, "tea", None).await;
    let cups = category(&shop, "cups", None).await;
    let slug = update(&shop, json!({"id": cups, "slug": "tea"})).await;
    assert_eq!(slug.at("updateCategory"), &json!({"__typename": "CategorySlugTaken", "slug": "tea"}));
    let name = update(&shop, json!({"id": cups, "names": names("TEA")})).await;
    assert_eq!(name.at("updateCategory"), &json!({"__typename": "CategoryNameTaken", "name": "TEA"}));
    let own = update(&shop, json!({"id": cups, "slug": "cups", "names": names("cups")})).await;
    assert_eq!(own.text("updateCategory.__typename"), "CategorySuccess");
    // Under another parent the name is free.
    let kitchen = category(&shop, "kitchen", None).await;
    let elsewhere = update(&shop, json!({"id": cups, "parentId": kitchen, "names": names("tea")})).await;
    assert_eq!(elsewhere.text("updateCategory.__typename"), "CategorySuccess");
    let back = update(&shop, json!({"id": cups, "parentId": null})).await;
    assert_eq!(back.text("updateCategory.__typename"), "CategoryNameTaken");
}

#[tokio::test]
async fn a_category_is_not_moved_below_itself() {
    let shop = Shop::open().await;
    let top = category(&shop, "top", None).await;
    let middle = category(&shop, "middle", Some(&top)).await;
    let bottom = category(&shop, "bottom", Some(&middle)).await;
    for (parent, slug) in [(&top, "top"), (&middle, "middle"), (&bottom, "bottom")] {
        let refused = update(&shop, json!({"id": top, "parentId": parent})).await;
        let expected = json!({"__typename": "CategoryBelowItself", "parent": {"slug": slug}});
        assert_eq!(refused.at("updateCategory"), &expected);
    }
    let unknown = update(&shop, json!({"id": top, "parentId": vendor(9)})).await;
    assert_eq!(unknown.codes(), ["BAD_USER_INPUT"]);
}

/// Two moves that would make a ring together: the second sees the first.
#[tokio::test]
async fn moves_at_once_make_no_ring() {
    let shop = Shop::open().await;
    for round in 0..5 {
        let mut ids = Vec::new();
        for place in 0..3 {
            ids.push(category(&shop, &format!("c{round}-{place}"), None).await);
        }
        let moves = (0..3).map(|at| update(&shop, json!({"id": ids[at], "parentId": ids[(at + 1) % 3]})));
        let answers = join_all(moves).await;
        let refused =
            answers.iter().filter(|answer| answer.text("updateCategory.__typename") == "CategoryBelowItself");
        assert_eq!(refused.count(), 1);
    }
}

#[tokio::test]
async fn a_tree_has_no_more_than_sixteen_levels() {
    let shop = Shop::open().await;
    let mut parent = category(&shop, "level-1", None).await;
    let second = category(&shop, "branch", Some(&parent)).await;
    for level in 2..=16 {
        parent = category(&shop, &format!("level-{level}"), Some(&parent)).await;
    }
    let create = "mutation($input: CreateCategoryInput!) { createCategory(input: $input) {
        __typename ... on CategoryTooDeep { most } } }";
    let input = json!({"slug": "level-17", "parentId": parent, "names": names("17")});
    let deeper = shop.admin().execute(create, json!({ "input": input })).await;
    let too_deep = json!({"__typename": "CategoryTooDeep", "most": 16});
    assert_eq!(deeper.at("createCategory"), &too_deep);
    let moved = update(&shop, json!({"id": second, "parentId": parent})).await;
    assert_eq!(moved.at("updateCategory"), &too_deep);
}

#[tokio::test]
async fn categories_are_listed_page_by_page_in_the_order_of_staff() {
    let shop = Shop::open().await;
    let first = category(&shop, "first", None).await;
    for slug in ["second", "third"] {
        category(&shop, slug, None).await;
    }
    update(&shop, json!({"id": first, "position": 1})).await.data();
    let query = "query($after: String) { categories(first: 2, after: $after) { nodes { slug }
        pageInfo { hasNextPage endCursor } } }";
    let page = shop.app.as_guest().execute(query, json!({})).await;
    assert_eq!(page.at("categories.nodes"), &json!([{"slug": "second"}, {"slug": "third"}]));
    assert!(page.get::<bool>("categories.pageInfo.hasNextPage"));
    let after = page.text("categories.pageInfo.endCursor");
    let next = shop.app.as_guest().execute(query, json!({ "after": after })).await;
    assert_eq!(next.at("categories.nodes"), &json!([{"slug": "first"}]));
    assert!(!next.get::<bool>("categories.pageInfo.hasNextPage"));
}

/// A search knows a category by its names and by those above it; it follows when they change.
#[tokio::test]
async fn searches_follow_a_category_that_is_renamed_or_moved() {
    let shop = Shop::open().await;
    let (kitchen, garden) = (category(&shop, "kitchen", None).await, category(&shop, "garden", None).await);
    let tea = category(&shop, "beverages", Some(&kitchen)).await;
    let input =
        json!({"slug": "sencha", "categoryId": tea, "translations": [{"language": "en", "name": "Sencha"}]});
    shop.product_of(input, "9.00", 1).await;
    eventually(|| async { found(&shop, "beverages", Some(&kitchen)).await == 1 }).await;
    update(&shop, json!({"id": kitchen, "names": names("Scullery")})).await.data();
    eventually(|| async { found(&shop, "scullery", None).await == 1 }).await;
    update(&shop, json!({"id": tea, "parentId": garden})).await.data();
    eventually(|| async { found(&shop, "sencha", Some(&garden)).await == 1 }).await;
    assert_eq!(found(&shop, "sencha", Some(&kitchen)).await, 0);
}

#[tokio::test]
async fn all_that_is_written_of_an_attribute_is_read_and_changed_again() {
    let shop = Shop::open().await;
    let red = json!({"code": "red", "names": names("Red")});
    let input = json!({"code": "colour", "kind": "ENUM", "unit": "nm", "filterable": true, "names": names("Colour"),
        "options": [red, {"code": "blue", "names": names("Blue")}]});
    let id = attribute(&shop, input).await;
    let query = format!("query($id: ID!) {{ attribute(id: $id) {{ id {ATTRIBUTE} }} }}");
    let shown = |english: &str| {
        json!([{"language": "de", "text": format!("{english} auf Deutsch")},
        {"language": "en", "text": english}])
    };
    let mut expected = json!({"id": id, "code": "colour", "kind": "ENUM", "name": "Colour", "unit": "nm",
        "translations": shown("Colour"), "filterable": true, "options": [
            {"code": "red", "name": "Red", "translations": shown("Red")},
            {"code": "blue", "name": "Blue", "translations": shown("Blue")}]});
    let read = shop.seller(vendor(2)).execute(&query, json!({ "id": id })).await;
    assert_eq!(read.at("attribute"), &expected, "{}", read.body);
    let same = update_attribute(&shop, json!({ "id": id })).await;
    expected.as_object_mut().unwrap().remove("id");
    assert_eq!(same.at("updateAttribute.attribute"), &expected);
    let change = json!({"id": id, "code": "tint", "unit": null, "filterable": false, "names": names("Tint"), "options": [red]});
    let changed = update_attribute(&shop, change).await;
    let after = json!({"code": "tint", "kind": "ENUM", "name": "Tint", "unit": null, "translations": shown("Tint"),
        "filterable": false, "options": [{"code": "red", "name": "Red", "translations": shown("Red")}]});
    assert_eq!(changed.at("updateAttribute.attribute"), &after, "{}", changed.body);
    assert!(shop.admin().execute(&query, json!({ "id": vendor(9) })).await.data()["attribute"].is_null());
}

#[tokio::test]
async fn attributes_are_listed_by_code_to_who_keeps_the_catalog() {
    let shop = Shop::open().await;
    for code in ["size", "colour", "power"] {
        attribute(&shop, json!({"code": code, "kind": "TEXT", "names": names(code)})).await;
    }
    let query = "query($after: String) { attributes(first: 2, after: $after) { nodes { code } pageInfo { endCursor } } }";
    let page = shop.seller(shop.vendor).execute(query, json!({})).await;
    assert_eq!(page.at("attributes.nodes"), &json!([{"code": "colour"}, {"code": "power"}]));
    let after = page.text("attributes.pageInfo.endCursor");
    let next = shop.admin().execute(query, json!({ "after": after })).await;
    assert_eq!(next.at("attributes.nodes"), &json!([{"code": "size"}]));
    assert_eq!(shop.app.as_guest().execute(query, json!({})).await.codes(), ["UNAUTHENTICATED"]);
    assert_eq!(shop.app.as_user(crate::shop::user(9)).execute(query, json!({})).await.codes(), ["FORBIDDEN"]);
}

#[tokio::test]
async fn an_option_that_products_have_is_not_taken_away() {
    let shop = Shop::open().await;
    let options = |codes: &[&str]| -> Value {
        codes.iter().map(|code| json!({"code": code, "names": names(code)})).collect()
    };
    let input = json!({"code": "colour", "kind": "ENUM", "filterable": true, "names": names("Colour"),
        "options": options(&["red", "blue"])});
    let id = attribute(&shop, input).await;
    attribute(&shop, json!({"code": "size", "kind": "TEXT", "names": names("Size")})).await;
    let input = json!({"slug": "cup", "translations": [{"language": "en", "name": "Cup"}],
        "attributes": [{"code": "colour", "option": "red"}]});
    let made = shop.product_of(input, "9.00", 1).await;
    let refused = update_attribute(&shop, json!({"id": id, "options": options(&["blue"])})).await;
    let expected = json!({"__typename": "AttributeOptionUsed", "code": "red", "products": 1});
    assert_eq!(refused.at("updateAttribute"), &expected);
    let taken = update_attribute(&shop, json!({"id": id, "code": "size"})).await;
    assert_eq!(taken.at("updateAttribute"), &json!({"__typename": "AttributeCodeTaken", "code": "size"}));
    // What the option is called is what the product shows and searches find.
    let crimson = json!([{"code": "red", "names": names("Crimson")}]);
    let changed = update_attribute(&shop, json!({"id": id, "code": "tint", "options": crimson})).await;
    assert_eq!(changed.text("updateAttribute.__typename"), "AttributeSuccess");
    let query = "query($id: ID!) { product(id: $id) { attribute(code: \"tint\") { display } } }";
    let shown = shop.app.as_guest().execute(query, json!({ "id": made.product })).await;
    assert_eq!(shown.text("product.attribute.display"), "Crimson");
    eventually(|| async { found(&shop, "crimson", None).await == 1 }).await;
}

#[tokio::test]
async fn what_cannot_be_empty_refuses_null_by_the_name_of_its_field() {
    let shop = Shop::open().await;
    let category = category(&shop, "tea", None).await;
    let attribute = attribute(&shop, json!({"code": "size", "kind": "TEXT", "names": names("Size")})).await;
    for (mutation, id, fields) in [
        ("updateCategory", &category, ["slug", "names", "position"].as_slice()),
        ("updateAttribute", &attribute, ["code", "names", "filterable", "options"].as_slice()),
    ] {
        for field in fields {
            let mut input = json!({ "id": id });
            input[field] = Value::Null;
            let answer = shop.admin().mutate(mutation, input).await;
            assert_eq!(answer.codes(), ["BAD_USER_INPUT"], "{mutation} {field}: {}", answer.body);
            assert_eq!(answer.errors()[0]["extensions"]["field"], **field, "{}", answer.body);
        }
    }
}
