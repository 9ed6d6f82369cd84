//! Check 48: what a caller sends ends in an answer; no order stays pending, nothing stays held.

use std::time::Duration;

use platform_core::ErrorCode;
use platform_identity::Scope;
use platform_testkit::{TestClient, eventually};
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::shop::{CART, GUEST, Shop, add, euro, order, place, placing, sagas, status};

const COUPON: &str = "mutation { applyCoupon(input: { code: \"SAVE10\" }) { cart { id } } }";
/// What no retry can change.
const FOR_GOOD: [ErrorCode; 6] = [
    ErrorCode::BadUserInput,
    ErrorCode::NotFound,
    ErrorCode::Forbidden,
    ErrorCode::Conflict,
    ErrorCode::IdempotencyKeyReused,
    ErrorCode::LimitExceeded,
];

/// A buyer whose order has every step: stock, a coupon, points and money.
async fn buyer_of_everything(shop: &Shop, key: &str) -> (TestClient, Value) {
    let buyer = shop.buyer().await;
    buyer.execute(COUPON, json!({})).await.data();
    let mut input = order(key);
    input["points"] = json!(100);
    (buyer, input)
}

/// Gateways that are not set up, tokens that the gateway does not know, saved means that are not the buyer's: told in
/// the answer, the same however often it is asked.
#[tokio::test]
async fn means_of_payment_that_are_none_are_refused_in_the_answer() {
    let saved = |shop: &Shop| json!({ "methodId": shop.app.ids().next_uuid() });
    type Means = fn(&Shop) -> Value;
    let cases: [(&str, &str, Means); 3] = [
        ("gateway", "UNKNOWN_GATEWAY", |_| json!({ "gateway": "stripe", "token": "tok_approve" })),
        ("token", "UNKNOWN_TOKEN", |_| json!({ "gateway": "sandbox", "token": "tok_nobody" })),
        ("methodId", "UNKNOWN_METHOD", |_| Value::Null),
    ];
    for (field, code, means) in cases {
        let shop = Shop::open().await;
        let buyer = shop.buyer().await;
        let mut input = order("key-00001");
        input["payment"] = if field == "methodId" { saved(&shop) } else { means(&shop) };
        drop(shop.payments.clone().refuse_input("authorizePayment", field));
        let answer = place(&buyer, &input).await;
        assert_eq!(answer.text("placeOrder.__typename"), "PaymentMeansRejected", "{}", answer.body);
        assert_eq!(answer.text("placeOrder.problem"), code);
        assert_eq!(shop.payments.calls("authorizePayment").len(), 1, "not tried again");
        assert_eq!(shop.catalog.calls("releaseReservation").len(), 1, "nothing stays held");
        assert_eq!(sagas(&shop).await, [("checkout".to_owned(), "compensated".to_owned())]);
        assert_eq!(place(&buyer, &input).await.body, answer.body);
        assert_eq!(buyer.execute(CART, json!({})).await.at("cart.totalQuantity"), 2, "the cart stays");
        // With other means the same cart is bought.
        shop.payment_stands("AUTHORIZED", json!({}));
        let placed = place(&buyer, &order("key-00002")).await;
        assert_eq!(placed.text("placeOrder.order.status"), "PAID", "{}", placed.body);
    }
    // The gateway may find out only when it is asked for the money.
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    shop.payment_stands("DECLINED", json!({ "declineCode": "unknown_token" }));
    let answer = place(&buyer, &order("key-00001")).await;
    assert_eq!(answer.text("placeOrder.problem"), "UNKNOWN_TOKEN", "{}", answer.body);
}

/// Books are sums of orders: what no shop sells at once would soon be more than 64 bits hold.
#[tokio::test]
async fn an_order_of_more_than_books_can_hold_is_refused() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    shop.price_by(|quote| quote["total"] = euro(1_000_000_000_001));
    let refused = place(&buyer, &order("key-00001")).await;
    assert_eq!(refused.codes(), ["LIMIT_EXCEEDED"], "{}", refused.body);
    assert_eq!(buyer.execute(CART, json!({})).await.at("cart.totalQuantity"), 2, "the cart stays");
}

