//! Coupons as those who keep them find and change them.

use chrono::TimeDelta;
use platform_core::Clock;
use platform_testkit::Answer;
use serde_json::{Value, json};

use crate::shop::{Shop, vendor};

const SHOWN: &str =
    "code kind rate amount { amount currency } minimum { amount currency } enabled startsAt endsAt
    totalLimit perUserLimit used status";

async fn create(shop: &Shop, input: Value) -> String {
    let mutation = "mutation($input: CreateCouponInput!) { createCoupon(input: $input) {
        ... on CouponSuccess { coupon { id } } } }";
    shop.admin().execute(mutation, json!({ "input": input })).await.text("createCoupon.coupon.id")
}

async fn update(shop: &Shop, input: Value) -> Answer {
    let mutation = format!(
        "mutation($input: UpdateCouponInput!) {{ updateCoupon(input: $input) {{ __typename
        ... on CouponSuccess {{ coupon {{ {SHOWN} }} }} ... on CouponCodeTaken {{ code }}
        ... on CouponLimitTooLow {{ used }} }} }}"
    );
    shop.admin().execute(&mutation, json!({ "input": input })).await
}

async fn listed(shop: &Shop, filter: Value) -> Vec<String> {
    let query = "query($filter: CouponFilter) { coupons(filter: $filter) { nodes { code } } }";
    let answer = shop.admin().execute(query, json!({ "filter": filter })).await;
    answer.data();
    let nodes = answer.at("coupons.nodes").as_array().unwrap().iter();
    nodes.map(|node| node["code"].as_str().unwrap().to_owned()).collect()
}

fn euro(amount: &str) -> Value {
    json!({"amount": amount, "currency": "EUR"})
}

#[tokio::test]
async fn all_that_is_written_of_a_coupon_is_changed_again_and_null_clears_it() {
    let shop = Shop::open().await;
    let input = json!({"code": "SAVE", "rate": "0.1", "minimum": euro("20.00"), "startsAt": "2026-01-01T00:00:00Z",
        "endsAt": "2026-02-01T00:00:00Z", "totalLimit": 5, "perUserLimit": 2});
    let id = create(&shop, input).await;
    let other = json!({"id": id, "code": "more", "amount": euro("3.00"), "minimum": euro("30.00"), "enabled": false,
        "startsAt": "2026-03-01T00:00:00Z", "endsAt": "2026-04-01T00:00:00Z", "totalLimit": 9, "perUserLimit": 3});
    let changed = update(&shop, other).await;
    let expected = json!({"code": "MORE", "kind": "FIXED", "rate": null, "amount": euro("3.00"),
        "minimum": euro("30.00"), "enabled": false, "startsAt": "2026-03-01T00:00:00+00:00",
        "endsAt": "2026-04-01T00:00:00+00:00", "totalLimit": 9, "perUserLimit": 3, "used": 0, "status": "DISABLED"});
    assert_eq!(changed.at("updateCoupon.coupon"), &expected, "{}", changed.body);
    assert_eq!(update(&shop, json!({ "id": id })).await.at("updateCoupon.coupon"), &expected);
    let cleared = json!({"id": id, "rate": "0.2", "minimum": null, "enabled": true, "startsAt": null, "endsAt": null,
        "totalLimit": null, "perUserLimit": null});
    let cleared = update(&shop, cleared).await;
    let expected = json!({"code": "MORE", "kind": "PERCENTAGE", "rate": "0.2", "amount": null, "minimum": null,
        "enabled": true, "startsAt": null, "endsAt": null, "totalLimit": null, "perUserLimit": null, "used": 0,
        "status": "ACTIVE"});
    assert_eq!(cleared.at("updateCoupon.coupon"), &expected, "{}", cleared.body);
    let read = shop.admin().execute(&format!("{{ coupon(code: \"more\") {{ {SHOWN} }} }}"), json!({})).await;
    assert_eq!(read.at("coupon"), &expected);
}

