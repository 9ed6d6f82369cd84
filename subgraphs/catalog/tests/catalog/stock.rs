use std::time::Duration;

use chrono::{DateTime, Utc};
use contracts::catalog::{ReservationExpired, StockChanged};
use platform_core::Clock;
use platform_testkit::{Answer, eventually};
use serde_json::{Value, json};

use crate::shop::{Made, Shop, nobodys_offer};

const RESERVE: &str = "mutation($input: ReserveStockInput!) { reserveStock(input: $input) { __typename
    ... on StockReserved { key lines { offerId warehouseId quantity } }
    ... on OutOfStock { lines { offerId requested available } }
    ... on ReservationClosed { status } } }";

fn in_minutes(shop: &Shop, minutes: i64) -> DateTime<Utc> {
    shop.app.clock().now() + chrono::TimeDelta::minutes(minutes)
}

async fn reserve(shop: &Shop, key: &str, lines: Value) -> Answer {
    let input = json!({"key": key, "lines": lines, "expiresAt": in_minutes(shop, 15)});
    shop.orders().execute_internal(RESERVE, json!({"input": input})).await
}

async fn by_key(shop: &Shop, field: &str, selection: &str, key: &str) -> Answer {
    let mutation = format!("mutation($input: HoldKeyInput!) {{ {field}(input: $input) {{ {selection} }} }}");
    shop.orders().execute_internal(&mutation, json!({"input": {"key": key}})).await
}

async fn commit(shop: &Shop, key: &str) -> String {
    let selection = "__typename ... on ReservationClosed { status }";
    by_key(shop, "commitReservation", selection, key).await.text("commitReservation.__typename").to_owned()
}

async fn release(shop: &Shop, key: &str) -> String {
    by_key(shop, "releaseReservation", "status", key).await.text("releaseReservation.status").to_owned()
}

fn one(made: &Made, quantity: i64) -> Value {
    json!([{"offerId": made.offer, "quantity": quantity}])
}

#[tokio::test]
async fn a_reservation_is_held_then_sold_and_each_step_may_be_repeated() {
    let shop = Shop::open().await;
    let made = shop.product("kettle", "Kettle", "10.00", 5).await;
    for _ in 0..2 {
        let answer = reserve(&shop, "order-1", one(&made, 3)).await;
        assert_eq!(answer.text("reserveStock.__typename"), "StockReserved");
        assert_eq!(shop.level(&made).await, (5, 3));
    }
    for _ in 0..2 {
        assert_eq!(commit(&shop, "order-1").await, "ReservationCommitted");
        assert_eq!(shop.level(&made).await, (2, 0));
    }
    assert_eq!(release(&shop, "order-1").await, "COMMITTED");
    for _ in 0..2 {
        let restocked = by_key(&shop, "restockReservation", "status", "order-1").await;
        assert_eq!(restocked.text("restockReservation.status"), "RESTOCKED");
        assert_eq!(shop.level(&made).await, (5, 0));
    }
    let events = shop.app.published_of::<StockChanged>().await;
    assert_eq!(events.iter().map(|event| event.available).collect::<Vec<_>>(), [5, 2, 5]);
}

/// Pieces that come back by themselves come back once, and those that are gone do not come back with the rest.
#[tokio::test]
async fn return_pieces_settles_each_piece_once() {
    let shop = Shop::open().await;
    let made = shop.product("kettle", "Kettle", "10.00", 9).await;
    reserve(&shop, "order-1", one(&made, 5)).await.data();
    let document = "mutation ($input: ReturnPiecesInput!) { returnPieces(input: $input) { status } }";
    let give_back = async |return_key: &str, pieces: i64, to_shelf: bool| {
        let input = json!({ "key": "order-1", "returnKey": return_key, "lines": one(&made, pieces), "toShelf": to_shelf });
        let answer =
            shop.app.as_service("orders").execute_internal(document, json!({ "input": input })).await;
        answer.text("returnPieces.status")
    };
    assert_eq!(give_back("refund-0", 1, true).await, "HELD", "it is not sold yet");
    assert_eq!(shop.level(&made).await, (9, 5));
    commit(&shop, "order-1").await;
    for _ in 0..2 {
        assert_eq!(give_back("refund-1", 2, true).await, "COMMITTED");
        assert_eq!(shop.level(&made).await, (6, 0));
        assert_eq!(give_back("refund-2", 1, false).await, "COMMITTED");
        assert_eq!(shop.level(&made).await, (6, 0));
    }
    by_key(&shop, "restockReservation", "status", "order-1").await.data();
    assert_eq!(shop.level(&made).await, (8, 0), "one piece is gone");
    assert_eq!(give_back("refund-3", 1, true).await, "RESTOCKED");
    assert_eq!(shop.level(&made).await, (8, 0));
}

