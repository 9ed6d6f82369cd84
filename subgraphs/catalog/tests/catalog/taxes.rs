use platform_commerce::CurrencyCode;
use platform_testkit::{Answer, eventually};
use serde_json::{Value, json};

use crate::shop::{Made, Shop, market, market_without_tax};

const QUOTE: &str = "query($input: QuoteLinesInput!) { quoteLines(input: $input) {
    destinationServed taxExempt pricesIncludeTax terms
    lines { unitPrice { amount } listedPrice { amount } subtotal { amount } discount { amount }
            discountNet { amount } entered { amount } net { amount } tax { amount } total { amount }
            taxRate termsRatePpm }
    subtotal { amount } discount { amount } net { amount } tax { amount } total { amount } } }";

/// One piece of each, sent to `destination` by somebody who looks at the market of `country`.
async fn quote(shop: &Shop, country: &str, display: &str, destination: Value, offers: &[&Made]) -> Answer {
    let lines: Vec<Value> = offers.iter().map(|made| json!({"offerId": made.offer, "quantity": 1})).collect();
    let input = json!({
        "lines": lines, "destination": destination,
        "market": {"country": country, "currency": "EUR", "language": "en", "taxDisplay": display},
    });
    shop.orders().execute_internal(QUOTE, json!({"input": input})).await
}

fn amounts(answer: &Answer) -> [String; 3] {
    ["net", "tax", "total"].map(|field| answer.text(&format!("quoteLines.{field}.amount")).to_owned())
}

/// Check 46: the address that goods go to decides the tax, whatever market is looked at; a price that was entered with
/// tax stays the same wherever it is taxed.
#[tokio::test]
async fn tax_follows_the_destination_whatever_the_market() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "80.00", 9).await;
    for market in ["AQ", "ZZ", "US", "DE"] {
        let germany = quote(&shop, market, "INCLUSIVE", json!({"country": "DE"}), &[&made]).await;
        assert_eq!(amounts(&germany), ["67.23", "12.77", "80.00"], "{market}");
        let america = quote(&shop, market, "INCLUSIVE", json!({"country": "US"}), &[&made]).await;
        assert_eq!(amounts(&america), ["73.48", "6.52", "80.00"], "{market}");
    }
    let assumed = quote(&shop, "DE", "INCLUSIVE", Value::Null, &[&made]).await;
    assert_eq!(amounts(&assumed), ["67.23", "12.77", "80.00"]);
}

/// Check 46: a zone without taxes is a zone, and what is sent there costs the price less the home tax; a country
/// without a zone, or outside the market, is refused and not free of tax.
#[tokio::test]
async fn a_zero_zone_is_a_zone_and_no_zone_is_a_refusal() {
    let shop = Shop::open().await;
    shop.tax_zone("export", true, &["CH"], &[("standard", 0)]).await;
    let made = shop.product("tea", "Tea", "80.00", 9).await;
    let abroad = quote(&shop, "DE", "INCLUSIVE", json!({"country": "CH"}), &[&made]).await;
    assert_eq!(amounts(&abroad), ["67.23", "0.00", "67.23"]);
    assert_eq!(abroad.text("quoteLines.terms"), "TAKEN_OFF");
    assert!(abroad.get::<bool>("quoteLines.destinationServed"));
    // Italy is in the market and has no zone here; Brazil gets a zone and is not in the market.
    shop.tax_zone("brazil", true, &["BR"], &[("standard", 170_000)]).await;
    for country in ["IT", "BR", "AQ"] {
        let answer = quote(&shop, "DE", "INCLUSIVE", json!({"country": country}), &[&made]).await;
        assert!(!answer.get::<bool>("quoteLines.destinationServed"), "{country}");
    }
}

#[tokio::test]
async fn the_most_specific_zone_of_an_address_applies() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "100.00", 9).await;
    let set = "mutation($input: SetTaxZoneInput!) { setTaxZone(input: $input) { code } }";
    let zone = |code: &str, ppm: i64, areas: Value| {
        json!({"input": {"code": code, "name": code, "pricesIncludeTax": true, "countries": [], "areas": areas,
            "rates": [{"taxClass": "standard", "name": "VAT", "ratePpm": ppm}]}})
    };
    let california = json!([{"country": "US", "region": "us-ca"}, {"country": "US", "region": "California"}]);
    shop.admin().execute(set, zone("us-ca", 72_500, california)).await.data();
    let canaries =
        json!([{"country": "FR", "postalCodePrefix": "35"}, {"country": "FR", "region": "Canarias"}]);
    shop.admin().execute(set, zone("canaries", 0, canaries)).await.data();
    let tax = async |destination: Value| {
        let answer = quote(&shop, "DE", "INCLUSIVE", destination, &[&made]).await;
        answer.text("quoteLines.tax.amount").to_owned()
    };
    assert_eq!(tax(json!({"country": "US"})).await, "8.15");
    assert_eq!(tax(json!({"country": "US", "region": "NY"})).await, "8.15");
    for region in ["CA", " california ", "US-CA"] {
        assert_eq!(tax(json!({"country": "US", "region": region})).await, "6.76", "{region}");
    }
    assert_eq!(tax(json!({"country": "FR", "postalCode": "75001"})).await, "15.97");
    assert_eq!(tax(json!({"country": "FR", "postalCode": "35 001"})).await, "0.00");
    assert_eq!(tax(json!({"country": "FR", "region": "CANARIAS", "postalCode": "1"})).await, "0.00");
    for areas in [json!([{"country": "ZZ", "region": "x"}]), json!([{"country": "US"}]), json!([])] {
        assert_eq!(shop.admin().execute(set, zone("bad", 0, areas)).await.codes(), ["BAD_USER_INPUT"]);
    }
}

