use platform_commerce::CurrencyCode;
use platform_testkit::Answer;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use crate::shop::{Shop, nobodys_offer, user, vendor};

const QUOTE: &str = "query($input: QuoteLinesInput!) { quoteLines(input: $input) {
    pricesIncludeTax couponRejection coupon { code funding discount { amount } }
    lines { sku productName quantity available unitPrice { amount } subtotal { amount } discount { amount }
            net { amount } tax { amount } total { amount } taxRate }
    problems { offerId code requested available }
    subtotal { amount } discount { amount } net { amount } tax { amount } total { amount currency } } }";

async fn quote(shop: &Shop, country: &str, currency: &str, lines: Value, coupon: Option<&str>) -> Answer {
    let input = json!({
        "lines": lines, "couponCode": coupon, "userId": user(7),
        "market": {"country": country, "currency": currency, "language": "ja"},
    });
    shop.orders().execute_internal(QUOTE, json!({"input": input})).await
}

fn amounts(answer: &Answer) -> [String; 5] {
    ["subtotal", "discount", "net", "tax", "total"]
        .map(|field| answer.text(&format!("quoteLines.{field}.amount")).to_owned())
}

#[tokio::test]
async fn tax_is_in_the_price_or_on_top_of_it_by_country() {
    let shop = Shop::open().await;
    let input = json!({"slug": "tea", "translations": [
        {"language": "en", "name": "Tea"}, {"language": "ja", "name": "お茶"}]});
    let made = shop.product_of(input, "9.99", 100).await;
    let prices = json!([
        {"price": {"amount": "9.99", "currency": "EUR"}}, {"price": {"amount": "10.00", "currency": "USD"}},
        {"price": {"amount": "8.99", "currency": "EUR"}, "minQuantity": 10},
        {"price": {"amount": "1100", "currency": "JPY"}},
    ]);
    shop.offer(shop.vendor, &made.variant, prices).await;
    let lines = |quantity: i64| json!([{"offerId": made.offer, "quantity": quantity}]);
    let germany = quote(&shop, "DE", "EUR", lines(3), None).await;
    assert_eq!(amounts(&germany), ["29.97", "0.00", "25.18", "4.79", "29.97"]);
    assert!(germany.get::<bool>("quoteLines.pricesIncludeTax"));
    assert_eq!(germany.text("quoteLines.lines.0.productName"), "お茶");
    assert_eq!(germany.text("quoteLines.lines.0.taxRate"), "0.19");
    let america = quote(&shop, "US", "USD", lines(3), None).await;
    // Entered without tax, and shown with it as the market wants it.
    assert_eq!(amounts(&america), ["32.66", "0.00", "30.00", "2.66", "32.66"]);
    let japan = quote(&shop, "JP", "JPY", lines(1), None).await;
    assert_eq!(amounts(&japan), ["1100", "0", "1000", "100", "1100"]);
    let many = quote(&shop, "DE", "EUR", lines(10), None).await;
    assert_eq!(amounts(&many), ["89.90", "0.00", "75.55", "14.35", "89.90"]);
}

