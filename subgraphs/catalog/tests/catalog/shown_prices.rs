//! Check 46: what a product costs is one number on its page, in the list's filter and order, in the search's filter, facet
//! and bounds, and in the quote, in both displays and wherever its goods are taxed.

use platform_commerce::CurrencyCode;
use platform_commerce::market::{Market, TaxDisplay};
use platform_testkit::{Answer, TestClient, eventually};
use serde_json::{Value, json};

use crate::shop::{Made, Shop, market, market_without_tax, taxed};

const PAGE: &str = "query($id: ID!) { product(id: $id) {
    priceRange { min { amount } max { amount } } bestOffer { price { amount { amount } } }
    variants { price { amount { amount } } } } }";
const LIST: &str = "query($price: PriceRangeInput, $sort: ProductSort, $first: Int, $after: String) {
    products(filter: {price: $price}, sortBy: $sort, first: $first, after: $after) {
        nodes { slug } pageInfo { endCursor hasNextPage } } }";
const SEARCH: &str =
    "query($filter: SearchFilter, $sort: SearchSort) { search(filter: $filter, sort: $sort) {
    nodes { slug } priceRange { min { amount } max { amount } }
    facets { code values { count min { amount } max { amount } } } } }";
const QUOTE: &str = "query($input: QuoteLinesInput!) { quoteLines(input: $input) {
    lines { unitPrice { amount } } } }";

/// A product, and what it must be shown for.
type Expected<'a> = (&'a Made, &'static str, &'static str);

fn slugs(answer: &Answer, at: &str) -> Vec<String> {
    let nodes = answer.at(at).as_array().unwrap();
    nodes.iter().map(|node| node["slug"].as_str().unwrap().to_owned()).collect()
}

