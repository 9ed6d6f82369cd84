//! Check 47: one cart makes one order, which takes out of the cart what was bought and nothing else.

use std::time::Duration;

use contracts::payments::{PaymentAuthorized, PaymentFailed, PaymentFailure};
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::{OfferId, OrderId};
use platform_testkit::{TestClient, eventually};
use serde_json::{Value, json};

use crate::shop::{CART, GUEST, Shop, add, order, place, status};

/// Lets a payment that waits for its customer be authorised.
fn authorize(shop: &Shop, order: &str) {
    shop.payment_stands("AUTHORIZED", json!({}));
    let order_id: OrderId = order.parse().unwrap();
    let amount = Money::from_minor(1_499, CurrencyCode::EUR);
    shop.app.publish(&PaymentAuthorized {
        payment_id: shop.payment,
        order_id,
        user_id: None,
        amount,
        deferred: true,
    });
}

/// Orders what is in the cart with a card whose bank wants to see its customer; returns the order's id.
async fn wait(shop: &Shop, client: &TestClient, input: &Value) -> String {
    shop.payment_stands("REQUIRES_ACTION", json!({ "actionUrl": "/challenge" }));
    let placed = place(client, input).await;
    assert_eq!(placed.text("placeOrder.order.status"), "AWAITING_PAYMENT", "{}", placed.body);
    placed.text("placeOrder.order.id")
}

async fn pay(shop: &Shop, client: &TestClient, id: &str) {
    authorize(shop, id);
    eventually(|| async { status(client, id).await == "PAID" }).await;
}

async fn apply(client: &TestClient, code: &str) {
    let apply = "mutation ($code: String!) { applyCoupon(input: { code: $code }) { cart { id } } }";
    client.execute(apply, json!({ "code": code })).await.data();
}

/// The offers in the cart with their quantities, and the coupon.
async fn cart(client: &TestClient) -> (Vec<(String, i64)>, Value) {
    let cart = client.execute(CART, json!({})).await;
    let lines: Vec<Value> = cart.get("cart.lines");
    let of =
        |line: &Value| (line["offer"]["id"].as_str().unwrap().to_owned(), line["quantity"].as_i64().unwrap());
    (lines.iter().map(of).collect(), cart.at("cart.couponCode").clone())
}

fn lines(wanted: &[(OfferId, i64)]) -> Vec<(String, i64)> {
    wanted.iter().map(|(offer, quantity)| (offer.to_string(), *quantity)).collect()
}

#[tokio::test]
async fn what_is_added_while_a_payment_waits_stays_in_the_cart() {
    let shop = Shop::open().await;
    let (a, b): (OfferId, OfferId) = (shop.app.ids().next(), shop.app.ids().next());
    let buyer = shop.app.as_user(shop.app.ids().next());
    add(&buyer, a, 1).await.data();
    let id = wait(&shop, &buyer, &order("key-00001")).await;
    add(&buyer, a, 2).await.data();
    add(&buyer, b, 1).await.data();
    apply(&buyer, "SAVE10").await;
    pay(&shop, &buyer, &id).await;
    assert_eq!(cart(&buyer).await, (lines(&[(a, 2), (b, 1)]), json!("SAVE10")));
    // And is bought next, without what was bought before.
    let next = place(&buyer, &order("key-00002")).await;
    assert_eq!(next.text("placeOrder.order.status"), "PAID", "{}", next.body);
    let reserved = &shop.catalog.calls("reserveStock")[1].variables["input"]["lines"];
    assert_eq!(reserved, &json!([{ "offerId": a, "quantity": 2 }, { "offerId": b, "quantity": 1 }]));
    assert_eq!(cart(&buyer).await, (Vec::new(), Value::Null));
}

#[tokio::test]
async fn the_coupon_that_was_used_is_taken_unless_it_was_applied_again() {
    for again in [false, true] {
        let shop = Shop::open().await;
        let buyer = shop.buyer().await;
        apply(&buyer, "SAVE10").await;
        let id = wait(&shop, &buyer, &order("key-00001")).await;
        if again {
            apply(&buyer, "SAVE10").await;
        }
        pay(&shop, &buyer, &id).await;
        let left = if again { json!("SAVE10") } else { Value::Null };
        assert_eq!(cart(&buyer).await, (Vec::new(), left), "applied again: {again}");
    }
}

