//! How much may be held while payments wait for their customers: half, and a few of what is scarce.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use platform_core::Clock;
use platform_testkit::eventually;
use serde_json::{Value, json};

use crate::shop::{Made, Shop};

const RESERVE: &str = "mutation($input: ReserveStockInput!) { reserveStock(input: $input) { __typename } }";
const EXTEND: &str =
    "mutation($input: ExtendReservationInput!) { extendReservation(input: $input) { __typename } }";
const RESERVE_COUPON: &str =
    "mutation($input: ReserveCouponInput!) { reserveCoupon(input: $input) { __typename } }";
const EXTEND_COUPON: &str =
    "mutation($input: ExtendCouponInput!) { extendCoupon(input: $input) { __typename } }";
const NETWORK: &str = "203.0.113.7";
const HELD: &str = "StockReserved";
const REFUSED: &str = "HoldLimitReached";

fn in_minutes(shop: &Shop, minutes: i64) -> DateTime<Utc> {
    shop.app.clock().now() + TimeDelta::minutes(minutes)
}

/// Holds pieces for five minutes.
async fn reserve(shop: &Shop, key: &str, made: &Made, quantity: i64, holder: &str, network: &str) -> String {
    let lines = json!([{"offerId": made.offer, "quantity": quantity}]);
    let input = json!({
        "key": key, "lines": lines, "expiresAt": in_minutes(shop, 5), "holder": holder, "network": network,
    });
    shop.orders().execute_internal(RESERVE, json!({"input": input})).await.text("reserveStock.__typename")
}

/// Holds them for forty, as for a customer's challenge.
async fn extend(shop: &Shop, key: &str) -> String {
    let input = json!({"key": key, "expiresAt": in_minutes(shop, 40)});
    shop.orders().execute_internal(EXTEND, json!({"input": input})).await.text("extendReservation.__typename")
}

async fn wait_with(
    shop: &Shop,
    key: &str,
    made: &Made,
    quantity: i64,
    holder: &str,
    network: &str,
) -> String {
    assert_eq!(reserve(shop, key, made, quantity, holder, network).await, HELD, "{key}");
    let extended = extend(shop, key).await;
    if extended == REFUSED {
        release(shop, key).await;
    }
    extended
}

async fn release(shop: &Shop, key: &str) {
    let mutation = "mutation($input: HoldKeyInput!) { releaseReservation(input: $input) { status } }";
    shop.orders().execute_internal(mutation, json!({"input": {"key": key}})).await.data();
}

/// One guest could keep all 23 pieces for 40 minutes.
#[tokio::test]
async fn one_holder_keeps_half_waiting_and_buys_all() {
    let shop = Shop::open().await;
    let made = shop.product("kettle", "Kettle", "10.00", 23).await;
    assert_eq!(wait_with(&shop, "all", &made, 23, "guest:a", NETWORK).await, REFUSED);
    assert_eq!(shop.level(&made).await, (23, 0));
    assert_eq!(wait_with(&shop, "some", &made, 6, "guest:a", NETWORK).await, HELD);
    assert_eq!(extend(&shop, "some").await, HELD, "the same again");
    assert_eq!(wait_with(&shop, "more", &made, 6, "guest:a", NETWORK).await, REFUSED, "12 of 23");
    assert_eq!(wait_with(&shop, "half", &made, 5, "guest:a", NETWORK).await, HELD);
    // A purchase that pays at once is not limited.
    assert_eq!(reserve(&shop, "rest", &made, 12, "guest:a", NETWORK).await, HELD);
    let commit = "mutation($input: HoldKeyInput!) { commitReservation(input: $input) { __typename } }";
    let sold = shop.orders().execute_internal(commit, json!({"input": {"key": "rest"}})).await;
    assert_eq!(sold.text("commitReservation.__typename"), "ReservationCommitted");
}

/// A guest chooses its own id: the network is what many ids have in common.
#[tokio::test]
async fn one_network_keeps_half_waiting() {
    let shop = Shop::open().await;
    let made = shop.product("kettle", "Kettle", "10.00", 23).await;
    assert_eq!(wait_with(&shop, "one", &made, 6, "guest:a", NETWORK).await, HELD);
    assert_eq!(wait_with(&shop, "two", &made, 5, "guest:b", NETWORK).await, HELD);
    assert_eq!(wait_with(&shop, "three", &made, 1, "guest:c", NETWORK).await, REFUSED);
    assert_eq!(wait_with(&shop, "elsewhere", &made, 6, "guest:d", "198.51.100.1").await, HELD);
    // What is given back can be kept again.
    release(&shop, "two").await;
    assert_eq!(wait_with(&shop, "four", &made, 1, "guest:c", NETWORK).await, HELD);
}

