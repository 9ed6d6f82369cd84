//! Peers that are away in the middle of a checkout, and a database that is.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use platform_core::{Clock, ErrorCode};
use platform_testkit::{Answer, eventually, eventually_some};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use crate::shop::{CART, ORDER, Shop, add, order, place, placing, status};

const UNKNOWN: &str = "01990000-0000-7000-8000-000000000001";

/// Payments goes away when the goods are held already: the checkout waits, and goes on when it is back, with nothing
/// done twice and nothing given up.
#[tokio::test]
async fn a_checkout_goes_on_when_its_peer_is_back() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    shop.payments.set_down(true);
    let placing = placing(&buyer);
    eventually(|| async { !shop.catalog.calls("reserveStock").is_empty() }).await;
    shop.payments.set_down(false);
    let placed = placing.await.unwrap();
    let id = eventually_some(|| async {
        let again = place(&buyer, &order("key-00001")).await;
        again.at("placeOrder.order.id").as_str().map(str::to_owned)
    })
    .await;
    eventually(|| async { status(&buyer, &id).await == "PAID" }).await;
    assert!(placed.errors().is_empty(), "{}", placed.body);
    let asked = ["reserveStock", "planDelivery", "authorizePayment", "commitReservation", "capturePayment"];
    assert_eq!(shop.asked(), asked);
}

/// The fence of the only saga and when it is due, where it rests since a later claim than that of `before`.
async fn pausing(shop: &Shop, before: i64) -> Option<(i64, DateTime<Utc>)> {
    let read = shop.app.database().read();
    let sql = "SELECT status, fence, due_at FROM sagas WHERE fence = rest_fence";
    let row = read.query_one_raw(Statement::from_string(read.get_database_backend(), sql)).await.unwrap()?;
    let (status, fence) = (row.try_get::<String>("", "status").unwrap(), row.try_get("", "fence").unwrap());
    assert_eq!(status, "running");
    (fence > before).then(|| (fence, row.try_get("", "due_at").unwrap()))
}

/// Payments is away for an hour, and what was held falls free meanwhile: the checkout ends by itself when it is back, and
/// nobody pays for goods that are not there.
#[tokio::test]
async fn a_checkout_whose_stock_fell_free_in_an_outage_is_undone() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let clock = shop.app.clock();
    shop.payments.set_down(true);
    let placing = placing(&buyer);
    let (until, mut fence) = (clock.now() + TimeDelta::hours(1), 0);
    while clock.now() < until {
        let (rested, due_at) = eventually_some(|| pausing(&shop, fence)).await;
        fence = rested;
        clock.advance((due_at - clock.now()).to_std().unwrap_or_default());
    }
    drop(shop.catalog.clone().refuse("commitReservation", ErrorCode::NotFound));
    shop.payments.set_down(false);
    clock.advance(Duration::from_secs(120));
    let answer = placing.await.unwrap();
    let id = answer.text("placeOrder.order.id");
    eventually(|| async { status(&buyer, &id).await == "FAILED" }).await;
    let reason = buyer.execute(ORDER, json!({ "id": id })).await.text("order.reason");
    assert_eq!(reason, "RESERVATION_EXPIRED");
    assert_eq!(shop.saga_column("status").await, ["compensated"]);
    assert_eq!(shop.payments.calls("voidPayment").len(), 1, "the money that was held is free");
}

/// Check 58: a peer whose database is away says UNAVAILABLE. That holds a checkout up and does not abort it.
#[tokio::test]
async fn a_checkout_goes_on_when_the_database_of_its_peer_is_back() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    drop(shop.catalog.clone().refuse("reserveStock", ErrorCode::Unavailable));
    let placing = placing(&buyer);
    eventually(|| async { shop.catalog.calls("reserveStock").len() >= 2 }).await;
    shop.catalog_says("reserveStock", json!({ "__typename": "StockReserved", "lines": [] }));
    let answer = placing.await.unwrap();
    assert_eq!(answer.text("placeOrder.order.status"), "PAID", "{}", answer.body);
    assert!(shop.catalog.calls("releaseReservation").is_empty(), "nothing was undone");
}