/// What was taken out by hand and put back later is not what is being bought.
#[tokio::test]
async fn a_line_that_was_put_back_meanwhile_stays() {
    let shop = Shop::open().await;
    let a: OfferId = shop.app.ids().next();
    let buyer = shop.app.as_user(shop.app.ids().next());
    add(&buyer, a, 3).await.data();
    let id = wait(&shop, &buyer, &order("key-00001")).await;
    buyer.execute("mutation { clearCart { cart { id } } }", json!({})).await.data();
    add(&buyer, a, 2).await.data();
    // Nothing of what is being bought is in the cart any more: what is in it can be ordered, and that comes to nothing.
    let other = wait(&shop, &buyer, &order("key-other")).await;
    let cancel = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename } }";
    buyer.execute(cancel, json!({ "id": other })).await.data();
    pay(&shop, &buyer, &id).await;
    assert_eq!(cart(&buyer).await.0, lines(&[(a, 2)]));
    let line = buyer.execute(CART, json!({})).await.text("cart.lines.0.id");
    let id = wait(&shop, &buyer, &order("key-00002")).await;
    // Two are being bought; of the five that the line is set to, three are left.
    let update = "mutation ($line: ID!, $quantity: Int!) {
        updateCartLine(input: { lineId: $line, quantity: $quantity }) { cart { id } } }";
    for quantity in [1, 5] {
        buyer.execute(update, json!({ "line": line, "quantity": quantity })).await.data();
    }
    pay(&shop, &buyer, &id).await;
    assert_eq!(cart(&buyer).await.0, lines(&[(a, 4)]), "one of them was bought, the other taken out before");
}

#[tokio::test]
async fn additions_within_milliseconds_of_an_order_survive() {
    let shop = Shop::open().await;
    for round in 0..5 {
        let (a, b): (OfferId, OfferId) = (shop.app.ids().next(), shop.app.ids().next());
        let buyer = shop.app.as_user(shop.app.ids().next());
        add(&buyer, a, 1).await.data();
        let adding =
            futures::future::join_all((0..20).map(|n| add(&buyer, if n % 2 == 0 { a } else { b }, 1)));
        let input = order(&format!("round-key-{round}"));
        let (placed, added) = tokio::join!(place(&buyer, &input), adding);
        assert!(added.iter().all(|answer| answer.data().is_object()));
        let id = placed.text("placeOrder.order.id");
        assert_eq!(status(&buyer, &id).await, "PAID");
        let query = "query ($id: ID!) { order(id: $id) { lines { quantity } } }";
        let bought: Vec<Value> = buyer.execute(query, json!({ "id": id })).await.get("order.lines");
        let bought: i64 = bought.iter().filter_map(|line| line["quantity"].as_i64()).sum();
        let left: i64 = cart(&buyer).await.0.iter().map(|(_, quantity)| quantity).sum();
        assert!(bought >= 1);
        assert_eq!(bought + left, 21, "round {round}: {bought} bought, {left} left");
    }
}

#[tokio::test]
async fn three_parallel_orders_of_one_cart_are_one_order() {
    let shop = Shop::open().await;
    for round in 0..5 {
        let buyer = shop.buyer().await;
        let inputs: Vec<Value> = (0..3).map(|n| order(&format!("round-{round}-{n}"))).collect();
        let answers = futures::future::join_all(inputs.iter().map(|input| place(&buyer, input))).await;
        let mut outcomes: Vec<String> = answers.iter().map(|a| a.text("placeOrder.__typename")).collect();
        outcomes.sort_unstable();
        assert_eq!(
            outcomes,
            ["CartAlreadyOrdered", "CartAlreadyOrdered", "PlaceOrderPayload"],
            "round {round}"
        );
        let id = answers[0].text("placeOrder.order.id");
        assert!(answers.iter().all(|a| a.text("placeOrder.order.id") == id), "they name one order");
        assert_eq!(shop.payments.calls("capturePayment").len(), round + 1);
        // A later one too, until something is put in the cart.
        let late = place(&buyer, &order(&format!("round-{round}-late"))).await;
        assert_eq!(late.text("placeOrder.__typename"), "CartAlreadyOrdered");
        assert_eq!(late.text("placeOrder.order.id"), id);
        add(&buyer, shop.app.ids().next(), 1).await.data();
        buyer.execute("mutation { clearCart { cart { id } } }", json!({})).await.data();
        let empty = place(&buyer, &order(&format!("round-{round}-empty"))).await;
        assert_eq!(empty.text("placeOrder.__typename"), "CartEmpty");
    }
}

