//! Check 48: staff end any saga that is stuck, and call off any order that is not shipped.

use std::time::Duration;

use platform_core::ErrorCode;
use platform_identity::Scope;
use platform_testkit::{Answer, TestClient, eventually};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::shop::{CART, ORDER, Shop, order, place, placing, sagas, status};

const SAGAS: &str = "query ($filter: OrderSagaFilter) { orderSagas(filter: $filter) { nodes {
    id kind status step failure lastError undoneIfAbandoned order { id status } } } }";
const RETRY: &str = "mutation ($id: ID!) { retryOrderSaga(input: { sagaId: $id }) {
    __typename ... on OrderSagaPayload { saga { status order { status } } } } }";
const ABANDON: &str = "mutation ($id: ID!) { abandonOrderSaga(input: { sagaId: $id }) { __typename
    ... on OrderSagaAbandoned { undone givenUp goesOn cancelsOrder saga { status failure order { status reason } } }
    ... on OrderSagaNotStuck { saga { status } } } }";
const CANCEL: &str = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename
    ... on CancelOrderPayload { order { status } } } }";

fn staff(shop: &Shop) -> TestClient {
    shop.app.as_user(shop.app.ids().next()).with_scopes([Scope::OrdersRead, Scope::OrdersManage])
}

/// The only saga that is stuck.
async fn stuck(shop: &Shop) -> Value {
    let listed = staff(shop).execute(SAGAS, json!({ "filter": { "status": "STUCK" } })).await;
    let nodes: Vec<Value> = listed.get("orderSagas.nodes");
    assert_eq!(nodes.len(), 1, "{}", listed.body);
    nodes.into_iter().next().unwrap()
}

async fn abandon(shop: &Shop, saga: &Value) -> Answer {
    staff(shop).execute(ABANDON, json!({ "id": saga["id"] })).await
}

/// A confirmed order whose money cannot be taken.
async fn confirmed(shop: &Shop, buyer: &TestClient) -> String {
    drop(shop.payments.clone().refuse("capturePayment", ErrorCode::Conflict));
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    let placed = place(buyer, &order("key-00001")).await;
    assert_eq!(placed.text("placeOrder.order.status"), "CONFIRMED", "{}", placed.body);
    assert_eq!(shop.payments.calls("capturePayment").len(), 1, "stuck at the first attempt");
    placed.text("placeOrder.order.id")
}

/// A pending order whose step that asks payments for `field` failed until its saga was stuck.
async fn pending(shop: &Shop, buyer: &TestClient, field: &str) -> String {
    drop(shop.payments.clone().refuse(field, ErrorCode::Unavailable));
    let placing = placing(buyer);
    let errors = "coalesce(last_error, '')";
    eventually(|| async { shop.saga_column(errors).await.iter().any(|error| !error.is_empty()) }).await;
    let stick = "UPDATE sagas SET status = 'stuck', fence = fence + 1, rest_fence = fence + 1, last_error = 'too often'";
    shop.app.database().write().execute_unprepared(stick).await.unwrap();
    placing.await.unwrap().text("placeOrder.order.id")
}

#[tokio::test]
async fn a_stuck_saga_is_shown_to_staff_and_goes_on_when_it_is_retried() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = confirmed(&shop, &buyer).await;
    let saga = stuck(&shop).await;
    assert_eq!((&saga["kind"], &saga["step"]), (&json!("checkout"), &json!("capture_payment")));
    assert_eq!(saga["lastError"], "CONFLICT: scripted CONFLICT");
    assert_eq!((&saga["order"]["id"], &saga["undoneIfAbandoned"]), (&json!(id), &json!([])));
    let reader = shop.app.as_user(shop.app.ids().next()).with_scopes([Scope::OrdersRead]);
    for stranger in [&buyer, &reader] {
        for (operation, variables) in
            [(SAGAS, json!({})), (RETRY, json!({ "id": saga["id"] })), (ABANDON, json!({ "id": saga["id"] }))]
        {
            assert_eq!(stranger.execute(operation, variables).await.codes(), ["FORBIDDEN"]);
        }
    }
    shop.say_yes();
    let retried = staff(&shop).execute(RETRY, json!({ "id": saga["id"] })).await;
    assert_eq!(retried.text("retryOrderSaga.saga.order.status"), "PAID", "{}", retried.body);
    let again = staff(&shop).execute(RETRY, json!({ "id": saga["id"] })).await;
    assert_eq!(again.text("retryOrderSaga.__typename"), "OrderSagaNotStuck");
    assert_eq!(abandon(&shop, &saga).await.text("abandonOrderSaga.saga.status"), "COMPLETED");
    let unknown = json!({ "id": shop.app.ids().next_uuid() });
    assert_eq!(abandon(&shop, &unknown).await.codes(), ["NOT_FOUND"]);
}

