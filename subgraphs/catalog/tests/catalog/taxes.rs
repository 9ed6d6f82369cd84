use platform_commerce::CurrencyCode;
use platform_testkit::{Answer, TestSubgraph};
use serde_json::{Value, json};

use crate::shop::{Made, Shop, market, taxed, vendor};

const QUOTE: &str = "query($input: QuoteLinesInput!) { quoteLines(input: $input) {
    destinationServed taxExempt pricesIncludeTax
    lines { unitPrice { amount } listedPrice { amount } subtotal { amount } discount { amount }
            discountNet { amount } entered { amount } net { amount } tax { amount } total { amount }
            taxRate terms termsRatePpm }
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
    assert_eq!(abroad.text("quoteLines.lines.0.terms"), "TAKEN_OFF");
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
    let set =
        "mutation($input: SetTaxZoneInput!) { setTaxZone(input: $input) { ... on TaxZoneSuccess { code } } }";
    let zone = |code: &str, ppm: i64, areas: Value| {
        json!({"input": {"code": code, "name": code, "pricesIncludeTax": true, "countries": [], "areas": areas,
            "rates": [{"taxClass": "standard", "name": "VAT", "ratePpm": ppm}]}})
    };
    let california = json!([{"country": "US", "region": "us-ca"}, {"country": "US", "region": "California"}]);
    shop.admin().execute(set, zone("us-ca", 72_500, california)).await.data();
    let brittany =
        json!([{"country": "FR", "postalCodePrefix": "35"}, {"country": "FR", "region": "Bretagne"}]);
    shop.admin().execute(set, zone("brittany", 0, brittany)).await.data();
    let tax = async |destination: Value| {
        let answer = quote(&shop, "DE", "INCLUSIVE", destination, &[&made]).await;
        answer.text("quoteLines.tax.amount").to_owned()
    };
    for region in ["NY", "new york"] {
        assert_eq!(tax(json!({"country": "US", "region": region})).await, "8.15", "{region}");
    }
    for region in ["CA", " california ", "US-CA"] {
        assert_eq!(tax(json!({"country": "US", "region": region})).await, "6.76", "{region}");
    }
    assert_eq!(tax(json!({"country": "FR", "postalCode": "75001"})).await, "15.97");
    assert_eq!(tax(json!({"country": "FR", "postalCode": "35 001"})).await, "0.00");
    assert_eq!(tax(json!({"country": "FR", "region": "BRETAGNE", "postalCode": "1"})).await, "0.00");
    for areas in [json!([{"country": "ZZ", "region": "x"}]), json!([{"country": "US"}]), json!([])] {
        assert_eq!(shop.admin().execute(set, zone("bad", 0, areas)).await.codes(), ["BAD_USER_INPUT"]);
    }
}

/// Check 46: the spelling of a region decides no tax. One that nobody knows, or none, is not the rest of the country.
#[tokio::test]
async fn a_region_that_nobody_knows_is_refused_where_regions_are_taxed() {
    let shop = Shop::open().await;
    shop.tax_zone("us", false, &["US"], &[("standard", 0)]).await;
    let set =
        "mutation($input: SetTaxZoneInput!) { setTaxZone(input: $input) { ... on TaxZoneSuccess { code } } }";
    let area = |region: &str| {
        json!({"input": {"code": "us-ca", "name": "California", "pricesIncludeTax": false, "countries": [],
            "areas": [{"country": "US", "region": region}],
            "rates": [{"taxClass": "standard", "name": "Sales tax", "ratePpm": 72_500}]}})
    };
    let made = shop.product("tea", "Tea", "100.00", 9).await;
    let to = async |region: Value| {
        let to = json!({"country": "US", "region": region, "postalCode": "94016"});
        let answer = quote(&shop, "DE", "INCLUSIVE", to, &[&made]).await;
        let served = answer.get::<bool>("quoteLines.destinationServed");
        served.then(|| answer.text("quoteLines.tax.amount").to_owned())
    };
    assert_eq!(to(Value::Null).await.as_deref(), Some("0.00"), "no part is taxed in its own way");
    for spelling in ["CA", "California"] {
        shop.admin().execute(set, area(spelling)).await.data();
        for region in ["CA", "ca", "US-CA", "California", " CALIFORNIA"] {
            assert_eq!(to(json!(region)).await.as_deref(), Some("6.76"), "{spelling} {region}");
        }
        assert_eq!(to(json!("Texas")).await.as_deref(), Some("0.00"));
        for region in [json!("Calif."), json!("Cali fornia"), json!(""), Value::Null] {
            assert_eq!(to(region.clone()).await, None, "{spelling} {region}");
        }
    }
}

