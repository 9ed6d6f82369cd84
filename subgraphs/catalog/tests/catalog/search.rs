use catalog::CatalogSubgraph;
use platform_commerce::CurrencyCode;
use platform_testkit::{Answer, TestClient, TestSubgraph, eventually, eventually_some};
use serde_json::{Value, json};

use crate::shop::{Made, Shop, market};

const SEARCH: &str = "query($query: String, $filter: SearchFilter, $sort: SearchSort, $first: Int, $after: String) {
    search(query: $query, filter: $filter, sort: $sort, first: $first, after: $after) {
        totalCount edges { node { slug } cursor highlights { html } } pageInfo { hasNextPage endCursor }
        facets { code kind values { value label count selected } } priceRange { min { amount } max { amount } } } }";

struct Teashop {
    shop: Shop,
    kettle: Made,
}

/// Three products that differ in category, colour, power, price and stock.
async fn teashop() -> Teashop {
    let shop = Shop::open().await;
    let setup = "mutation {
        category: createCategory(input: {slug: \"tea-ware\", names: [{language: \"en\", text: \"Tea ware\"}]}) {
            ... on CategorySuccess { category { id } } }
        colour: createAttribute(input: {code: \"colour\", kind: ENUM, filterable: true,
            names: [{language: \"en\", text: \"Colour\"}], options: [
            {code: \"red\", names: [{language: \"en\", text: \"Red\"}]},
            {code: \"blue\", names: [{language: \"en\", text: \"Blue\"}]}]}) { __typename }
        power: createAttribute(input: {code: \"power\", kind: NUMBER, filterable: true, unit: \"W\",
            names: [{language: \"en\", text: \"Power\"}]}) { __typename } }";
    let made = shop.admin().execute(setup, json!({})).await;
    let category = made.text("category.category.id").to_owned();
    let product = |slug: &str, name: &str, japanese: &str, colour: &str, power: f64| {
        json!({"slug": slug, "categoryId": category,
            "translations": [
                {"language": "en", "name": name, "description": "For a quiet afternoon"},
                {"language": "ja", "name": japanese, "description": ""}],
            "attributes": [{"code": "colour", "option": colour}, {"code": "power", "number": power}]})
    };
    let kettle =
        shop.product_of(product("kettle", "Copper Kettle", "銅のやかん", "red", 1500.0), "40.00", 3).await;
    shop.product_of(product("bowl", "Matcha Bowl", "京都の抹茶茶碗", "blue", 0.5), "25.00", 3).await;
    shop.product_of(product("cup", "Travel Cup", "旅行カップ", "blue", 0.0), "12.00", 0).await;
    // The last change of each product is its offer or its stock: all three have a price, two are in stock.
    let indexed = async |variables: Value| find(&shop, variables).await.get::<i64>("search.totalCount");
    eventually(|| async { indexed(json!({"sort": "PRICE_ASC"})).await == 3 }).await;
    eventually(|| async { indexed(json!({"filter": {"inStock": true}})).await == 2 }).await;
    Teashop { shop, kettle }
}

async fn find(shop: &Shop, variables: Value) -> Answer {
    shop.app.as_guest().execute(SEARCH, variables).await
}

fn slugs(answer: &Answer) -> Vec<String> {
    let edges = answer.at("search.edges").as_array().unwrap();
    edges.iter().map(|edge| edge["node"]["slug"].as_str().unwrap().to_owned()).collect()
}

fn counts(answer: &Answer, facet: &str) -> Vec<(String, i64)> {
    let facets = answer.at("search.facets").as_array().unwrap();
    let Some(facet) = facets.iter().find(|found| found["code"] == facet) else { return Vec::new() };
    let values = facet["values"].as_array().unwrap().iter();
    values
        .map(|value| (value["label"].as_str().unwrap().to_owned(), value["count"].as_i64().unwrap()))
        .collect()
}

#[tokio::test]
async fn words_prefixes_typos_and_japanese_are_found() {
    let Teashop { shop, .. } = teashop().await;
    for (query, slug) in [
        ("kettle", "kettle"),
        ("KETTLE copper", "kettle"),
        ("ketle", "kettle"),
        ("kettel", "kettle"),
        ("xettle", "kettle"),
        ("coper ket", "kettle"),
        ("ket", "kettle"),
        ("matc", "bowl"),
        ("抹茶", "bowl"),
        ("茶碗", "bowl"),
        ("京", "bowl"),
        ("カップ", "cup"),
        ("SKU-cup", "cup"),
    ] {
        assert_eq!(
            slugs(&find(&shop, json!({"query": query})).await).first().map(String::as_str),
            Some(slug),
            "{query}"
        );
    }
    for query in ["kxxtle", "抹香", "kettle teapot", "cap"] {
        assert_eq!(slugs(&find(&shop, json!({"query": query})).await), [] as [&str; 0], "{query}");
    }
    assert_eq!(find(&shop, json!({"query": "afternoon"})).await.get::<i64>("search.totalCount"), 3);
    let answer = find(&shop, json!({"query": "coper"})).await;
    assert_eq!(answer.text("search.edges.0.highlights.0.html"), "<em>Copper</em> Kettle");
    let japanese = shop.app.as_guest().in_market(market("JP", CurrencyCode::EUR, "ja"));
    let answer = japanese.execute(SEARCH, json!({"query": "抹茶"})).await;
    assert_eq!(answer.text("search.edges.0.highlights.0.html"), "京都の<em>抹茶</em>茶碗");
}

#[tokio::test]
async fn facets_count_hits_and_ignore_their_own_filter() {
    let Teashop { shop, .. } = teashop().await;
    let pairs = |pairs: &[(&str, i64)]| {
        pairs.iter().map(|(label, count)| ((*label).to_owned(), *count)).collect::<Vec<_>>()
    };
    let all = find(&shop, json!({})).await;
    assert_eq!(counts(&all, "CATEGORY"), pairs(&[("Tea ware", 3)]));
    assert_eq!(counts(&all, "AVAILABILITY"), pairs(&[("In stock", 2), ("Out of stock", 1)]));
    assert_eq!(counts(&all, "colour"), pairs(&[("Blue", 2), ("Red", 1)]));
    assert_eq!(all.text("search.priceRange.max.amount"), "40.00");
    let priced: i64 = counts(&all, "PRICE").iter().map(|(_, count)| count).sum();
    assert_eq!(priced, 3);
    let blue = json!({"filter": {"attributes": [{"code": "colour", "values": ["blue"]}]}});
    let blue = find(&shop, blue).await;
    assert_eq!(slugs(&blue), ["cup", "bowl"]);
    assert_eq!(counts(&blue, "colour"), pairs(&[("Blue", 2), ("Red", 1)]), "red can still be chosen");
    assert_eq!(counts(&blue, "AVAILABILITY"), pairs(&[("In stock", 1), ("Out of stock", 1)]));
    let both = json!({"filter": {"attributes": [{"code": "colour", "values": ["blue"]}], "inStock": true}});
    assert_eq!(slugs(&find(&shop, both).await), ["bowl"]);
}

/// What a page shows beside the filters is in the reader's language; what the filter takes stays as it is.
#[tokio::test]
async fn facets_are_labelled_in_the_markets_language() {
    let shop = Shop::open().await;
    let attribute = "mutation { createAttribute(input: {code: \"waterproof\", kind: BOOLEAN, filterable: true,
        names: [{language: \"en\", text: \"Waterproof\"}, {language: \"de\", text: \"Wasserdicht\"}]}) { __typename } }";
    shop.admin().execute(attribute, json!({})).await.data();
    let product = json!({"slug": "cup", "translations": [{"language": "en", "name": "Cup"}],
        "attributes": [{"code": "waterproof", "boolean": false}]});
    shop.product_of(product, "12.00", 3).await;
    let stocked = json!({"filter": {"inStock": true}});
    eventually(|| async { find(&shop, stocked.clone()).await.get::<i64>("search.totalCount") == 1 }).await;
    let query = "{ search { facets { code label values { value label } } }
        product(slug: \"cup\") { attribute(code: \"waterproof\") { display } } }";
    for (language, availability, in_stock, no) in [
        ("en", "Availability", "In stock", "No"),
        ("de", "Verfügbarkeit", "Auf Lager", "Nein"),
        ("ja", "在庫状況", "在庫あり", "いいえ"),
        ("fr", "Availability", "In stock", "No"),
    ] {
        let reader = shop.app.as_guest().in_market(market("DE", CurrencyCode::EUR, language));
        let answer = reader.execute(query, json!({})).await;
        let facets: Vec<Value> = answer.get("search.facets");
        let of = |code: &str| facets.iter().find(|facet| facet["code"] == code).unwrap();
        assert_eq!(of("AVAILABILITY")["label"], availability, "{language}");
        assert_eq!(of("AVAILABILITY")["values"], json!([{"value": "true", "label": in_stock}]), "{language}");
        assert_eq!(of("waterproof")["values"], json!([{"value": "false", "label": no}]), "{language}");
        assert_eq!(answer.text("product.attribute.display"), no, "{language}");
    }
}

#[tokio::test]
async fn what_a_filter_chose_stays_among_the_facets_when_nothing_is_left_of_it() {
    let Teashop { shop, .. } = teashop().await;
    let nowhere = uuid::Uuid::nil();
    let filter = json!({"categorySlugs": ["tea-ware"], "vendorIds": [nowhere], "inStock": false,
        "attributes": [{"code": "colour", "values": ["red", "gone"]}], "price": {"min": "1000"}});
    let answer = find(&shop, json!({"query": "kettle", "filter": filter})).await;
    assert_eq!(slugs(&answer), Vec::<String>::new());
    for (facet, chosen) in [
        ("CATEGORY", vec!["Tea ware"]),
        ("VENDOR", vec![""]),
        ("AVAILABILITY", vec!["Out of stock"]),
        ("PRICE", vec!["1000.00-"]),
        ("colour", vec!["Red", "gone"]),
    ] {
        let facets = answer.at("search.facets").as_array().unwrap();
        let found = facets.iter().find(|found| found["code"] == facet);
        let values = found.map_or(&[][..], |found| found["values"].as_array().unwrap());
        let selected: Vec<_> = values.iter().filter(|value| value["selected"] == true).collect();
        let labels: Vec<_> = selected.iter().map(|value| value["label"].as_str().unwrap()).collect();
        assert_eq!(labels, chosen, "{facet}");
        assert!(selected.iter().all(|value| value["count"] == 0), "{facet}: {selected:?}");
    }
}

#[tokio::test]
async fn hits_are_filtered_sorted_and_paged() {
    let Teashop { shop, .. } = teashop().await;
    let filtered =
        async |filter: Value| slugs(&find(&shop, json!({"filter": filter, "sort": "PRICE_ASC"})).await);
    assert_eq!(filtered(json!({})).await, ["cup", "bowl", "kettle"]);
    assert_eq!(filtered(json!({"price": {"min": "12.01", "max": "25"}})).await, ["bowl"]);
    assert_eq!(filtered(json!({"attributes": [{"code": "power", "min": 0.5}]})).await, ["bowl", "kettle"]);
    assert_eq!(filtered(json!({"vendorIds": [shop.vendor]})).await.len(), 3);
    assert_eq!(filtered(json!({"vendorIds": [crate::shop::vendor(9)]})).await.len(), 0);
    assert_eq!(filtered(json!({"categorySlugs": ["tea-ware"]})).await.len(), 3);
    assert_eq!(filtered(json!({"categorySlugs": ["unknown"]})).await.len(), 0);
    let first = find(&shop, json!({"first": 2, "sort": "PRICE_DESC"})).await;
    assert_eq!(slugs(&first), ["kettle", "bowl"]);
    let after = first.text("search.pageInfo.endCursor");
    let rest = find(&shop, json!({"first": 2, "sort": "PRICE_DESC", "after": after})).await;
    assert_eq!(
        (slugs(&rest), rest.get::<bool>("search.pageInfo.hasNextPage")),
        (vec!["cup".to_owned()], false)
    );
    // No price in yen: found, but without a place in an order by price.
    let yen: TestClient = shop.app.as_guest().in_market(market("JP", CurrencyCode::JPY, "en"));
    assert_eq!(yen.execute(SEARCH, json!({})).await.get::<i64>("search.totalCount"), 3);
    assert_eq!(yen.execute(SEARCH, json!({"sort": "PRICE_ASC"})).await.get::<i64>("search.totalCount"), 0);
    let long = json!({"query": "a".repeat(201)});
    assert_eq!(find(&shop, long).await.codes(), ["BAD_USER_INPUT"]);
}

#[tokio::test]
async fn suggestions_name_categories_and_products() {
    let Teashop { shop, .. } = teashop().await;
    let query = "query($query: String!) { searchSuggestions(query: $query) { kind text product { slug } } }";
    let answer = shop.app.as_guest().execute(query, json!({"query": "tea"})).await;
    assert_eq!(
        answer.at("searchSuggestions.0"),
        &json!({"kind": "CATEGORY", "text": "Tea ware", "product": null})
    );
    let answer = shop.app.as_guest().execute(query, json!({"query": "mat"})).await;
    assert_eq!(answer.text("searchSuggestions.0.product.slug"), "bowl");
    assert_eq!(
        shop.app.as_guest().execute(query, json!({"query": " "})).await.at("searchSuggestions"),
        &json!([])
    );
}

/// Check 37, the index's part: it follows every change, and equals the database after a restart without it.
#[tokio::test]
async fn the_index_follows_the_database() {
    let Teashop { shop, kettle } = teashop().await;
    let update = "mutation($id: ID!, $name: String!) { updateProduct(input: {id: $id, translations: [
        {language: \"en\", name: $name}]}) { __typename } }";
    shop.admin().execute(update, json!({"id": kettle.product, "name": "Iron Samovar"})).await.data();
    eventually(|| async { slugs(&find(&shop, json!({"query": "samovar"})).await) == ["kettle"] }).await;
    assert_eq!(slugs(&find(&shop, json!({"query": "kettle"})).await).len(), 1, "by its SKU alone");
    let sold = shop.adjust(&kettle.offer, &kettle.warehouse, -3).await;
    assert_eq!(sold.get::<i64>("adjustStock.level.available"), 0);
    let in_stock = json!({"query": "samovar", "filter": {"inStock": true}});
    eventually(|| async { slugs(&find(&shop, in_stock.clone()).await).is_empty() }).await;
    let rebuilt = shop.admin().execute("mutation { reindexSearch { products } }", json!({})).await;
    assert_eq!(rebuilt.get::<i64>("reindexSearch.products"), 3);
    assert_eq!(find(&shop, json!({})).await.get::<i64>("search.totalCount"), 3);
    let archive = "mutation($id: ID!) { archiveProduct(input: {id: $id}) { product { status } } }";
    shop.admin().execute(archive, json!({"id": kettle.product})).await.data();
    eventually(|| async { find(&shop, json!({})).await.get::<i64>("search.totalCount") == 2 }).await;
    let folder = shop.app.data_dir().join("catalog/search");
    eventually(|| async { std::fs::remove_dir_all(&folder).is_ok() }).await;
    let shop = Shop { app: shop.app.restart().await, ..shop };
    eventually(|| async { find(&shop, json!({})).await.get::<i64>("search.totalCount") == 2 }).await;
}

/// After an upgrade that reads another index, or on a disk that takes none: what is not there yet is not said to be all
/// there is.
#[tokio::test]
async fn a_search_waits_for_an_index_that_is_not_complete() {
    let Teashop { shop, kettle } = teashop().await;
    // Nobody writes the index that is taken away.
    let alone = TestSubgraph::<CatalogSubgraph>::builder().without_workers();
    let shop = Shop { app: shop.app.restart_with(alone).await, ..shop };
    let folder = shop.app.data_dir().join("catalog/search");
    std::fs::remove_dir_all(&folder).unwrap();
    // Where a folder stands in the place of its lock, nobody can write the index.
    let obstacle = folder.join("v4/.tantivy-writer.lock");
    std::fs::create_dir_all(&obstacle).unwrap();
    let shop = Shop { app: shop.app.restart().await, ..shop };
    for query in [SEARCH, "{ searchSuggestions(query: \"kettle\") { text } }"] {
        let refused = shop.app.as_guest().execute(query, json!({})).await;
        assert_eq!(refused.codes(), ["UNAVAILABLE"], "{}", refused.body);
        assert!(refused.errors()[0]["extensions"]["retryAfter"].is_u64(), "{}", refused.body);
    }
    std::fs::remove_dir(&obstacle).unwrap();
    // A change of a product writes the index, and with it all that is missing.
    let sold = shop.adjust(&kettle.offer, &kettle.warehouse, -3).await;
    assert_eq!(sold.get::<i64>("adjustStock.level.available"), 0);
    let found = async || {
        let answer = find(&shop, json!({})).await;
        if answer.codes() == ["UNAVAILABLE"] { None } else { Some(answer.get::<i64>("search.totalCount")) }
    };
    assert_eq!(eventually_some(found).await, 3, "all or nothing");
    let shop = Shop { app: shop.app.restart().await, ..shop };
    assert_eq!(find(&shop, json!({})).await.get::<i64>("search.totalCount"), 3, "it is complete for good");
}

/// Check 56: a text is found in whatever form, width and case it is written, and looked for.
#[tokio::test]
async fn a_text_is_found_in_any_form() {
    let shop = Shop::open().await;
    for (slug, name) in [
        ("dessert", "Crème brûlée"),
        ("glass", "青いガラス玉"),
        ("map", "Straße nach Kyoto"),
        ("half", "ﾎﾟｯﾄ"),
    ] {
        shop.product(slug, name, "1.00", 1).await;
    }
    let found = async |query: &str| slugs(&find(&shop, json!({"query": query, "sort": "NEWEST"})).await);
    eventually(|| async { found("").await.len() == 4 }).await;
    for (query, slug) in [
        ("crème", "dessert"),
        ("cre\u{300}me", "dessert"),
        ("ＣＲＥＭＥ", "dessert"),
        ("bru\u{302}le\u{301}e", "dessert"),
        ("ガラス", "glass"),
        ("ｶﾞﾗｽ", "glass"),
        ("カ\u{3099}ラス", "glass"),
        ("STRASSE", "map"),
        ("straße", "map"),
        ("ポット", "half"),
        ("ﾎﾟｯﾄ", "half"),
    ] {
        assert_eq!(found(query).await, [slug], "{query}");
    }
    let suggest =
        "query($query: String!) { searchSuggestions(query: $query) { kind text product { slug } } }";
    let suggested = async |query: &str| shop.app.as_guest().execute(suggest, json!({"query": query})).await;
    for (query, slug) in [("cre\u{300}", "dessert"), ("ｶﾞﾗ", "glass"), ("STRASS", "map")] {
        assert_eq!(suggested(query).await.text("searchSuggestions.0.product.slug"), slug, "{query}");
    }
    let category = "mutation { createCategory(input: {slug: \"s\", names: [{language: \"en\", text: \"Süßes\"}]}) { __typename } }";
    shop.admin().execute(category, json!({})).await.data();
    for query in ["SÜSS", "su\u{308}ß"] {
        assert_eq!(suggested(query).await.text("searchSuggestions.0.text"), "Süßes", "{query}");
    }
    let answer = find(&shop, json!({"query": "STRASSE"})).await;
    assert_eq!(answer.text("search.edges.0.highlights.0.html"), "<em>Straße</em> nach Kyoto");
}

/// Whoever looks for signs alone is not shown everything; whoever looks for nothing browses.
#[tokio::test]
async fn a_query_of_signs_alone_finds_nothing() {
    let shop = Shop::open().await;
    shop.product("tea", "Tea", "1.00", 1).await;
    let total =
        async |query: Value| find(&shop, json!({"query": query})).await.get::<i64>("search.totalCount");
    eventually(|| async { total(Value::Null).await == 1 }).await;
    for query in ["", "  ", "\u{3000}", "tea", "tea!", "😀 tea"] {
        assert_eq!(total(json!(query)).await, 1, "{query:?}");
    }
    for query in ["!!!", "😀", "…", "--", "❤️", "\u{200b}", &"a".repeat(81)] {
        let answer = find(&shop, json!({"query": query})).await;
        assert_eq!(answer.get::<i64>("search.totalCount"), 0, "{query:?}");
        assert_eq!(answer.at("search.facets"), &json!([]), "{query:?}");
        assert_eq!(answer.at("search.edges"), &json!([]), "{query:?}");
    }
}

#[tokio::test]
async fn more_facets_than_a_page_can_show_are_refused() {
    let shop = Shop::open().await;
    let search = "query($facets: [String!]) { search(facets: $facets) { totalCount } }";
    let ask = async |count: usize| {
        shop.app.as_guest().execute(search, json!({"facets": vec!["PRICE"; count]})).await
    };
    ask(100).await.data();
    assert_eq!(ask(101).await.codes(), ["BAD_USER_INPUT"]);
}

/// The slugs of a page, and the cursor of its end.
async fn page(shop: &Shop, mut variables: Value, after: Option<&str>) -> (Vec<String>, String) {
    variables["first"] = json!(2);
    variables["after"] = json!(after);
    let answer = find(shop, variables).await;
    (slugs(&answer), answer.text("search.pageInfo.endCursor"))
}

/// What comes and goes before a page changes neither what is on it nor how well the others match.
#[tokio::test]
async fn search_pages_neither_repeat_nor_skip_what_was_there_all_along() {
    let shop = Shop::open().await;
    let names = ["Old Iron Kettle", "Iron Kettle", "Iron Kettle of Old", "Kettle of Iron", "Iron Kettles"];
    for (price, (slug, name)) in (10..).zip(["a", "b", "c", "d", "e"].into_iter().zip(names)) {
        shop.product(slug, name, &format!("{price}.00"), 1).await;
    }
    let total = async || find(&shop, json!({"sort": "PRICE_ASC"})).await.get::<i64>("search.totalCount");
    eventually(|| async { total().await == 5 }).await;
    let searches = [
        json!({"query": "old iron kettle"}),
        json!({"query": "iron kettle"}),
        json!({"query": "iron kettle", "sort": "PRICE_ASC"}),
        json!({"query": "kettle", "sort": "PRICE_DESC"}),
        json!({"sort": "NEWEST"}),
        json!({}),
    ];
    let mut open = Vec::new();
    for search in searches {
        let answer = find(&shop, search.clone()).await;
        let (first, after) = page(&shop, search.clone(), None).await;
        open.push((search, slugs(&answer), first, after));
    }
    // Cheaper, dearer, newer, matching better and worse; and many that make words common which were rare.
    for (number, name) in ["Old Iron Kettle", "Iron Kettle", "Old Iron", "Kettle"].into_iter().enumerate() {
        for (price, kind) in [("1.00", "cheap"), ("99.00", "dear")] {
            shop.product(&format!("{kind}-{number}"), name, price, 1).await;
        }
    }
    eventually(|| async { total().await == 13 }).await;
    for (search, before, first, after) in open {
        let (mut seen, mut after) = (first, after);
        loop {
            let variables =
                json!({"query": search["query"], "sort": search["sort"], "first": 2, "after": after});
            let next = find(&shop, variables).await;
            seen.extend(slugs(&next));
            if !next.get::<bool>("search.pageInfo.hasNextPage") {
                break;
            }
            after = next.text("search.pageInfo.endCursor");
        }
        let old: Vec<_> = seen.iter().filter(|slug| before.contains(slug)).cloned().collect();
        assert_eq!(old, before, "{search}: {seen:?}");
        let distinct: std::collections::HashSet<_> = seen.iter().collect();
        assert_eq!(distinct.len(), seen.len(), "{search}: {seen:?}");
    }
    // And where the product that a page ended with is taken off sale.
    let search =
        json!({"query": "iron kettle", "sort": "PRICE_ASC", "filter": {"price": {"min": "10", "max": "20"}}});
    let (first, after) = page(&shop, search.clone(), None).await;
    assert_eq!(first, ["a", "b"]);
    let of = "query($slug: String!) { product(slug: $slug) { id } }";
    let archive = "mutation($id: ID!) { archiveProduct(input: {id: $id}) { product { status } } }";
    for slug in ["a", "b"] {
        let id = shop.admin().execute(of, json!({"slug": slug})).await.text("product.id").to_owned();
        shop.admin().execute(archive, json!({"id": id})).await.data();
    }
    eventually(|| async { total().await == 11 }).await;
    assert_eq!(page(&shop, search, Some(&after)).await.0, ["c", "d"]);
}

/// A cursor says where one search goes on, and nothing about another.
#[tokio::test]
async fn a_cursor_of_another_search_is_refused() {
    let Teashop { shop, .. } = teashop().await;
    let search = json!({"query": "a", "sort": "PRICE_ASC", "filter": {"inStock": true}});
    let (_, cursor) = page(&shop, search.clone(), None).await;
    find(&shop, json!({"query": "a", "sort": "PRICE_ASC", "filter": {"inStock": true}, "after": cursor}))
        .await
        .data();
    for (field, value) in [
        ("query", json!("b")),
        ("sort", json!("PRICE_DESC")),
        ("filter", json!(null)),
        ("filter", json!({"inStock": true, "price": {"min": "1"}})),
    ] {
        let mut other = search.clone();
        other[field] = value;
        other["after"] = json!(cursor);
        let refused = find(&shop, other).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{field}: {}", refused.body);
        assert_eq!(refused.errors()[0]["extensions"]["field"], "after", "{}", refused.body);
    }
    let dollars = shop.app.as_guest().in_market(market("US", CurrencyCode::EUR, "en"));
    let mut abroad = search;
    abroad["after"] = json!(cursor);
    assert_eq!(dollars.execute(SEARCH, abroad).await.codes(), ["BAD_USER_INPUT"], "another market's prices");
}