/// While a payment waits the cart is ordered already; however that ends, then it is free again.
#[tokio::test]
async fn a_cart_is_free_again_when_its_order_comes_to_nothing() {
    for end in ["expired", "cancelled", "declined"] {
        let shop = Shop::open().await;
        let buyer = shop.buyer().await;
        let id = wait(&shop, &buyer, &order("key-00001")).await;
        for (key, added) in [("key-00002", false), ("key-00003", true)] {
            if added {
                add(&buyer, shop.app.ids().next(), 1).await.data();
            }
            let refused = place(&buyer, &order(key)).await;
            assert_eq!(
                refused.text("placeOrder.__typename"),
                "CartAlreadyOrdered",
                "{end}: {}",
                refused.body
            );
            assert_eq!(refused.text("placeOrder.order.id"), id);
            assert_eq!(refused.text("placeOrder.order.status"), "AWAITING_PAYMENT");
        }
        assert_eq!(shop.payments.calls("authorizePayment").len(), 1);
        match end {
            "expired" => shop.app.clock().advance(Duration::from_secs(31 * 60)),
            "cancelled" => {
                let cancel = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename } }";
                buyer.execute(cancel, json!({ "id": id })).await.data();
            }
            _ => {
                shop.payment_stands("DECLINED", json!({ "declineCode": "challenge_failed" }));
                let order_id = id.parse().unwrap();
                let reason = PaymentFailure::ChallengeFailed;
                shop.app.publish(&PaymentFailed {
                    payment_id: shop.payment,
                    order_id,
                    user_id: None,
                    reason,
                    deferred: true,
                });
            }
        }
        eventually(|| async { ["CANCELLED", "FAILED"].contains(&&*status(&buyer, &id).await) }).await;
        shop.payment_stands("AUTHORIZED", json!({}));
        let placed = place(&buyer, &order("key-00002")).await;
        assert_eq!(placed.text("placeOrder.order.status"), "PAID", "{end}: {}", placed.body);
        assert_eq!(cart(&buyer).await.0, Vec::new(), "{end}");
    }
}

/// A guest signs in while a payment waits, and has a waiting payment as a user too: nothing is lost, nothing doubled.
#[tokio::test]
async fn a_merge_while_payments_wait_loses_and_doubles_nothing() {
    for paid in [true, false] {
        let shop = Shop::open().await;
        let (a, b): (OfferId, OfferId) = (shop.app.ids().next(), shop.app.ids().next());
        let (user, guest) = (shop.app.as_user(shop.app.ids().next()), shop.app.as_guest().with_guest(GUEST));
        add(&user, a, 5).await.data();
        add(&guest, a, 1).await.data();
        let mut by_guest = order("guest-key-1");
        by_guest["email"] = json!("ann@example.com");
        let guests = wait(&shop, &guest, &by_guest).await;
        add(&guest, a, 2).await.data();
        add(&guest, b, 1).await.data();
        let users = wait(&shop, &user, &order("user-key-1")).await;
        let merge =
            "mutation ($guest: String!) { mergeCart(input: { guestId: $guest }) { cart { totalQuantity } } }";
        let merged = user.execute(merge, json!({ "guest": GUEST })).await;
        assert_eq!(merged.at("mergeCart.cart.totalQuantity"), 5 + 3 + 1, "{}", merged.body);
        let again = place(&user, &order("user-key-2")).await;
        assert_eq!(again.text("placeOrder.__typename"), "CartAlreadyOrdered");
        if paid {
            pay(&shop, &guest, &guests).await;
            assert_eq!(cart(&user).await.0, lines(&[(a, 7), (b, 1)]));
            pay(&shop, &user, &users).await;
            assert_eq!(cart(&user).await.0, lines(&[(a, 2), (b, 1)]));
        } else {
            shop.app.clock().advance(Duration::from_secs(31 * 60));
            for (client, id) in [(&guest, &guests), (&user, &users)] {
                eventually(|| async { status(client, id).await == "CANCELLED" }).await;
            }
            assert_eq!(cart(&user).await.0, lines(&[(a, 8), (b, 1)]));
        }
        shop.payment_stands("AUTHORIZED", json!({}));
        let placed = place(&user, &order("user-key-3")).await;
        assert_eq!(placed.text("placeOrder.order.status"), "PAID", "free again: {}", placed.body);
        assert_eq!(cart(&user).await.0, Vec::new());
    }
}
