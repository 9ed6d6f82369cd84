//! Tax zones as who keeps the catalog sees them.

use catalog::CatalogSubgraph;
use futures::future::join_all;
use platform_testkit::{Answer, TestSubgraph};
use serde_json::{Value, json};

use crate::shop::{Shop, vendor};

const SHOWN: &str = "id code name pricesIncludeTax isHome countries areas { country region postalCodePrefix }
    rates { taxClass name ratePpm }";

async fn set(shop: &Shop, input: &Value) -> Answer {
    let mutation = format!(
        "mutation($input: SetTaxZoneInput!) {{ setTaxZone(input: $input) {{ __typename
        ... on TaxZoneSuccess {{ code taxZone {{ {SHOWN} }} deleted {{ id code }} }}
        ... on HomeCountryLeftOut {{ country }} ... on TaxZonesEmptied {{ taxZones {{ code countries areas {{ region }} }} }} }} }}"
    );
    shop.admin().execute(&mutation, json!({ "input": input })).await
}

async fn zone(shop: &Shop, id: &str) -> Value {
    let query = format!("query($id: ID!) {{ taxZone(id: $id) {{ {SHOWN} }} }}");
    shop.admin().execute(&query, json!({ "id": id })).await.data()["taxZone"].clone()
}

async fn id_of(shop: &Shop, code: &str) -> String {
    let answer = shop.admin().execute("{ taxZones { nodes { id code } } }", json!({})).await;
    let zones = answer.at("taxZones.nodes").as_array().unwrap().clone();
    let found = zones.iter().find(|zone| zone["code"] == code);
    found.unwrap()["id"].as_str().unwrap().to_owned()
}

async fn delete(shop: &Shop, id: &str) -> Answer {
    let mutation = "mutation($id: ID!) { deleteTaxZone(input: {id: $id}) { __typename
        ... on TaxZoneDeleted { id code } ... on TaxZoneIsHome { taxZone { code isHome } } } }";
    shop.admin().execute(mutation, json!({ "id": id })).await
}

/// What is read of a zone, set again, gives the same zone.
#[tokio::test]
async fn all_that_is_written_of_a_tax_zone_is_read_and_written_again() {
    let shop = Shop::open().await;
    let written = json!({
        "code": "france", "name": " Frankre\u{ed}ch ", "pricesIncludeTax": true, "countries": ["MC", "AD"],
        "areas": [{"country": "US", "region": "california"}, {"country": "ES", "postalCodePrefix": "ad-5"},
            {"country": "US", "region": "us-ny"}],
        "rates": [{"taxClass": "standard", "name": "TVA", "ratePpm": 200_000},
            {"taxClass": "books", "name": " TVA", "ratePpm": 55_000}],
    });
    let set_once = set(&shop, &written).await;
    let shown = json!({
        "id": set_once.text("setTaxZone.taxZone.id"), "code": "france", "name": "Frankreích", "isHome": false,
        "pricesIncludeTax": true, "countries": ["AD", "MC"],
        "areas": [{"country": "ES", "region": null, "postalCodePrefix": "AD5"},
            {"country": "US", "region": "CA", "postalCodePrefix": null},
            {"country": "US", "region": "NY", "postalCodePrefix": null}],
        "rates": [{"taxClass": "books", "name": "TVA", "ratePpm": 55_000},
            {"taxClass": "standard", "name": "TVA", "ratePpm": 200_000}],
    });
    assert_eq!(set_once.at("setTaxZone.taxZone"), &shown);
    assert_eq!(zone(&shop, shown["id"].as_str().unwrap()).await, shown);
    let mut again = shown.clone();
    again.as_object_mut().unwrap().retain(|field, _| field != "id" && field != "isHome");
    assert_eq!(set(&shop, &again).await.at("setTaxZone.taxZone"), &shown);
}

#[tokio::test]
async fn tax_zones_and_classes_are_listed_by_code() {
    let shop = Shop::open().await;
    let page = "query($after: String) { taxZones(first: 2, after: $after) { nodes { code isHome }
        pageInfo { hasNextPage endCursor } } }";
    let first = shop.admin().execute(page, json!({})).await;
    let expected = json!([{"code": "eu", "isHome": true}, {"code": "jp", "isHome": false}]);
    assert_eq!(first.at("taxZones.nodes"), &expected);
    assert!(first.get::<bool>("taxZones.pageInfo.hasNextPage"));
    let after = first.text("taxZones.pageInfo.endCursor");
    let second = shop.admin().execute(page, json!({ "after": after })).await;
    assert_eq!(second.at("taxZones.nodes"), &json!([{"code": "us", "isHome": false}]));
    assert!(!second.get::<bool>("taxZones.pageInfo.hasNextPage"));
    let odd = platform_core::page::encode_cursor(&"a\0b");
    assert_eq!(shop.admin().execute(page, json!({ "after": odd })).await.codes(), ["BAD_USER_INPUT"]);
    let classes = "{ taxClasses { nodes { code } } }";
    let classes = shop.admin().execute(classes, json!({})).await;
    assert_eq!(classes.at("taxClasses.nodes"), &json!([{"code": "reduced"}, {"code": "standard"}]));
}