#[tokio::test]
async fn a_discount_is_spread_over_the_lines_before_tax() {
    let shop = Shop::open().await;
    let (tea, cup) =
        (shop.product("tea", "Tea", "10.00", 9).await, shop.product("cup", "Cup", "5.01", 9).await);
    let lines = json!([{"offerId": tea.offer, "quantity": 1}, {"offerId": cup.offer, "quantity": 1}]);
    let mutation = "mutation { a: createCoupon(input: {code: \"TEN\", rate: \"0.1\"}) { __typename }
        b: createCoupon(input: {code: \"BIG\", amount: {amount: \"3\", currency: \"EUR\"},
            minimum: {amount: \"15.02\", currency: \"EUR\"}}) { __typename } }";
    shop.admin().execute(mutation, json!({})).await.data();
    let answer = quote(&shop, "DE", "EUR", lines.clone(), Some(" ten ")).await;
    assert_eq!(amounts(&answer), ["15.01", "1.50", "11.35", "2.16", "13.51"]);
    let part = |line: usize| answer.text(&format!("quoteLines.lines.{line}.discount.amount")).to_owned();
    assert_eq!([part(0), part(1)], ["1.00", "0.50"]);
    assert_eq!(
        answer.at("quoteLines.coupon"),
        &json!({
        "code": "TEN", "funding": "PLATFORM", "discount": {"amount": "1.50"}})
    );
    for (code, reason) in [("BIG", "BELOW_MINIMUM"), ("NONE", "UNKNOWN")] {
        let answer = quote(&shop, "DE", "EUR", lines.clone(), Some(code)).await;
        assert_eq!(answer.text("quoteLines.couponRejection"), reason);
        assert_eq!(answer.text("quoteLines.discount.amount"), "0.00");
    }
}

#[tokio::test]
async fn a_line_that_cannot_be_bought_says_why() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 2).await;
    let problems = |answer: &Answer| {
        let problems = answer.at("quoteLines.problems").as_array().unwrap().clone();
        problems.iter().map(|problem| problem["code"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let lines = json!([{"offerId": made.offer, "quantity": 3}, {"offerId": nobodys_offer(), "quantity": 1}]);
    let short = quote(&shop, "DE", "EUR", lines.clone(), None).await;
    assert_eq!(problems(&short), ["INSUFFICIENT_STOCK", "UNKNOWN_OFFER"]);
    assert_eq!(short.text("quoteLines.total.amount"), "30.00");
    assert_eq!(
        problems(&quote(&shop, "JP", "JPY", lines.clone(), None).await),
        ["NO_PRICE", "UNKNOWN_OFFER"]
    );
    let archive = "mutation($id: ID!) { archiveProduct(input: {id: $id}) { product { status } } }";
    shop.admin().execute(archive, json!({"id": made.product})).await.data();
    assert_eq!(problems(&quote(&shop, "DE", "EUR", lines, None).await), ["NOT_FOR_SALE", "UNKNOWN_OFFER"]);
    let twice = json!([{"offerId": made.offer, "quantity": 1}, {"offerId": made.offer, "quantity": 1}]);
    assert_eq!(quote(&shop, "DE", "EUR", twice, None).await.codes(), ["BAD_USER_INPUT"]);
    let none = json!([{"offerId": made.offer, "quantity": 0}]);
    assert_eq!(quote(&shop, "DE", "EUR", none, None).await.codes(), ["BAD_USER_INPUT"]);
}

#[tokio::test]
async fn the_best_offer_is_the_cheapest_that_is_in_stock() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 2).await;
    let rival = vendor(2);
    shop.offer(rival, &made.variant, json!([{"price": {"amount": "8.00", "currency": "EUR"}}])).await;
    let query = "query($id: ID!) { product(id: $id) { inStock priceRange { min { amount } max { amount } }
        bestOffer { vendor { id } price { amount { amount } net { amount } taxIncluded } available }
        variants { offers { vendor { id } } } } }";
    let answer = shop.app.as_guest().execute(query, json!({"id": made.product})).await;
    assert_eq!(answer.text("product.bestOffer.vendor.id"), shop.vendor.to_string(), "the rival has no stock");
    assert_eq!(answer.text("product.bestOffer.price.amount.amount"), "10.00");
    assert_eq!(answer.text("product.priceRange.min.amount"), "10.00");
    assert_eq!(answer.at("product.variants.0.offers").as_array().unwrap().len(), 2);
    let net = crate::shop::market_without_tax("DE", CurrencyCode::EUR);
    let answer = shop.app.as_guest().in_market(net).execute(query, json!({"id": made.product})).await;
    assert_eq!(answer.text("product.bestOffer.price.amount.amount"), "8.40");
    assert!(!answer.get::<bool>("product.bestOffer.price.taxIncluded"));
    let dollars = crate::shop::market("US", CurrencyCode::USD, "en");
    let answer = shop.app.as_guest().in_market(dollars).execute(query, json!({"id": made.product})).await;
    assert!(answer.at("product.bestOffer").is_null());
}

/// Taxes are kept in memory and used as long as they are those of the database, whoever has changed them.
#[tokio::test]
async fn a_quote_sees_at_once_that_another_process_has_changed_a_tax() {
    let shop = Shop::open().await;
    let tea = shop.product("tea", "Tea", "10.00", 9).await;
    let rate = async || {
        let lines = json!([{"offerId": tea.offer, "quantity": 1}]);
        quote(&shop, "DE", "EUR", lines, None).await.text("quoteLines.lines.0.taxRate").to_owned()
    };
    assert_eq!(rate().await, "0.19");
    let write = shop.app.database().write();
    write.execute_unprepared("UPDATE tax_rate SET rate_ppm = 200000 WHERE rate_ppm = 190000").await.unwrap();
    write.execute_unprepared("UPDATE tax_version SET version = version + 1").await.unwrap();
    assert_eq!(rate().await, "0.2");
    let version = async || {
        let sql = Statement::from_string(write.get_database_backend(), "SELECT version FROM tax_version");
        write.query_one_raw(sql).await.unwrap().unwrap().try_get::<i64>("", "version").unwrap()
    };
    let before = version().await;
    shop.tax_zone("eu", true, &["DE", "FR"], &[("standard", 210_000)]).await;
    assert_eq!((rate().await.as_str(), version().await), ("0.21", before + 1));
}
