//! Which offers decide what a product costs: those that can be bought now, and where none can, all that are on sale.

use platform_commerce::{CurrencyCode, Market};
use platform_testkit::{Answer, eventually};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::shop::{Made, Shop, vendor};

const PAGE: &str = "query($id: ID!) { product(id: $id) { version inStock
    priceRange { min { amount } max { amount } } bestOffer { price { amount { amount } } }
    variants { price { amount { amount } } } } }";
const LIST: &str = "{ products(sortBy: PRICE_ASC) { nodes { slug } }
    cheap: products(filter: {price: {max: \"8.50\"}}) { nodes { slug } }
    search(sort: PRICE_ASC) { nodes { slug } priceRange { min { amount } max { amount } } }
    found: search(filter: {price: {max: \"8.50\"}}) { nodes { slug } } }";

/// A product that two vendors offer: this for 10.00, a rival for 8.00; and a cup for 9.00 that stays in stock.
struct Offered {
    shop: Shop,
    tea: Made,
    rival: Made,
}

impl Offered {
    async fn open() -> Self {
        let shop = Shop::open().await;
        let tea = shop.product("tea", "Tea", "10.00", 2).await;
        shop.product("cup", "Cup", "9.00", 5).await;
        let prices = json!([{"price": {"amount": "8.00", "currency": "EUR"}}]);
        let offer = shop.offer(vendor(2), &tea.variant, prices).await;
        let warehouse = shop.warehouse_of(vendor(2), "W-rival", 0).await;
        let rival = Made { offer, warehouse, ..tea.clone() };
        Self { shop, tea, rival }
    }

    async fn page(&self) -> Answer {
        self.shop.app.as_guest().execute(PAGE, json!({"id": self.tea.product})).await
    }

    /// That the page shows a range whose lower end is the best offer's, and that lists and searches go by it.
    async fn costs(&self, min: &str, max: &str) {
        let page = self.page().await;
        assert_eq!(page.text("product.priceRange.min.amount"), min);
        assert_eq!(page.text("product.priceRange.max.amount"), max);
        assert_eq!(page.text("product.bestOffer.price.amount.amount"), min);
        assert_eq!(page.text("product.variants.0.price.amount.amount"), min);
        let is_cheap = min == "8.00";
        let (order, cheap) = if is_cheap { ("tea cup", "tea") } else { ("cup tea", "") };
        let lists = async || self.shop.app.as_guest().execute(LIST, json!({})).await;
        let answer = lists().await;
        assert_eq!(slugs(answer.at("products.nodes")), order);
        assert_eq!(slugs(answer.at("cheap.nodes")), cheap);
        eventually(|| async { slugs(lists().await.at("search.nodes")) == order }).await;
        let answer = lists().await;
        assert_eq!(slugs(answer.at("found.nodes")), cheap);
        let bounds = if is_cheap { ("8.00", "9.00") } else { ("9.00", "10.00") };
        let bound = |end: &str| answer.text(&format!("search.priceRange.{end}.amount")).to_owned();
        assert_eq!((bound("min").as_str(), bound("max").as_str()), bounds);
    }
}

fn slugs(nodes: &Value) -> String {
    let slugs: Vec<&str> =
        nodes.as_array().unwrap().iter().map(|node| node["slug"].as_str().unwrap()).collect();
    slugs.join(" ")
}

#[tokio::test]
async fn an_offer_without_stock_decides_no_price_while_another_can_be_bought() {
    let offered = Offered::open().await;
    let Offered { shop, tea, rival } = &offered;
    offered.costs("10.00", "10.00").await;
    shop.adjust(&rival.offer, &rival.warehouse, 2).await.data();
    offered.costs("8.00", "10.00").await;
    // What is reserved cannot be bought.
    let reserve = "mutation($input: ReserveStockInput!) { reserveStock(input: $input) { __typename } }";
    let expires = platform_core::Clock::now(shop.app.clock()) + chrono::TimeDelta::minutes(15);
    let lines = json!([{"offerId": rival.offer, "quantity": 2}]);
    let input = json!({"input": {"key": "order-1", "lines": lines, "expiresAt": expires}});
    let reserved = shop.orders().execute_internal(reserve, input).await;
    assert_eq!(reserved.text("reserveStock.__typename"), "StockReserved");
    offered.costs("10.00", "10.00").await;
    // What is sold out still has a price: that of all who would sell it.
    shop.adjust(&tea.offer, &tea.warehouse, -2).await.data();
    assert!(!offered.page().await.get::<bool>("product.inStock"));
    offered.costs("8.00", "10.00").await;
}

/// What is in stock for dollars alone, or for a group alone, can be bought by nobody else: pages and searches say so.
#[tokio::test]
async fn what_has_no_price_in_the_market_is_not_in_stock_there() {
    let offered = Offered::open().await;
    let Offered { shop, tea, rival } = &offered;
    shop.adjust(&tea.offer, &tea.warehouse, -2).await.data();
    let only = |currency: &str, group: Value| json!([{"price": {"amount": "8.00", "currency": currency}, "customerGroup": group}]);
    let of_group = |group: &str| Market { customer_group: Some(group.into()), ..Market::default() };
    let dollars = Market { currency: CurrencyCode::USD, country: "US".into(), ..Market::default() };
    shop.adjust(&rival.offer, &rival.warehouse, 3).await.data();
    let query = "query($id: ID!) { product(id: $id) { inStock variants { inStock } }
        there: search(filter: {inStock: true}) { nodes { slug } }
        gone: search(filter: {inStock: false}) { nodes { slug } } }";
    for (prices, buyers, others) in [
        (only("USD", Value::Null), dollars, vec![Market::default(), of_group("club")]),
        (only("EUR", json!("club")), of_group("club"), vec![Market::default(), of_group("trade")]),
    ] {
        shop.offer(vendor(2), &tea.variant, prices).await;
        let asked = async |market: &Market| {
            let asks = shop.app.as_guest().in_market(market.clone());
            asks.execute(query, json!({"id": tea.product})).await
        };
        let is_found = |answer: &Answer, list: &str| slugs(answer.at(list)).contains("tea");
        eventually(|| async { is_found(&asked(&buyers).await, "there.nodes") }).await;
        let answer = asked(&buyers).await;
        assert!(answer.get::<bool>("product.inStock") && !is_found(&answer, "gone.nodes"), "{}", answer.body);
        for other in others {
            let answer = asked(&other).await;
            assert_eq!(answer.at("product"), &json!({"inStock": false, "variants": [{"inStock": false}]}));
            assert!(!is_found(&answer, "there.nodes") && is_found(&answer, "gone.nodes"), "{}", answer.body);
        }
    }
}

/// The product is written, and its index entry with it, when an offer of it runs out or comes back; a sale of one of many
/// pieces leaves it alone.
#[tokio::test]
async fn a_sale_refreshes_a_product_only_where_an_offer_runs_out_or_comes_back() {
    let offered = Offered::open().await;
    let Offered { shop, rival, .. } = &offered;
    let version = async || offered.page().await.get::<i64>("product.version");
    let before = version().await;
    shop.adjust(&rival.offer, &rival.warehouse, 3).await.data();
    assert_eq!(version().await, before + 1, "it came back");
    shop.adjust(&rival.offer, &rival.warehouse, -2).await.data();
    assert_eq!(version().await, before + 1, "one is left");
    shop.adjust(&rival.offer, &rival.warehouse, -1).await.data();
    assert_eq!(version().await, before + 2, "it ran out");
}

/// The rule is that of each currency: an offer in stock decides no price in a currency that it is not sold in.
#[tokio::test]
async fn an_offer_in_stock_hides_no_price_in_another_currency() {
    let offered = Offered::open().await;
    let Offered { shop, tea, rival } = &offered;
    let dollars = json!([{"price": {"amount": "11.00", "currency": "USD"}}]);
    shop.offer(shop.vendor, &tea.variant, dollars).await;
    offered.costs("8.00", "8.00").await;
    shop.adjust(&rival.offer, &rival.warehouse, 1).await.data();
    offered.costs("8.00", "8.00").await;
}

/// The lowest prices that are kept from before came from all offers; they are worked out anew.
#[tokio::test]
async fn prices_from_before_are_those_of_offers_in_stock() {
    let offered = Offered::open().await;
    offered.shop.product("jug", "Jug", "20.00", 0).await;
    for statement in [
        "UPDATE product_price SET amount = 800 WHERE amount = 1000",
        "DELETE FROM seaql_migrations WHERE version = 'm0007_prices_in_stock'",
    ] {
        offered.shop.app.database().write().execute_unprepared(statement).await.unwrap();
    }
    offered.shop.app.migrate().await;
    let Offered { shop, tea, rival } = offered;
    let offered = Offered { shop: Shop { app: shop.app.restart().await, ..shop }, tea, rival };
    let query = "{ products(sortBy: PRICE_ASC) { nodes { slug } }
        dear: products(filter: {price: {min: \"20\", max: \"20\"}}) { nodes { slug } } }";
    let answer = offered.shop.app.as_guest().execute(query, json!({})).await;
    assert_eq!(slugs(answer.at("products.nodes")), "cup tea jug");
    assert_eq!(slugs(answer.at("dear.nodes")), "jug", "sold out, and priced all the same");
}