#[tokio::test]
async fn a_change_that_makes_no_coupon_is_refused() {
    let shop = Shop::open().await;
    create(&shop, json!({"code": "OTHER", "rate": "0.1"})).await;
    let id = create(&shop, json!({"code": "SAVE", "amount": euro("3.00"), "minimum": euro("9.00")})).await;
    let taken = update(&shop, json!({"id": id, "code": "other"})).await;
    assert_eq!(taken.at("updateCoupon"), &json!({"__typename": "CouponCodeTaken", "code": "OTHER"}));
    for (change, field) in [
        (json!({"amount": null}), "rate"),
        (json!({"rate": "0.1", "amount": euro("1.00")}), "amount"),
        (json!({"amount": {"amount": "300", "currency": "JPY"}}), "minimum"),
        (json!({"enabled": null}), "enabled"),
        (json!({"code": null}), "code"),
    ] {
        let mut input = change.clone();
        input["id"] = json!(id);
        let refused = update(&shop, input).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{change}: {}", refused.body);
        assert_eq!(refused.errors()[0]["extensions"]["field"], field, "{change}: {}", refused.body);
    }
}

#[tokio::test]
async fn coupons_are_found_by_status_code_and_payer() {
    let shop = Shop::open().await;
    let now = shop.app.clock().now();
    let (before, later) = (now - TimeDelta::hours(1), now + TimeDelta::hours(1));
    create(
        &shop,
        json!({"code": "OPEN", "rate": "0.1", "startsAt": before, "endsAt": later, "totalLimit": 2}),
    )
    .await;
    create(&shop, json!({"code": "SOON", "rate": "0.1", "startsAt": later})).await;
    create(&shop, json!({"code": "OVER", "rate": "0.1", "endsAt": before})).await;
    create(&shop, json!({"code": "GONE", "rate": "0.1", "totalLimit": 1})).await;
    let off = create(&shop, json!({"code": "OFF", "rate": "0.1", "endsAt": before})).await;
    create(&shop, json!({"code": "HERS_1", "rate": "0.1", "vendorId": vendor(2)})).await;
    create(&shop, json!({"code": "HERSX1", "rate": "0.1"})).await;
    update(&shop, json!({"id": off, "enabled": false})).await.data();
    let reserve = "mutation($input: ReserveCouponInput!) { reserveCoupon(input: $input) { __typename } }";
    let hold = json!({"key": "order-1", "code": "GONE", "expiresAt": later});
    let held = shop.orders().execute_internal(reserve, json!({ "input": hold })).await;
    assert_eq!(held.text("reserveCoupon.__typename"), "CouponReserved");
    for (status, codes) in [
        ("DISABLED", ["OFF"].as_slice()),
        ("SCHEDULED", ["SOON"].as_slice()),
        ("ENDED", ["OVER"].as_slice()),
        ("EXHAUSTED", ["GONE"].as_slice()),
        ("ACTIVE", ["HERSX1", "HERS_1", "OPEN"].as_slice()),
    ] {
        assert_eq!(listed(&shop, json!({ "status": status })).await, codes, "{status}");
        for code in codes {
            let query = format!("{{ coupon(code: \"{code}\") {{ status }} }}");
            assert_eq!(shop.admin().execute(&query, json!({})).await.text("coupon.status"), status);
        }
    }
    assert_eq!(listed(&shop, json!({"code": "hers_"})).await, ["HERS_1"]);
    assert_eq!(listed(&shop, json!({"code": "o"})).await, ["OFF", "OVER", "OPEN"]);
    assert_eq!(listed(&shop, json!({"code": "o", "status": "ACTIVE"})).await, ["OPEN"]);
    assert_eq!(listed(&shop, json!({"code": "%"})).await, Vec::<String>::new());
    assert_eq!(listed(&shop, json!({"vendorId": vendor(2)})).await, ["HERS_1"]);
}