#[tokio::test]
async fn a_key_used_for_other_lines_is_refused() {
    let shop = Shop::open().await;
    let made = shop.product("kettle", "Kettle", "10.00", 5).await;
    reserve(&shop, "order-1", one(&made, 3)).await.data();
    assert_eq!(reserve(&shop, "order-1", one(&made, 2)).await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
    assert_eq!(shop.level(&made).await, (5, 3));
}

#[tokio::test]
async fn all_lines_are_held_or_none() {
    let shop = Shop::open().await;
    let (many, few) = (shop.product("a", "Many", "1.00", 9).await, shop.product("b", "Few", "1.00", 1).await);
    let lines = json!([
        {"offerId": many.offer, "quantity": 2}, {"offerId": few.offer, "quantity": 2},
        {"offerId": nobodys_offer(), "quantity": 1},
    ]);
    let answer = reserve(&shop, "order-1", lines).await;
    assert_eq!(answer.text("reserveStock.__typename"), "OutOfStock");
    let short = answer.at("reserveStock.lines").as_array().unwrap().clone();
    assert!(short.contains(&json!({"offerId": few.offer, "requested": 2, "available": 1})));
    assert!(short.contains(&json!({"offerId": nobodys_offer(), "requested": 1, "available": 0})));
    assert_eq!((shop.level(&many).await, shop.level(&few).await), ((9, 0), (1, 0)));
    // The key is free still: nothing was held under it.
    assert_eq!(
        reserve(&shop, "order-1", one(&few, 1)).await.text("reserveStock.__typename"),
        "StockReserved"
    );
}

#[tokio::test]
async fn one_warehouse_is_preferred_and_several_are_drawn_on_when_needed() {
    let shop = Shop::open().await;
    let made = shop.product("kettle", "Kettle", "10.00", 3).await;
    let second = Made { warehouse: shop.warehouse("far", 1).await, ..made.clone() };
    shop.adjust(&made.offer, &second.warehouse, 4).await.data();
    reserve(&shop, "whole", one(&made, 4)).await.data();
    assert_eq!((shop.level(&made).await, shop.level(&second).await), ((3, 0), (4, 4)));
    release(&shop, "whole").await;
    reserve(&shop, "split", one(&made, 6)).await.data();
    assert_eq!((shop.level(&made).await, shop.level(&second).await), ((3, 3), (4, 3)));
}

/// Check 23, the stock's part: however many race, exactly as many are held as there are, and none is sold twice.
#[tokio::test]
async fn a_race_for_the_last_pieces_never_oversells() {
    let shop = Shop::open().await;
    let made = shop.product("kettle", "Kettle", "10.00", 10).await;
    let attempts = (0..60).map(|n| {
        let (shop, made) = (&shop, &made);
        async move {
            let key = format!("buyer-{n}");
            let answer = reserve(shop, &key, one(made, 1)).await;
            (key, answer.text("reserveStock.__typename") == "StockReserved")
        }
    });
    let outcomes = futures::future::join_all(attempts).await;
    let held: Vec<&String> = outcomes.iter().filter(|(_, held)| *held).map(|(key, _)| key).collect();
    assert_eq!(held.len(), 10);
    assert_eq!(shop.level(&made).await, (10, 10));
    // Each is committed and released at once: one of the two wins, the stock is right either way.
    futures::future::join_all(
        held.iter().map(|key| async { (commit(&shop, key).await, release(&shop, key).await) }),
    )
    .await;
    let sold = 10 - shop.level(&made).await.0;
    assert_eq!(shop.level(&made).await, (10 - sold, 0));
}

/// Check 30, the stock's part: a hold that lapses gives its stock back once, and cannot be sold afterwards.
#[tokio::test]
async fn a_hold_that_lapses_is_given_back() {
    let shop = Shop::open().await;
    let made = shop.product("kettle", "Kettle", "10.00", 5).await;
    reserve(&shop, "lapses", one(&made, 2)).await.data();
    reserve(&shop, "extended", one(&made, 1)).await.data();
    let extend =
        "mutation($input: ExtendReservationInput!) { extendReservation(input: $input) { __typename } }";
    let input = json!({"key": "extended", "expiresAt": in_minutes(&shop, 60)});
    let answer = shop.orders().execute_internal(extend, json!({"input": input.clone()})).await;
    assert_eq!(answer.text("extendReservation.__typename"), "StockReserved");
    shop.app.clock().advance(Duration::from_secs(16 * 60));
    eventually(|| async { shop.moving_level(&made).await == (5, 1) }).await;
    assert_eq!(shop.level(&made).await, (5, 1));
    assert_eq!(commit(&shop, "lapses").await, "ReservationClosed");
    assert_eq!(reserve(&shop, "lapses", one(&made, 2)).await.text("reserveStock.status"), "EXPIRED");
    let late = json!({"key": "lapses", "expiresAt": in_minutes(&shop, 60)});
    let answer = shop.orders().execute_internal(extend, json!({"input": late})).await;
    assert_eq!(answer.text("extendReservation.__typename"), "ReservationClosed");
    assert_eq!(commit(&shop, "extended").await, "ReservationCommitted");
    assert_eq!(shop.level(&made).await, (4, 0));
    let expired = shop.app.published_of::<ReservationExpired>().await;
    assert_eq!(expired.iter().map(|event| event.key.as_str()).collect::<Vec<_>>(), ["lapses"]);
}

#[tokio::test]
async fn a_key_released_before_it_arrives_stays_closed() {
    let shop = Shop::open().await;
    let made = shop.product("kettle", "Kettle", "10.00", 5).await;
    assert_eq!(release(&shop, "order-1").await, "RELEASED");
    let answer = reserve(&shop, "order-1", one(&made, 1)).await;
    assert_eq!(answer.text("reserveStock.status"), "RELEASED");
    assert_eq!(shop.level(&made).await, (5, 0));
}

#[tokio::test]
async fn stock_cannot_be_counted_below_what_is_held() {
    let shop = Shop::open().await;
    let made = shop.product("kettle", "Kettle", "10.00", 5).await;
    reserve(&shop, "order-1", one(&made, 3)).await.data();
    let answer = shop.adjust(&made.offer, &made.warehouse, -3).await;
    assert_eq!(
        answer.at("adjustStock"),
        &json!({"__typename": "NotEnoughStock", "onHand": 5, "reserved": 3})
    );
    assert_eq!(
        shop.adjust(&made.offer, &made.warehouse, -2).await.get::<i64>("adjustStock.level.available"),
        0
    );
    assert_eq!(shop.level(&made).await, (3, 3));
}

/// Each kind of change by hand has its sign: what comes in is more, what is counted is more or less.
#[tokio::test]
async fn a_receipt_takes_nothing_off_the_shelf() {
    let shop = Shop::open().await;
    let made = shop.product("kettle", "Kettle", "10.00", 5).await;
    let change = async |kind: &str, delta: i64| {
        let mutation = "mutation($input: AdjustStockInput!) { adjustStock(input: $input) { __typename } }";
        let input = json!({"offerId": made.offer, "warehouseId": made.warehouse, "kind": kind, "delta": delta,
            "reason": "by hand"});
        shop.admin().execute(mutation, json!({"input": input})).await
    };
    let refused = change("RECEIPT", -1).await;
    assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{}", refused.body);
    assert_eq!(refused.errors()[0]["extensions"]["field"], "delta", "{}", refused.body);
    change("RECEIPT", 3).await.data();
    change("ADJUSTMENT", -2).await.data();
    assert_eq!(shop.level(&made).await, (6, 0));
}