/// A newer release of a peer answers what this one has no name for. That is no outcome: the checkout waits, until orders
/// is of that release too or the peer of the old one, and nothing is undone.
#[tokio::test]
async fn a_checkout_waits_for_a_peer_that_answers_what_it_does_not_know() {
    let new = |name: &str| json!({ "__typename": name });
    let in_review = json!({ "id": UNKNOWN, "status": "IN_REVIEW", "actionUrl": null, "declineCode": null });
    for (of_catalog, field, answer) in [
        (true, "reserveStock", new("StockPromised")),
        (false, "authorizePayment", in_review),
        (true, "commitReservation", new("ReservationSold")),
    ] {
        let shop = Shop::open().await;
        let buyer = shop.buyer().await;
        let peer = if of_catalog { &shop.catalog } else { &shop.payments };
        drop(peer.clone().answer_of_another_release(field, answer));
        let placing = placing(&buyer);
        eventually(|| async { peer.calls(field).len() >= 2 }).await;
        shop.say_yes();
        let placed = placing.await.unwrap();
        assert_eq!(placed.text("placeOrder.order.status"), "PAID", "{field}: {}", placed.body);
        assert!(shop.catalog.calls("releaseReservation").is_empty(), "{field}: nothing was undone");
    }
}

/// The same in the undoing: a refused payment's goods are given back as soon as catalog answers again.
#[tokio::test]
async fn an_undoing_goes_on_when_its_peer_is_back() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    shop.payment_stands("DECLINED", json!({ "declineCode": "declined" }));
    drop(shop.catalog.clone().refuse("releaseReservation", ErrorCode::Unavailable));
    let placing = placing(&buyer);
    eventually(|| async { shop.catalog.calls("releaseReservation").len() >= 2 }).await;
    shop.catalog_says("releaseReservation", json!({ "status": "RELEASED" }));
    let answer = placing.await.unwrap();
    assert_eq!(answer.text("placeOrder.__typename"), "PaymentDeclined", "{}", answer.body);
}

#[track_caller]
fn assert_unavailable(answer: &Answer) {
    assert_eq!(answer.codes(), ["UNAVAILABLE"], "{}", answer.body);
    let error = &answer.errors()[0];
    assert_eq!(error["message"], "the data cannot be reached at the moment; try again");
    assert_eq!(error["extensions"]["retryAfter"], 5, "{error}");
}

/// Check 58: whoever asks a subgraph whose database is closed hears when to ask again, whatever is asked: queries,
/// mutations, and those whose errors have times of their own.
#[tokio::test]
async fn a_closed_database_is_unavailable_with_the_time_to_wait() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    shop.app.database().clone().close().await.unwrap();
    assert_unavailable(&buyer.execute(CART, json!({})).await);
    assert_unavailable(&add(&buyer, shop.app.ids().next(), 1).await);
    assert_unavailable(&place(&buyer, &order("key-00001")).await);
    let claim = "mutation { requestOrderClaim(input: { number: \"SK-2222-2222\" }) { message } }";
    assert_unavailable(&buyer.execute(claim, json!({})).await);
}

#[tokio::test]
async fn a_table_that_is_gone_is_a_defect_and_not_an_outage() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let gone = "ALTER TABLE cart_lines RENAME TO lines_of_carts";
    shop.app.database().write().execute_unprepared(gone).await.unwrap();
    let answer = buyer.execute(CART, json!({})).await;
    assert_eq!(answer.codes(), ["INTERNAL"], "{}", answer.body);
    let extensions = &answer.errors()[0]["extensions"];
    assert!(extensions["traceId"].is_string() && extensions["retryAfter"].is_null(), "{extensions}");
}