/// A seller has to know the classes that its products can have; a guest has not.
#[tokio::test]
async fn tax_zones_are_read_by_who_keeps_the_catalog() {
    let shop = Shop::open().await;
    let id = id_of(&shop, "us").await;
    for query in ["{ taxZones { nodes { code } } }", "{ taxClasses { nodes { code } } }"] {
        assert_eq!(shop.app.as_guest().execute(query, json!({})).await.codes(), ["UNAUTHENTICATED"]);
        let scopeless = shop.app.as_user(crate::shop::user(9));
        assert_eq!(scopeless.execute(query, json!({})).await.codes(), ["FORBIDDEN"]);
        shop.seller(vendor(2)).execute(query, json!({})).await.data();
    }
    let one = "query($id: ID!) { taxZone(id: $id) { code } }";
    let codes = shop.app.as_guest().execute(one, json!({ "id": id })).await;
    assert_eq!(codes.codes(), ["UNAUTHENTICATED"]);
    assert_eq!(shop.seller(vendor(2)).execute(one, json!({ "id": id })).await.text("taxZone.code"), "us");
    let nobodys = shop.admin().execute(one, json!({ "id": vendor(9) })).await;
    assert!(nobodys.data()["taxZone"].is_null());
}

#[tokio::test]
async fn a_deleted_tax_zone_is_gone_and_its_places_are_not_sold_to() {
    let shop = Shop::open().await;
    let made = shop.product("tea", "Tea", "10.00", 2).await;
    let priced = async || {
        let query = "query($id: ID!) { product(id: $id) { bestOffer { price { amount { amount } } } } }";
        let market = crate::shop::market("JP", platform_commerce::CurrencyCode::EUR, "en");
        let guest = shop.app.as_guest().in_market(market);
        guest.execute(query, json!({ "id": made.product })).await.at("product.bestOffer.price").clone()
    };
    assert!(!priced().await.is_null());
    let id = id_of(&shop, "jp").await;
    let deleted = delete(&shop, &id).await;
    let expected = json!({"__typename": "TaxZoneDeleted", "id": id, "code": "jp"});
    assert_eq!(deleted.at("deleteTaxZone"), &expected);
    assert!(priced().await.is_null());
    assert!(zone(&shop, &id).await.is_null());
    let again = delete(&shop, &id).await;
    assert_eq!(again.codes(), ["NOT_FOUND"]);
    assert_eq!(again.errors()[0]["extensions"]["field"], "id");
    // Its places are free, and its classes are there: products have them.
    shop.tax_zone("nippon", true, &["JP"], &[("standard", 80_000)]).await;
    assert!(!priced().await.is_null());
}

#[tokio::test]
async fn the_home_zone_is_not_deleted_until_its_country_is_elsewhere() {
    let shop = Shop::open().await;
    let id = id_of(&shop, "eu").await;
    let refused = delete(&shop, &id).await;
    let expected = json!({"__typename": "TaxZoneIsHome", "taxZone": {"code": "eu", "isHome": true}});
    assert_eq!(refused.at("deleteTaxZone"), &expected);
    shop.tax_zone("de", true, &["DE"], &[("standard", 190_000)]).await;
    assert_eq!(zone(&shop, &id).await["isHome"], false);
    assert_eq!(delete(&shop, &id).await.text("deleteTaxZone.__typename"), "TaxZoneDeleted");
}

/// A zone of these places, with a rate.
fn zone_of(code: &str, countries: &[&str], areas: &[(&str, &str)]) -> Value {
    let areas: Vec<Value> =
        areas.iter().map(|(country, region)| json!({"country": country, "region": region})).collect();
    json!({"code": code, "name": code, "pricesIncludeTax": true, "countries": countries, "areas": areas,
        "rates": [{"taxClass": "standard", "name": "VAT", "ratePpm": 190_000}]})
}

