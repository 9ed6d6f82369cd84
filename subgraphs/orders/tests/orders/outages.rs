//! Peers that are away in the middle of a checkout.

use platform_core::ErrorCode;
use platform_testkit::{eventually, eventually_some};
use serde_json::json;

use crate::shop::{Shop, order, place, placing, status};

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
    assert_eq!(shop.asked(), ["reserveStock", "authorizePayment", "commitReservation", "capturePayment"]);
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