/// Of what is scarce a household still gets five, and an office ten.
#[tokio::test]
async fn a_few_pieces_may_always_wait() {
    let shop = Shop::open().await;
    let made = shop.product("kettle", "Kettle", "10.00", 12).await;
    assert_eq!(wait_with(&shop, "household", &made, 5, "guest:a", NETWORK).await, HELD);
    assert_eq!(wait_with(&shop, "neighbour", &made, 5, "guest:b", NETWORK).await, HELD);
    assert_eq!(wait_with(&shop, "next", &made, 1, "guest:c", NETWORK).await, REFUSED);
}

/// Whatever races, no more waits than may.
#[tokio::test]
async fn the_limit_holds_under_parallel_holds() {
    let shop = Shop::open().await;
    let made = shop.product("kettle", "Kettle", "10.00", 40).await;
    for n in 0..40 {
        assert_eq!(
            reserve(&shop, &format!("order-{n}"), &made, 1, &format!("guest:{n}"), NETWORK).await,
            HELD
        );
    }
    let shop = &shop;
    let extended =
        futures::future::join_all((0..40).map(|n| async move { extend(shop, &format!("order-{n}")).await }))
            .await;
    assert_eq!(extended.iter().filter(|outcome| *outcome == HELD).count(), 20);
}

/// A hold whose payment never began falls free within minutes.
#[tokio::test]
async fn a_hold_that_is_not_extended_falls_free() {
    let shop = Shop::open().await;
    let made = shop.product("kettle", "Kettle", "10.00", 23).await;
    reserve(&shop, "short", &made, 11, "guest:a", NETWORK).await;
    assert_eq!(wait_with(&shop, "long", &made, 6, "guest:b", NETWORK).await, HELD);
    shop.app.clock().advance(Duration::from_secs(6 * 60));
    eventually(|| async { shop.moving_level(&made).await == (23, 6) }).await;
    assert_eq!(shop.level(&made).await, (23, 6));
    assert_eq!(extend(&shop, "short").await, "ReservationClosed");
}

async fn use_coupon(shop: &Shop, key: &str, holder: &str, network: &str) -> String {
    let input = json!({
        "key": key, "code": "FIVE", "expiresAt": in_minutes(shop, 5), "holder": holder, "network": network,
    });
    let held = shop.orders().execute_internal(RESERVE_COUPON, json!({"input": input})).await;
    assert_eq!(held.text("reserveCoupon.__typename"), "CouponReserved", "{key}: {}", held.body);
    let input = json!({"key": key, "expiresAt": in_minutes(shop, 40)});
    let extended = shop.orders().execute_internal(EXTEND_COUPON, json!({"input": input})).await;
    let outcome = extended.text("extendCoupon.__typename");
    if outcome == REFUSED {
        let release = "mutation($input: HoldKeyInput!) { releaseCoupon(input: $input) { status } }";
        shop.orders().execute_internal(release, json!({"input": {"key": key}})).await.data();
    }
    outcome
}

/// Five guests could keep all five uses of a coupon.
#[tokio::test]
async fn a_coupon_is_kept_waiting_within_limits() {
    let shop = Shop::open().await;
    let create = "mutation($input: CreateCouponInput!) { createCoupon(input: $input) { __typename } }";
    for coupon in [json!({"code": "FIVE", "rate": "0.10", "totalLimit": 5})] {
        shop.admin().execute(create, json!({"input": coupon})).await.data();
    }
    let mut outcomes = Vec::<Value>::new();
    for n in 0..5 {
        outcomes.push(use_coupon(&shop, &format!("order-{n}"), &format!("guest:{n}"), NETWORK).await.into());
    }
    let held = "CouponReserved";
    assert_eq!(outcomes, [held, held, held, REFUSED, REFUSED]);
    assert_eq!(use_coupon(&shop, "elsewhere", "guest:9", "198.51.100.1").await, held);
    assert_eq!(use_coupon(&shop, "again", "guest:9", "198.51.100.1").await, held, "half of five is two");
}