#[tokio::test]
async fn the_home_country_is_not_left_out_of_its_zone_until_it_is_elsewhere() {
    let shop = Shop::open().await;
    let id = id_of(&shop, "eu").await;
    let before = zone(&shop, &id).await;
    for without in [zone_of("eu", &["FR"], &[]), zone_of("eu", &["FR"], &[("DE", "BE")])] {
        let refused = set(&shop, &without).await;
        let expected = json!({"__typename": "HomeCountryLeftOut", "country": "DE"});
        assert_eq!(refused.at("setTaxZone"), &expected, "{}", refused.body);
        assert_eq!(zone(&shop, &id).await, before);
    }
    shop.tax_zone("de", true, &["DE"], &[("standard", 190_000)]).await;
    let without = set(&shop, &zone_of("eu", &["FR"], &[])).await;
    assert_eq!(without.at("setTaxZone.taxZone.countries"), &json!(["FR"]), "{}", without.body);
    assert_eq!(without.at("setTaxZone.taxZone.isHome"), &json!(false));
}

/// The first zones of a shop may be made in any order.
#[tokio::test]
async fn a_shop_without_a_home_zone_makes_and_changes_others() {
    let shop = Shop { app: TestSubgraph::<CatalogSubgraph>::start().await, vendor: vendor(1) };
    shop.tax_zone("us", false, &["US", "CA"], &[("standard", 88_750)]).await;
    shop.tax_zone("us", false, &["US"], &[("standard", 88_750)]).await;
    let part = set(&shop, &zone_of("berlin", &[], &[("DE", "BE")])).await;
    assert_eq!(part.at("setTaxZone.taxZone.isHome"), &json!(true), "{}", part.body);
    let refused = set(&shop, &zone_of("berlin", &["AT"], &[])).await;
    assert_eq!(refused.text("setTaxZone.__typename"), "HomeCountryLeftOut");
}

#[tokio::test]
async fn a_zone_that_would_be_left_without_a_place_is_named_or_deleted_where_that_is_asked_for() {
    let shop = Shop::open().await;
    set(&shop, &zone_of("california", &[], &[("US", "CA")])).await.data();
    let mut taking = zone_of("pacific", &["JP", "KR"], &[("US", "California"), ("US", "OR")]);
    let refused = set(&shop, &taking).await;
    let expected = json!({"__typename": "TaxZonesEmptied", "taxZones": [
        {"code": "california", "countries": [], "areas": [{"region": "CA"}]},
        {"code": "jp", "countries": ["JP"], "areas": []}]});
    assert_eq!(refused.at("setTaxZone"), &expected, "{}", refused.body);
    taking["deleteEmptied"] = json!(true);
    let jp = id_of(&shop, "jp").await;
    let moved = set(&shop, &taking).await;
    assert_eq!(moved.at("setTaxZone.taxZone.countries"), &json!(["JP", "KR"]), "{}", moved.body);
    assert_eq!(moved.at("setTaxZone.deleted.1"), &json!({"id": jp, "code": "jp"}));
    assert!(zone(&shop, &jp).await.is_null());
    // So the whole home zone moves, too.
    let mut home = zone_of("europe", &["DE", "FR"], &[]);
    assert_eq!(set(&shop, &home).await.text("setTaxZone.__typename"), "TaxZonesEmptied");
    home["deleteEmptied"] = json!(true);
    let home = set(&shop, &home).await;
    assert_eq!(home.at("setTaxZone.taxZone.isHome"), &json!(true), "{}", home.body);
    assert_eq!(home.text("setTaxZone.deleted.0.code"), "eu");
}

/// Whoever changes zones waits for who does so already: two that make one zone at once make one.
#[tokio::test]
async fn a_zone_that_is_set_many_times_at_once_is_one_zone() {
    let shop = Shop::open().await;
    let input =
        json!({"code": "at", "name": "Austria", "pricesIncludeTax": true, "countries": ["AT"], "rates": []});
    let answers = join_all((0..8).map(|_| set(&shop, &input))).await;
    let ids: std::collections::BTreeSet<String> =
        answers.iter().map(|answer| answer.text("setTaxZone.taxZone.id")).collect();
    assert_eq!(ids.len(), 1);
}

#[tokio::test]
async fn many_tax_zones_are_as_many_queries_as_one() {
    let shop = Shop::open().await;
    let alone = TestSubgraph::<CatalogSubgraph>::builder().without_workers();
    let app = shop.app.restart_with(alone.configure(|config| config.cache.local_ttl_ms = 600_000)).await;
    let staff = app.as_user(crate::shop::user(1)).with_scopes([platform_identity::Scope::CatalogReadAll]);
    staff.execute("{ taxZones { nodes { isHome } } }", json!({})).await.data();
    let operation = format!("query($first: Int) {{ taxZones(first: $first) {{ nodes {{ {SHOWN} }} }} }}");
    app.assert_queries_do_not_grow(&staff, &operation, json!({ "first": 1 }), json!({ "first": 3 })).await;
}