#[tokio::test]
async fn a_valid_vat_id_exempts_across_the_border_alone() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "80.00", 9).await;
    let to = |country: &str| json!({"country": country, "vatIdValid": true});
    let france = quote(&shop, "DE", "INCLUSIVE", to("FR"), &[&made]).await;
    assert_eq!(amounts(&france), ["67.23", "0.00", "67.23"]);
    assert!(france.get::<bool>("quoteLines.taxExempt"));
    let germany = quote(&shop, "DE", "INCLUSIVE", to("DE"), &[&made]).await;
    assert_eq!(amounts(&germany), ["67.23", "12.77", "80.00"]);
    assert!(!germany.get::<bool>("quoteLines.taxExempt"));
}

/// Check 46: what a product costs without tax is one number on its page, in the list's filter and order, in the
/// search's filter, facet and bounds, and in the quote.
#[tokio::test]
async fn a_price_shown_without_tax_is_the_same_everywhere() {
    let shop = Shop::open().await;
    let tea = shop.product("tea", "Tea", "18.00", 9).await;
    let input =
        json!({"slug": "rice", "taxClass": "reduced", "translations": [{"language": "en", "name": "Rice"}]});
    let rice = shop.product_of(input, "17.00", 9).await;
    let net = shop.app.as_guest().in_market(market_without_tax("DE", CurrencyCode::EUR));
    let page = "query($id: ID!) { product(id: $id) { bestOffer { price { amount { amount } } } } }";
    let shown = async |made: &Made| {
        let answer = net.execute(page, json!({"id": made.product})).await;
        answer.text("product.bestOffer.price.amount.amount").to_owned()
    };
    assert_eq!((shown(&tea).await, shown(&rice).await), ("15.13".to_owned(), "15.89".to_owned()));

    let list = "query($price: PriceRangeInput, $sort: ProductSort, $first: Int, $after: String) {
        products(filter: {price: $price}, sortBy: $sort, first: $first, after: $after) {
            nodes { slug } pageInfo { endCursor hasNextPage } } }";
    let slugs = |answer: &Answer, at: &str| -> Vec<String> {
        let nodes = answer.at(at).as_array().unwrap();
        nodes.iter().map(|node| node["slug"].as_str().unwrap().to_owned()).collect()
    };
    for (min, max, expected) in [
        ("15.13", "15.13", vec!["tea"]),
        ("15.14", "16", vec!["rice"]),
        ("0", "16", vec!["tea", "rice"]),
        ("15.90", "100", vec![]),
    ] {
        let variables = json!({"price": {"min": min, "max": max}, "sort": "PRICE_ASC"});
        assert_eq!(slugs(&net.execute(list, variables).await, "products.nodes"), expected, "{min} to {max}");
    }
    // Without tax tea is the cheaper one, with tax it is the dearer.
    let first = net.execute(list, json!({"sort": "PRICE_ASC", "first": 1})).await;
    assert_eq!(slugs(&first, "products.nodes"), ["tea"]);
    let after = first.text("products.pageInfo.endCursor");
    let second = net.execute(list, json!({"sort": "PRICE_ASC", "first": 1, "after": after})).await;
    assert_eq!(slugs(&second, "products.nodes"), ["rice"]);
    let with_tax = shop.app.as_guest().execute(list, json!({"sort": "PRICE_ASC"})).await;
    assert_eq!(slugs(&with_tax, "products.nodes"), ["rice", "tea"]);

    let search = "query($filter: SearchFilter) { search(filter: $filter, sort: PRICE_ASC) {
        nodes { slug } priceRange { min { amount } max { amount } }
        facets { code values { count min { amount } max { amount } } } } }";
    let find = async |filter: Value| net.execute(search, json!({"filter": filter})).await;
    eventually(|| async { slugs(&find(json!({})).await, "search.nodes").len() == 2 }).await;
    let all = find(json!({})).await;
    assert_eq!(slugs(&all, "search.nodes"), ["tea", "rice"]);
    assert_eq!(all.text("search.priceRange.min.amount"), "15.13");
    assert_eq!(all.text("search.priceRange.max.amount"), "15.89");
    assert_eq!(slugs(&find(json!({"price": {"max": "15.13"}})).await, "search.nodes"), ["tea"]);
    let facets = all.at("search.facets").as_array().unwrap();
    for range in facets.iter().find(|facet| facet["code"] == "PRICE").unwrap()["values"].as_array().unwrap() {
        let ends = json!({"min": range["min"]["amount"], "max": range["max"]["amount"]});
        let found = slugs(&find(json!({"price": ends})).await, "search.nodes").len();
        assert_eq!(found, usize::try_from(range["count"].as_u64().unwrap()).unwrap(), "{range}");
    }

    let quoted = quote(&shop, "DE", "EXCLUSIVE", Value::Null, &[&tea, &rice]).await;
    assert_eq!(quoted.text("quoteLines.lines.0.unitPrice.amount"), "15.13");
    assert_eq!(quoted.text("quoteLines.lines.1.unitPrice.amount"), "15.89");
    assert_eq!(quoted.text("quoteLines.subtotal.amount"), "31.02");
    assert_eq!(quoted.text("quoteLines.total.amount"), "35.00");
}

#[tokio::test]
async fn a_price_is_absent_where_nothing_is_sold() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "18.00", 9).await;
    let query = "query($id: ID!) { product(id: $id) { priceRange { min { amount } }
        bestOffer { price { amount { amount } } } } }";
    let nowhere = shop.app.as_guest().in_market(market("AQ", CurrencyCode::EUR, "en"));
    let answer = nowhere.execute(query, json!({"id": made.product})).await;
    assert!(answer.at("product.priceRange").is_null());
    assert!(answer.at("product.bestOffer").is_null());
}