#[tokio::test]
async fn means_of_payment_are_a_token_or_a_saved_method() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let method = shop.app.ids().next_uuid();
    for means in [
        json!({}),
        json!({ "gateway": "sandbox" }),
        json!({ "token": "tok_approve" }),
        json!({ "gateway": "sandbox", "token": "tok_approve", "methodId": method }),
    ] {
        let mut input = order("key-00001");
        input["payment"] = means.clone();
        assert_eq!(place(&buyer, &input).await.codes(), ["BAD_USER_INPUT"], "{means}");
    }
    let mut input = order("key-00001");
    input["payment"] = json!({ "methodId": method });
    assert_eq!(place(&buyer, &input).await.text("placeOrder.order.status"), "PAID");
    let asked = &shop.payments.calls("authorizePayment")[0].variables["input"];
    assert_eq!(asked["methodId"], json!(method));
    assert!(asked.get("token").is_none_or(Value::is_null));
    let guest = shop.app.as_guest().with_guest(GUEST);
    add(&guest, shop.app.ids().next(), 1).await.data();
    input["email"] = json!("ann@example.com");
    assert_eq!(place(&guest, &input).await.codes(), ["UNAUTHENTICATED"], "a guest has saved nothing");
}

/// Every step of a checkout, and every answer that no retry can change.
#[tokio::test]
async fn an_answer_for_good_ends_the_checkout_at_every_step() {
    let steps = [
        (true, "reserveStock"),
        (true, "reserveCoupon"),
        (false, "holdPoints"),
        (false, "authorizePayment"),
        (true, "commitReservation"),
        (true, "commitCoupon"),
        (false, "commitPoints"),
    ];
    let shop = Shop::open().await;
    for (of_catalog, field) in steps {
        let peer = if of_catalog { &shop.catalog } else { &shop.payments };
        for code in FOR_GOOD {
            let (buyer, input) = buyer_of_everything(&shop, "key-00001").await;
            let before = peer.calls(field).len();
            drop(peer.clone().refuse(field, code));
            let answer = place(&buyer, &input).await;
            assert!(answer.errors().is_empty(), "{field} {code:?}: {}", answer.body);
            assert_eq!(answer.text("placeOrder.__typename"), "CheckoutExpired", "{field} {code:?}");
            assert_eq!(answer.text("placeOrder.order.status"), "FAILED", "{field} {code:?}");
            assert_eq!(peer.calls(field).len(), before + 1, "{field} {code:?} is not tried again");
            assert_eq!(buyer.execute(CART, json!({})).await.at("cart.totalQuantity"), 2);
        }
        shop.say_yes();
    }
    assert!(sagas(&shop).await.iter().all(|(_, status)| status == "compensated"));
}

/// An undo finds nothing to undo: that is what it wanted.
#[tokio::test]
async fn what_is_unknown_is_undone() {
    let shop = Shop::open().await;
    let (buyer, input) = buyer_of_everything(&shop, "key-00001").await;
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    for (peer, field) in [
        (&shop.payments, "voidPayment"),
        (&shop.payments, "releasePoints"),
        (&shop.catalog, "releaseCoupon"),
        (&shop.catalog, "restockReservation"),
    ] {
        drop(peer.clone().refuse(field, ErrorCode::NotFound));
    }
    shop.catalog_says("commitReservation", json!({ "__typename": "ReservationClosed" }));
    let answer = place(&buyer, &input).await;
    assert_eq!(answer.text("placeOrder.order.reason"), "RESERVATION_EXPIRED", "{}", answer.body);
    assert_eq!(sagas(&shop).await, [("checkout".to_owned(), "compensated".to_owned())]);
}

/// Check 30: a hold that was released and is asked for again has expired; money that was captured meanwhile goes back.
#[tokio::test]
async fn a_hold_that_was_released_has_expired() {
    let shop = Shop::open().await;
    let (buyer, input) = buyer_of_everything(&shop, "key-00001").await;
    drop(shop.payments.clone().refuse("holdPoints", ErrorCode::Conflict));
    let answer = place(&buyer, &input).await;
    assert_eq!(answer.text("placeOrder.order.reason"), "RESERVATION_EXPIRED", "{}", answer.body);
    shop.say_yes();
    drop(shop.payments.clone().refuse("voidPayment", ErrorCode::Conflict));
    shop.payment_is("payment", "CAPTURED", json!({}));
    drop(shop.catalog.clone().refuse("commitReservation", ErrorCode::NotFound));
    let mut input = input;
    input["idempotencyKey"] = json!("key-00002");
    let answer = place(&buyer, &input).await;
    assert_eq!(answer.text("placeOrder.order.reason"), "RESERVATION_EXPIRED", "{}", answer.body);
    assert_eq!(shop.payments.calls("refundRemaining").len(), 1);
}