/// Check 46: each zone that has parts of a country needs what tells of them. Postal codes of one part do not tell whether an
/// address is in another that is known by its region; and no postal code is not one of elsewhere.
#[tokio::test]
async fn a_part_of_a_country_is_not_told_by_what_tells_of_another() {
    let shop = Shop::open().await;
    shop.tax_zone("us", false, &["US"], &[("standard", 0)]).await;
    shop.tax_zone("ie", true, &["IE"], &[("standard", 230_000)]).await;
    let set =
        "mutation($input: SetTaxZoneInput!) { setTaxZone(input: $input) { ... on TaxZoneSuccess { code } } }";
    for (code, ppm, area) in [
        ("us-ca", 72_500, json!({"country": "US", "region": "CA"})),
        ("us-nyc", 88_750, json!({"country": "US", "postalCodePrefix": "100"})),
        ("ie-d01", 90_000, json!({"country": "IE", "postalCodePrefix": "D01"})),
    ] {
        let zone = json!({"input": {"code": code, "name": code, "pricesIncludeTax": false, "countries": [],
            "areas": [area], "rates": [{"taxClass": "standard", "name": "Tax", "ratePpm": ppm}]}});
        shop.admin().execute(set, zone).await.data();
    }
    let made = shop.product("tea", "Tea", "100.00", 9).await;
    let rate = async |country: &str, region: Value, postal_code: Value| {
        let to = json!({"country": country, "region": region, "postalCode": postal_code});
        let answer = quote(&shop, "DE", "INCLUSIVE", to, &[&made]).await;
        let served = answer.get::<bool>("quoteLines.destinationServed");
        served.then(|| answer.text("quoteLines.lines.0.taxRate").to_owned())
    };
    assert_eq!(rate("US", json!("CA"), json!("94016")).await.as_deref(), Some("0.0725"));
    assert_eq!(rate("US", json!("NY"), json!("10001")).await.as_deref(), Some("0.08875"));
    assert_eq!(rate("US", Value::Null, json!("10001")).await.as_deref(), Some("0.08875"));
    assert_eq!(rate("US", json!("TX"), json!("73301")).await.as_deref(), Some("0"));
    for region in [json!("Calif."), Value::Null] {
        assert_eq!(rate("US", region.clone(), json!("94016")).await, None, "{region}");
    }
    assert_eq!(rate("US", json!("NY"), Value::Null).await, None, "it may be in New York City");
    assert_eq!(rate("IE", Value::Null, json!("D01 F5P2")).await.as_deref(), Some("0.09"));
    assert_eq!(rate("IE", Value::Null, json!("T12 X70A")).await.as_deref(), Some("0.23"));
    assert_eq!(rate("IE", json!("Cork"), Value::Null).await, None);
}

/// A province of a region that has a zone is taxed as the region is. An address that names a region of which a part has a
/// zone does not tell whether it lies in that.
#[tokio::test]
async fn a_province_is_taxed_as_the_region_that_it_lies_in() {
    let shop = Shop::open().await;
    shop.tax_zone("es", true, &["ES"], &[("standard", 210_000)]).await;
    shop.tax_zone("fr", true, &["FR"], &[("standard", 200_000)]).await;
    let set =
        "mutation($input: SetTaxZoneInput!) { setTaxZone(input: $input) { ... on TaxZoneSuccess { code } } }";
    for (code, area) in [
        ("es-cn", json!({"country": "ES", "region": "Canarias"})),
        ("fr-2a", json!({"country": "FR", "region": "Corse-du-Sud"})),
    ] {
        let zone = json!({"input": {"code": code, "name": code, "pricesIncludeTax": true, "countries": [],
            "areas": [area], "rates": [{"taxClass": "standard", "name": "Tax", "ratePpm": 70_000}]}});
        shop.admin().execute(set, zone).await.data();
    }
    let made = shop.product("tea", "Tea", "100.00", 9).await;
    for (country, region, expected) in [
        ("ES", "Canarias", Some("0.07")),
        ("ES", "Las Palmas", Some("0.07")),
        ("ES", "ES-TF", Some("0.07")),
        ("ES", "Madrid", Some("0.21")),
        ("ES", "Cataluña", Some("0.21")),
        ("FR", "2A", Some("0.07")),
        ("FR", "Haute-Corse", Some("0.2")),
        ("FR", "Corse", None),
    ] {
        let to = json!({"country": country, "region": region, "postalCode": "20000"});
        let answer = quote(&shop, "DE", "INCLUSIVE", to, &[&made]).await;
        let served = answer.get::<bool>("quoteLines.destinationServed");
        let rate = served.then(|| answer.text("quoteLines.lines.0.taxRate").to_owned());
        assert_eq!(rate.as_deref(), expected, "{region}: {}", answer.body);
    }
}