/// However it is ended, a confirmed order gives back what it had.
#[tokio::test]
async fn a_confirmed_order_whose_checkout_is_stuck_is_called_off() {
    for by_abandoning in [true, false] {
        let shop = Shop::open().await;
        let buyer = shop.buyer().await;
        let id = confirmed(&shop, &buyer).await;
        if by_abandoning {
            let abandoned = abandon(&shop, &stuck(&shop).await).await;
            assert_eq!(
                abandoned.at("abandonOrderSaga.givenUp"),
                &json!(["capture_payment"]),
                "{}",
                abandoned.body
            );
            assert_eq!(abandoned.at("abandonOrderSaga.cancelsOrder"), &json!(true));
        } else {
            let cancelled = staff(&shop).execute(CANCEL, json!({ "id": id })).await;
            assert_eq!(cancelled.text("cancelOrder.order.status"), "CANCELLED", "{}", cancelled.body);
        }
        assert_eq!(status(&buyer, &id).await, "CANCELLED");
        assert_eq!(shop.payments.calls("voidPayment").len(), 1);
        assert_eq!(shop.catalog.calls("restockReservation").len(), 1);
        assert!(
            sagas(&shop).await.iter().all(|(_, status)| status == "completed"),
            "{:?}",
            sagas(&shop).await
        );
    }
}

#[tokio::test]
async fn a_pending_order_whose_checkout_is_stuck_is_undone() {
    for by_abandoning in [true, false] {
        let shop = Shop::open().await;
        let buyer = shop.buyer().await;
        let id = pending(&shop, &buyer, "authorizePayment").await;
        assert_eq!(status(&buyer, &id).await, "PENDING");
        let saga = stuck(&shop).await;
        if by_abandoning {
            let abandoned = abandon(&shop, &saga).await;
            assert_eq!(abandoned.at("abandonOrderSaga.undone"), &saga["undoneIfAbandoned"]);
            let undone: Vec<String> = abandoned.get("abandonOrderSaga.undone");
            assert_eq!(undone.first().map(String::as_str), Some("authorize_payment"));
            assert_eq!(undone.last().map(String::as_str), Some("create_order"));
            assert_eq!(abandoned.text("abandonOrderSaga.saga.order.reason"), "CANCELLED_BY_STAFF");
        } else {
            // By the buyer too.
            let cancelled = buyer.execute(CANCEL, json!({ "id": id })).await;
            assert_eq!(cancelled.text("cancelOrder.order.status"), "CANCELLED", "{}", cancelled.body);
        }
        assert_eq!(status(&buyer, &id).await, "CANCELLED");
        assert_eq!(shop.payments.calls("voidPaymentOf").len(), 1, "an authorisation may be on its way");
        assert_eq!(shop.catalog.calls("releaseReservation").len(), 1);
        shop.say_yes();
        let again = place(&buyer, &order("key-00002")).await;
        assert_eq!(again.text("placeOrder.order.status"), "PAID", "the cart is free: {}", again.body);
    }
}

