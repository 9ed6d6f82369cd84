use std::time::Duration;

use contracts::orders::{CancellationReason, OrderCancelled, OrderPlaced};
use contracts::payments::{PaymentAuthorized, PaymentFailed, PaymentFailure, PaymentRefunded};
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::OrderId;
use platform_testkit::{Answer, TestClient, eventually};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;

use crate::shop::{ORDER, Shop, order, place, status, told};

const CANCEL: &str = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) {
    __typename
    ... on CancelOrderPayload { order { status reason } }
    ... on OrderNotCancellable { order { status } } } }";

/// An order whose payment waits for its customer.
async fn waiting(shop: &Shop, buyer: &TestClient) -> String {
    shop.payment_stands("REQUIRES_ACTION", json!({ "actionUrl": "/challenge" }));
    let placed = place(buyer, &order("key-00001")).await;
    assert_eq!(placed.text("placeOrder.order.status"), "AWAITING_PAYMENT", "{}", placed.body);
    assert_eq!(placed.text("placeOrder.order.paymentActionUrl"), "/challenge");
    placed.text("placeOrder.order.id")
}

fn authorized(shop: &Shop, order: &str) {
    shop.payment_stands("AUTHORIZED", json!({}));
    tell_authorized(shop, order, true);
}

fn tell_authorized(shop: &Shop, order: &str, deferred: bool) {
    let (payment_id, order_id): (_, OrderId) = (shop.payment, order.parse().unwrap());
    let amount = Money::from_minor(2_499, CurrencyCode::EUR);
    shop.app.publish(&PaymentAuthorized { payment_id, order_id, user_id: None, amount, deferred });
}

async fn rows(shop: &Shop, table: &str) -> i64 {
    let read = shop.app.database().read();
    let sql = format!("SELECT count(*) AS count FROM {table}");
    let row = read.query_one_raw(Statement::from_string(read.get_database_backend(), sql)).await.unwrap();
    row.unwrap().try_get("", "count").unwrap()
}

async fn cancel(client: &TestClient, id: &str) -> Answer {
    client.execute(CANCEL, json!({ "id": id })).await
}

#[tokio::test]
async fn a_waiting_order_goes_on_when_its_payment_is_authorised() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = waiting(&shop, &buyer).await;
    assert!(shop.app.published_of::<OrderPlaced>().await.is_empty());
    authorized(&shop, &id);
    shop.app.redeliver_last("payments");
    eventually(|| async { status(&buyer, &id).await == "PAID" }).await;
    assert_eq!(told::<OrderPlaced>(&shop.app, 1).await.len(), 1);
    assert_eq!(shop.payments.calls("capturePayment").len(), 1);
    assert!(buyer.execute(ORDER, json!({ "id": id })).await.data()["order"]["paymentActionUrl"].is_null());
}

/// A checkout that had its answer is not woken: what is told of its payment leaves no trace, and no signal is left behind.
#[tokio::test]
async fn a_payment_that_was_the_answer_wakes_no_checkout() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let paid = place(&buyer, &order("key-00001")).await.text("placeOrder.order.id");
    tell_authorized(&shop, &paid, false);
    let other = shop.buyer().await;
    let id = waiting(&shop, &other).await;
    tell_authorized(&shop, &id, false);
    authorized(&shop, &id);
    authorized(&shop, &paid);
    eventually(|| async { rows(&shop, "inbox").await == 2 }).await;
    eventually(|| async { status(&other, &id).await == "PAID" }).await;
    assert_eq!(rows(&shop, "saga_signals").await, 0);
    assert_eq!(shop.payments.calls("payment").len(), 1, "only the one that waited looks again");
}

/// What told of the payment was lost, as by a failover: at the deadline the checkout looks for itself.
#[tokio::test]
async fn a_payment_of_which_nobody_told_is_found_at_the_deadline() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = waiting(&shop, &buyer).await;
    shop.payment_stands("AUTHORIZED", json!({}));
    shop.app.clock().advance(Duration::from_secs(31 * 60));
    eventually(|| async { status(&buyer, &id).await == "PAID" }).await;
}