/// What nobody has said yet where it goes is shown as in a part of the country, where parts alone have zones.
#[tokio::test]
async fn a_country_that_its_parts_alone_tax_has_prices() {
    let shop = Shop::open().await;
    let set =
        "mutation($input: SetTaxZoneInput!) { setTaxZone(input: $input) { ... on TaxZoneSuccess { code } } }";
    let zone = json!({"input": {"code": "ca-on", "name": "Ontario", "pricesIncludeTax": false, "countries": [],
        "areas": [{"country": "CA", "region": "ON"}],
        "rates": [{"taxClass": "standard", "name": "Tax", "ratePpm": 130_000}]}});
    shop.admin().execute(set, zone).await.data();
    let made = shop.product("tea", "Tea", "100.00", 9).await;
    let to = |region: Value| json!({"country": "CA", "region": region});
    let assumed = quote(&shop, "CA", "EXCLUSIVE", Value::Null, &[&made]).await;
    assert_eq!(assumed.text("quoteLines.lines.0.taxRate"), "0.13", "{}", assumed.body);
    let told = quote(&shop, "CA", "EXCLUSIVE", to(json!("BC")), &[&made]).await;
    assert!(!told.get::<bool>("quoteLines.destinationServed"), "{}", told.body);
}

/// A region that no address could be told to be in would be taxed as the rest of its country.
#[tokio::test]
async fn a_zone_of_a_region_that_iso_does_not_list_is_refused() {
    let shop = Shop::open().await;
    let set =
        "mutation($input: SetTaxZoneInput!) { setTaxZone(input: $input) { ... on TaxZoneSuccess { code } } }";
    for (region, is_known) in [("Calif.", false), ("MX-CA", false), ("US-CA", true), ("california", true)] {
        let zone = json!({"input": {"code": "us-ca", "name": "California", "pricesIncludeTax": false,
            "countries": [], "areas": [{"country": "US", "region": region}], "rates": []}});
        let answer = shop.admin().execute(set, zone).await;
        assert_eq!(answer.errors().is_empty(), is_known, "{region}: {}", answer.body);
        if !is_known {
            assert_eq!(answer.codes(), ["BAD_USER_INPUT"]);
            assert!(answer.body.to_string().contains("is no region of US"), "{}", answer.body);
        }
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

/// Check 46: what is owed is decided by the rate of the goods, not by whether their zone taxes anything: goods without
/// tax cost the price less the home tax beside goods that keep theirs, and each rate is rounded with its own.
#[tokio::test]
async fn goods_that_are_not_taxed_cost_the_price_less_the_home_tax() {
    let shop = Shop::open().await;
    shop.tax_zone("ie", true, &["IE"], &[("standard", 230_000), ("reduced", 0)]).await;
    let tea = shop.product("tea", "Tea", "18.00", 9).await;
    let rice = shop.product_of(taxed("rice", "reduced"), "19.00", 9).await;
    let coat = shop.product_of(taxed("coat", "reduced"), "1.01", 9).await;
    let to = json!({"country": "IE"});
    let quoted = quote(&shop, "DE", "INCLUSIVE", to.clone(), &[&tea, &rice, &coat]).await;
    assert_eq!(amounts(&quoted), ["33.33", "3.37", "36.70"]);
    let line = |at: usize| {
        let text = |field: &str| quoted.text(&format!("quoteLines.lines.{at}.{field}")).to_owned();
        [text("net.amount"), text("tax.amount"), text("total.amount"), text("taxRate"), text("terms")]
    };
    assert_eq!(line(0), ["14.63", "3.37", "18.00", "0.23", "INCLUDED"]);
    assert_eq!(line(1), ["17.76", "0.00", "17.76", "0", "TAKEN_OFF"]);
    // 20.01 less 7 % are 18.70, of which the last cent is this line's.
    assert_eq!(line(2), ["0.94", "0.00", "0.94", "0", "TAKEN_OFF"]);
    let exempt = json!({"country": "IE", "vatIdValid": true});
    let exempt = quote(&shop, "DE", "INCLUSIVE", exempt, &[&tea, &rice, &coat]).await;
    assert_eq!(amounts(&exempt), ["33.83", "0.00", "33.83"]);
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

/// A new shop has no tax class: who makes its first product is told what makes one.
#[tokio::test]
async fn a_new_shop_is_told_what_makes_a_tax_class() {
    let shop = Shop { app: TestSubgraph::start().await, vendor: vendor(1) };
    let create = "mutation($input: CreateProductInput!) { createProduct(input: $input) { __typename } }";
    let input =
        json!({"vendorId": shop.vendor, "slug": "tea", "translations": [{"language": "en", "name": "Tea"}]});
    let refused = shop.admin().execute(create, json!({"input": input})).await;
    assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{}", refused.body);
    assert_eq!(refused.errors()[0]["extensions"]["field"], "taxClass", "{}", refused.body);
    assert!(refused.errors()[0]["message"].as_str().unwrap().contains("setTaxZone"), "{}", refused.body);
    shop.tax_zone("de", true, &["DE"], &[("standard", 190_000)]).await;
    let made = shop.admin().execute(create, json!({"input": input})).await;
    assert_eq!(made.text("createProduct.__typename"), "ProductSuccess");
}