/// Every worker died: what is stored is behind what was done. All that may have been done is taken back, the money too if
/// it was taken already.
#[tokio::test]
async fn a_checkout_whose_workers_died_is_undone_from_the_furthest_step() {
    for was_captured in [false, true] {
        let shop = Shop::open().await;
        let buyer = shop.buyer().await;
        let id = pending(&shop, &buyer, "authorizePayment").await;
        let died = "UPDATE sagas SET step = 'create_order', attempts = 41, fence = fence + 1";
        shop.app.database().write().execute_unprepared(died).await.unwrap();
        let saga = stuck(&shop).await;
        assert_eq!(
            (&saga["step"], &saga["undoneIfAbandoned"][0]),
            (&json!("create_order"), &json!("commit_holds"))
        );
        if was_captured {
            drop(shop.payments.clone().refuse("voidPaymentOf", ErrorCode::Conflict));
            shop.payment_is("payment", "CAPTURED", json!({}));
        }
        abandon(&shop, &saga).await.data();
        assert_eq!(status(&buyer, &id).await, "CANCELLED");
        let asked = &shop.payments.calls("authorizePayment")[0].variables["input"]["id"];
        let given_up = shop.payments.calls("voidPaymentOf");
        assert_eq!((given_up.len(), &given_up[0].variables["unmade"]["id"]), (1, asked));
        assert_eq!(given_up[0].variables["unmade"]["orderId"], json!(id));
        let refunded = shop.payments.calls("refundRemaining");
        assert_eq!(refunded.len(), usize::from(was_captured));
        assert!(refunded.iter().all(|call| call.variables["paymentId"] == *asked));
        assert_eq!(shop.catalog.calls("releaseReservation").len(), 1);
    }
}

/// An undo that fails for good is left out; the others run, and the order is closed.
#[tokio::test]
async fn an_undo_that_fails_for_good_is_left_out() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    drop(shop.catalog.clone().refuse("releaseReservation", ErrorCode::Conflict));
    shop.payment_stands("DECLINED", json!({ "declineCode": "declined" }));
    place(&buyer, &order("key-00001")).await.data();
    let saga = stuck(&shop).await;
    assert_eq!((&saga["step"], &saga["failure"]), (&json!("reserve_stock"), &json!("PAYMENT_DECLINED")));
    let abandoned = abandon(&shop, &saga).await;
    assert_eq!(abandoned.at("abandonOrderSaga.givenUp"), &json!(["reserve_stock"]));
    assert_eq!(abandoned.at("abandonOrderSaga.undone"), &json!(["create_order"]));
    assert_eq!(abandoned.text("abandonOrderSaga.saga.order.status"), "FAILED");
    assert_eq!(buyer.execute(CART, json!({})).await.at("cart.totalQuantity"), 2);
}

/// The money of a cancellation cannot be given back here: staff do it by hand, and the rest goes on.
#[tokio::test]
async fn a_cancellation_goes_on_without_the_refund_that_staff_make() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = place(&buyer, &order("key-00001")).await.text("placeOrder.order.id");
    drop(shop.payments.clone().refuse("refundRemaining", ErrorCode::Conflict));
    let asked = buyer.execute(CANCEL, json!({ "id": id })).await;
    assert_eq!(asked.text("cancelOrder.order.status"), "PAID", "not yet: {}", asked.body);
    let saga = stuck(&shop).await;
    assert_eq!((&saga["kind"], &saga["step"]), (&json!("cancellation"), &json!("give_money_back")));
    let abandoned = abandon(&shop, &saga).await;
    assert_eq!(abandoned.at("abandonOrderSaga.goesOn"), &json!(["give_goods_back", "close_order"]));
    assert_eq!(abandoned.text("abandonOrderSaga.saga.order.status"), "CANCELLED", "{}", abandoned.body);
}

/// A gateway refuses to give the money back, and later does not: whoever asks again has it tried again.
#[tokio::test]
async fn a_cancellation_that_was_refused_is_tried_again_when_it_is_asked_for_again() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let id = place(&buyer, &order("key-00001")).await.text("placeOrder.order.id");
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    drop(shop.payments.clone().refuse("refundRemaining", ErrorCode::Conflict));
    let refused = buyer.execute(CANCEL, json!({ "id": id })).await;
    assert_eq!(refused.text("cancelOrder.order.status"), "PAID", "{}", refused.body);
    stuck(&shop).await;
    shop.payments_say("refundRemaining", json!(true));
    let again = buyer.execute(CANCEL, json!({ "id": id })).await;
    assert_eq!(again.text("cancelOrder.order.status"), "CANCELLED", "{}", again.body);
}