/// A number of a card is no token: nothing of the request is kept, and the answer does not repeat it.
#[tokio::test]
async fn a_card_number_is_refused_before_anything_is_kept() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    for number in [
        "4242424242424242",
        "4242 4242 4242 4242",
        "3782-822463-10005",
        "６０１１１１１１１１１１１１１７",
        "4242424242424242=2512",
        "tok_4242424242424242",
    ] {
        for (gateway, token) in [("sandbox", number), (number, "tok_approve")] {
            let mut input = order("key-00001");
            input["payment"] = json!({ "gateway": gateway, "token": token });
            let refused = place(&buyer, &input).await;
            assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{gateway} {token}");
            assert!(!refused.body.to_string().contains(number), "{}", refused.body);
        }
    }
    assert!(sagas(&shop).await.is_empty() && shop.asked().is_empty());
    // Not every long number is a card's.
    let mut input = order("key-00001");
    input["payment"] = json!({ "gateway": "sandbox", "token": "4242424242424241" });
    assert_eq!(place(&buyer, &input).await.text("placeOrder.order.status"), "PAID");
}

/// What the customer pays with is forgotten once the money is held, and when the checkout has ended without it.
#[tokio::test]
async fn a_saga_forgets_the_means_of_payment() {
    let shop = Shop::open().await;
    let token = async |what: &str, is_known: bool| {
        let states = shop.saga_column("state").await;
        assert_eq!(states.iter().any(|state| state.contains("tok_approve")), is_known, "{what}: {states:?}");
    };
    shop.payment_stands("REQUIRES_ACTION", json!({ "actionUrl": "/challenge" }));
    let waiting = place(&shop.buyer().await, &order("key-00001")).await;
    assert_eq!(waiting.text("placeOrder.order.status"), "AWAITING_PAYMENT");
    token("waiting", false).await;
    shop.payment_stands("AUTHORIZED", json!({}));
    let buyer = shop.buyer().await;
    let id = place(&buyer, &order("key-00001")).await.text("placeOrder.order.id");
    assert_eq!(status(&buyer, &id).await, "PAID");
    token("paid", false).await;
    drop(shop.catalog.clone().refuse("reserveStock", ErrorCode::Conflict));
    place(&shop.buyer().await, &order("key-00001")).await.data();
    token("failed", false).await;
}

/// A checkout that is stuck keeps no token; retried, it is undone, and the customer orders again.
#[tokio::test]
async fn a_stuck_saga_forgets_the_means_of_payment() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    drop(shop.payments.clone().refuse("authorizePayment", ErrorCode::Unavailable));
    let placing = placing(&buyer);
    eventually(|| async { !shop.payments.calls("authorizePayment").is_empty() }).await;
    let last = "UPDATE sagas SET attempts = 40";
    eventually(|| async {
        shop.app.database().write().execute_unprepared(last).await.unwrap();
        shop.app.clock().advance(Duration::from_secs(60));
        sagas(&shop).await == [("checkout".to_owned(), "stuck".to_owned())]
    })
    .await;
    let id = placing.await.unwrap().text("placeOrder.order.id");
    assert!(!shop.saga_column("state").await[0].contains("tok_approve"));
    shop.say_yes();
    let staff = shop.app.as_user(shop.app.ids().next()).with_scopes([Scope::OrdersRead, Scope::OrdersManage]);
    let retry = "mutation ($id: ID!) { retryOrderSaga(input: { sagaId: $id }) { __typename } }";
    staff.execute(retry, json!({ "id": id })).await.data();
    assert_eq!(status(&buyer, &id).await, "CANCELLED");
    assert_eq!(shop.payments.calls("voidPaymentOf").len(), 1, "a payment may have come about");
    let again = place(&buyer, &order("key-00002")).await;
    assert_eq!(again.text("placeOrder.order.status"), "PAID", "{}", again.body);
}