/// Slugs of those that `keep` keeps, in their order.
fn those(expected: &[Expected<'_>], keep: impl Fn(&str) -> bool) -> Vec<&'static str> {
    expected.iter().filter(|(_, _, price)| keep(price)).map(|(_, slug, _)| *slug).collect()
}

fn cents(price: &str) -> i64 {
    price.replace('.', "").parse().unwrap()
}

/// Everything that shows or compares prices in `market` agrees with `expected`, which is in the order of its prices.
async fn are_shown(shop: &Shop, market: &Market, expected: &[Expected<'_>]) {
    let client = shop.app.as_guest().in_market(market.clone());
    let why = format!("{} {:?}", market.country, market.tax_display);
    for (made, slug, price) in expected {
        let answer = client.execute(PAGE, json!({"id": made.product})).await;
        for path in [
            "priceRange.min.amount",
            "priceRange.max.amount",
            "bestOffer.price.amount.amount",
            "variants.0.price.amount.amount",
        ] {
            assert_eq!(answer.text(&format!("product.{path}")), *price, "{why} {slug} {path}");
        }
    }
    in_lists(&client, expected, &why).await;
    in_search(&client, expected, &why).await;
    let lines: Vec<Value> =
        expected.iter().map(|(made, ..)| json!({"offerId": made.offer, "quantity": 1})).collect();
    let display = match market.tax_display {
        TaxDisplay::Inclusive => "INCLUSIVE",
        TaxDisplay::Exclusive => "EXCLUSIVE",
    };
    let input = json!({"lines": lines, "market": {"country": market.country, "currency": market.currency,
        "language": "en", "taxDisplay": display}});
    let quoted = shop.orders().execute_internal(QUOTE, json!({"input": input})).await;
    for (at, (_, slug, price)) in expected.iter().enumerate() {
        assert_eq!(quoted.text(&format!("quoteLines.lines.{at}.unitPrice.amount")), *price, "{why} {slug}");
    }
}

async fn in_lists(client: &TestClient, expected: &[Expected<'_>], why: &str) {
    let all = those(expected, |_| true);
    for (_, slug, price) in expected {
        let list = async |min: Option<&str>, max: Option<&str>| {
            let variables = json!({"price": {"min": min, "max": max}, "sort": "PRICE_ASC"});
            slugs(&client.execute(LIST, variables).await, "products.nodes")
        };
        assert_eq!(list(Some(price), Some(price)).await, [*slug], "{why}");
        assert_eq!(list(None, Some(price)).await, those(expected, |p| cents(p) <= cents(price)), "{why}");
        assert_eq!(list(Some(price), None).await, those(expected, |p| cents(p) >= cents(price)), "{why}");
    }
    for sort in ["PRICE_ASC", "PRICE_DESC"] {
        let (mut found, mut after) = (Vec::new(), Value::Null);
        loop {
            let variables = json!({"sort": sort, "first": 1, "after": after});
            let page = client.execute(LIST, variables).await;
            found.extend(slugs(&page, "products.nodes"));
            if !page.get::<bool>("products.pageInfo.hasNextPage") {
                break;
            }
            after = page.at("products.pageInfo.endCursor").clone();
        }
        if sort == "PRICE_DESC" {
            found.reverse();
        }
        assert_eq!(found, all, "{why} {sort}, page by page");
    }
}

async fn in_search(client: &TestClient, expected: &[Expected<'_>], why: &str) {
    let find = async |filter: Value, sort: &str| {
        client.execute(SEARCH, json!({"filter": filter, "sort": sort})).await
    };
    eventually(|| async {
        slugs(&find(json!({}), "PRICE_ASC").await, "search.nodes").len() == expected.len()
    })
    .await;
    let all = find(json!({}), "PRICE_ASC").await;
    assert_eq!(slugs(&all, "search.nodes"), those(expected, |_| true), "{why}");
    let mut dearest_first = slugs(&find(json!({}), "PRICE_DESC").await, "search.nodes");
    dearest_first.reverse();
    assert_eq!(dearest_first, those(expected, |_| true), "{why}");
    assert_eq!(all.text("search.priceRange.min.amount"), expected.first().unwrap().2, "{why}");
    assert_eq!(all.text("search.priceRange.max.amount"), expected.last().unwrap().2, "{why}");
    for (_, slug, price) in expected {
        let only = find(json!({"price": {"min": price, "max": price}}), "PRICE_ASC").await;
        assert_eq!(slugs(&only, "search.nodes"), [*slug], "{why}");
        let cheaper = find(json!({"price": {"max": price}}), "PRICE_ASC").await;
        assert_eq!(slugs(&cheaper, "search.nodes"), those(expected, |p| cents(p) <= cents(price)), "{why}");
    }
    let facets = all.at("search.facets").as_array().unwrap();
    for range in facets.iter().find(|facet| facet["code"] == "PRICE").unwrap()["values"].as_array().unwrap() {
        let ends = json!({"min": range["min"]["amount"], "max": range["max"]["amount"]});
        let found = slugs(&find(json!({"price": ends}), "PRICE_ASC").await, "search.nodes").len();
        assert_eq!(found, usize::try_from(range["count"].as_u64().unwrap()).unwrap(), "{why} {range}");
    }
}

#[tokio::test]
async fn a_price_is_shown_the_same_everywhere_with_and_without_tax() {
    let shop = Shop::open().await;
    let tea = shop.product("tea", "Tea", "18.00", 9).await;
    let rice = shop.product_of(taxed("rice", "reduced"), "17.00", 9).await;
    let with_tax = market("DE", CurrencyCode::EUR, "en");
    are_shown(&shop, &with_tax, &[(&rice, "rice", "17.00"), (&tea, "tea", "18.00")]).await;
    let without = market_without_tax("DE", CurrencyCode::EUR);
    // Without tax tea is the cheaper one, with tax it is the dearer.
    are_shown(&shop, &without, &[(&tea, "tea", "15.13"), (&rice, "rice", "15.89")]).await;
}

/// Goods without tax in a zone that taxes others are shown less the home tax, in both displays; those that are taxed
/// nowhere, or by no class of either zone, as they were entered.
#[tokio::test]
async fn goods_without_tax_are_shown_less_the_home_tax_everywhere() {
    let shop = Shop::open().await;
    shop.tax_zone("eu", true, &["DE", "FR"], &[("standard", 190_000), ("reduced", 70_000), ("stamps", 0)])
        .await;
    shop.tax_zone("ie", true, &["IE"], &[("standard", 230_000), ("children", 50_000)]).await;
    let tea = shop.product("tea", "Tea", "18.00", 9).await;
    let rice = shop.product_of(taxed("rice", "reduced"), "19.00", 9).await;
    let stamp = shop.product_of(taxed("stamp", "stamps"), "17.90", 9).await;
    let coat = shop.product_of(taxed("coat", "children"), "17.95", 9).await;
    let with_tax = market("IE", CurrencyCode::EUR, "en");
    let expected = [
        (&rice, "rice", "17.76"),
        (&stamp, "stamp", "17.90"),
        (&coat, "coat", "17.95"),
        (&tea, "tea", "18.00"),
    ];
    are_shown(&shop, &with_tax, &expected).await;
    let without = market_without_tax("IE", CurrencyCode::EUR);
    let expected = [
        (&tea, "tea", "14.63"),
        (&coat, "coat", "17.10"),
        (&rice, "rice", "17.76"),
        (&stamp, "stamp", "17.90"),
    ];
    are_shown(&shop, &without, &expected).await;
    // At home each has its own tax in it.
    let home = market("DE", CurrencyCode::EUR, "en");
    let expected = [
        (&stamp, "stamp", "17.90"),
        (&coat, "coat", "17.95"),
        (&tea, "tea", "18.00"),
        (&rice, "rice", "19.00"),
    ];
    are_shown(&shop, &home, &expected).await;
}