/// Check 30: an order that is not paid in time is called off, and what it held is free again.
#[tokio::test]
async fn a_waiting_order_is_cancelled_at_its_deadline() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = waiting(&shop, &buyer).await;
    shop.app.clock().advance(Duration::from_secs(31 * 60));
    eventually(|| async { status(&buyer, &id).await == "CANCELLED" }).await;
    let seen = buyer.execute(ORDER, json!({ "id": id })).await;
    assert_eq!(seen.text("order.reason"), "PAYMENT_EXPIRED");
    assert_eq!(seen.text("order.vendorOrders.0.status"), "CANCELLED");
    let asked = shop.asked();
    assert_eq!(asked[asked.len() - 3..], ["voidPayment", "stopDelivery", "releaseReservation"]);
    assert!(shop.app.published_of::<OrderPlaced>().await.is_empty());
    assert!(shop.app.published_of::<OrderCancelled>().await.is_empty(), "it was never announced");
}

/// Staff who void its payment have called the order off: no deadline has passed.
#[tokio::test]
async fn a_waiting_order_whose_payment_staff_void_is_cancelled_by_staff() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = waiting(&shop, &buyer).await;
    shop.payment_stands("VOIDED", json!({}));
    let (payment_id, order_id): (_, OrderId) = (shop.payment, id.parse().unwrap());
    let reason = PaymentFailure::Voided;
    shop.app.publish(&PaymentFailed { payment_id, order_id, user_id: None, reason, deferred: true });
    eventually(|| async { status(&buyer, &id).await == "CANCELLED" }).await;
    let seen = buyer.execute(ORDER, json!({ "id": id })).await;
    assert_eq!(seen.text("order.reason"), "CANCELLED_BY_STAFF");
}

#[tokio::test]
async fn a_waiting_order_is_cancelled_by_its_buyer() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = waiting(&shop, &buyer).await;
    let answer = cancel(&buyer, &id).await;
    assert_eq!(answer.text("cancelOrder.order.reason"), "CANCELLED_BY_BUYER", "{}", answer.body);
    assert_eq!(shop.payments.calls("voidPayment").len(), 1);
    assert_eq!(shop.catalog.calls("releaseReservation").len(), 1);
}

#[tokio::test]
async fn a_paid_order_that_is_cancelled_is_refunded_and_restocked_once() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = place(&buyer, &order("key-00001")).await.text("placeOrder.order.id");
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    for answer in futures::future::join_all((0..5).map(|_| cancel(&buyer, &id))).await {
        assert_eq!(answer.text("cancelOrder.order.status"), "CANCELLED", "{}", answer.body);
    }
    assert_eq!(shop.payments.calls("refundRemaining").len(), 1);
    assert_eq!(shop.catalog.calls("restockReservation").len(), 1);
    let cancelled = told::<OrderCancelled>(&shop.app, 1).await;
    assert_eq!(cancelled.iter().map(|e| e.reason).collect::<Vec<_>>(), [CancellationReason::Buyer]);
    assert!(!cancelled[0].refunded, "it was called off");
    let amount = Money::from_minor(2_499, CurrencyCode::EUR);
    let (payment_id, refund_id, order_id) = (shop.payment, shop.app.ids().next(), id.parse().unwrap());
    shop.app.publish(&PaymentRefunded {
        payment_id,
        refund_id,
        order_id,
        user_id: None,
        amount,
        refunded: amount,
        points: 0,
        points_refunded: None,
    });
    eventually(|| async {
        buyer.execute(ORDER, json!({ "id": id })).await.text("order.refunded.amount") == "24.99"
    })
    .await;
}

#[tokio::test]
async fn a_subscription_starts_with_the_state_and_goes_on() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = waiting(&shop, &buyer).await;
    let query = "subscription ($id: ID!) { orderUpdated(id: $id) { status version } }";
    let mut updates = buyer.subscribe(query, json!({ "id": id })).await;
    assert_eq!(updates.next().await.text("orderUpdated.status"), "AWAITING_PAYMENT");
    authorized(&shop, &id);
    updates.until(|update| update.at("orderUpdated.status") == "PAID").await;
    let mut late = buyer.subscribe(query, json!({ "id": id })).await;
    assert_eq!(late.next().await.text("orderUpdated.status"), "PAID");
    let stranger = shop.app.as_user(shop.app.ids().next());
    let mut refused = stranger.subscribe(query, json!({ "id": id })).await;
    assert_eq!(refused.next().await.codes(), ["NOT_FOUND"]);
}