/// A checkout that is tried again and again is taken from its worker by staff.
#[tokio::test]
async fn staff_take_a_checkout_that_does_not_rest_from_its_worker() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    drop(shop.payments.clone().refuse("authorizePayment", ErrorCode::Unavailable));
    let placing = placing(&buyer);
    eventually(|| async { !shop.payments.calls("authorizePayment").is_empty() }).await;
    let placed = placing.await.unwrap();
    let id = placed.text("placeOrder.order.id");
    assert_eq!(placed.text("placeOrder.order.status"), "PENDING");
    let asked = json!({ "id": id });
    let by_staff = staff(&shop).execute(CANCEL, asked).await;
    assert_eq!(by_staff.text("cancelOrder.__typename"), "CancelOrderPayload", "{}", by_staff.body);
    shop.app.clock().advance(Duration::from_secs(60));
    eventually(|| async { status(&buyer, &id).await == "CANCELLED" }).await;
}

/// The gateway that holds the money is gone: no retry takes it, so the order is called off and what it had goes back.
#[tokio::test]
async fn an_order_whose_gateway_is_gone_is_called_off() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    drop(shop.payments.clone().refuse_input("capturePayment", "gateway"));
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    let placed = place(&buyer, &order("key-00001")).await;
    let id = placed.text("placeOrder.order.id");
    eventually(|| async { status(&buyer, &id).await == "CANCELLED" }).await;
    assert_eq!(shop.payments.calls("voidPayment").len(), 1);
    assert_eq!(shop.catalog.calls("restockReservation").len(), 1);
    eventually(|| async { sagas(&shop).await.iter().all(|(_, status)| status == "completed") }).await;
}

/// Staff gave the payment up in the moment in which the checkout went on with it: nothing can be taken, so the order is called
/// off and nobody ships it.
#[tokio::test]
async fn an_order_whose_payment_was_given_up_in_the_last_moment_is_called_off() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    drop(shop.payments.clone().refuse("capturePayment", ErrorCode::Conflict));
    shop.payment_is("payment", "VOIDED", json!({}));
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    let placed = place(&buyer, &order("key-00001")).await;
    let id = placed.text("placeOrder.order.id");
    eventually(|| async { status(&buyer, &id).await == "CANCELLED" }).await;
    let seen = buyer.execute(ORDER, json!({ "id": id })).await;
    assert_eq!(seen.text("order.reason"), "CANCELLED_BY_STAFF", "{}", seen.body);
    assert_eq!(shop.catalog.calls("restockReservation").len(), 1);
    assert_eq!(seen.text("order.vendorOrders.0.status"), "CANCELLED");
    eventually(|| async { sagas(&shop).await.iter().all(|(_, status)| status == "completed") }).await;
}

/// Nobody gave it up: the gateway holds the money no more. The order is called off, and no staff are named for it.
#[tokio::test]
async fn an_order_whose_held_money_lapsed_is_called_off_as_not_paid() {
    for lapsed in ["EXPIRED", "DECLINED"] {
        let shop = Shop::open().await;
        let buyer = shop.buyer().await;
        drop(shop.payments.clone().refuse("capturePayment", ErrorCode::Conflict));
        shop.payment_is("payment", lapsed, json!({}));
        shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
        let placed = place(&buyer, &order("key-00001")).await;
        let id = placed.text("placeOrder.order.id");
        eventually(|| async { status(&buyer, &id).await == "CANCELLED" }).await;
        let seen = buyer.execute(ORDER, json!({ "id": id })).await;
        assert_eq!(seen.text("order.reason"), "PAYMENT_EXPIRED", "{lapsed}: {}", seen.body);
    }
}

/// Staff take the money in the moment in which the checkout is undone: the gateway voids it no more, and payments has not
/// written down yet that it was taken. The undo is tried again and gives the money back.
#[tokio::test]
async fn a_payment_that_is_captured_while_its_checkout_is_undone_is_given_back() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    drop(shop.payments.clone().refuse("voidPayment", ErrorCode::Conflict));
    drop(shop.catalog.clone().refuse("commitReservation", ErrorCode::NotFound));
    let placing = placing(&buyer);
    let errors = "coalesce(last_error, '')";
    eventually(|| async { shop.saga_column(errors).await.iter().any(|error| !error.is_empty()) }).await;
    assert_eq!(shop.saga_column("status").await, ["compensating"]);
    shop.payment_is("payment", "CAPTURED", json!({}));
    let placed = placing.await.unwrap();
    assert_eq!(placed.text("placeOrder.order.status"), "FAILED", "{}", placed.body);
    assert_eq!(shop.payments.calls("refundRemaining").len(), 1);
    assert_eq!(shop.saga_column("status").await, ["compensated"]);
}
