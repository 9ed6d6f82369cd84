//! What is held, for whom and how long: moments for a payment that pays at once, its window for one that waits.

use platform_core::Clock;
use platform_identity::Identity;
use platform_testkit::TestClient;
use serde_json::{Value, json};

use crate::shop::{CART, GUEST, Shop, add, order, place};

const COUPON: &str = "mutation { applyCoupon(input: { code: \"SAVE10\" }) { cart { id } } }";

async fn guest(shop: &Shop) -> TestClient {
    let identity = Identity {
        guest: Some(GUEST.to_owned()),
        network: Some("203.0.113.7".parse().unwrap()),
        ..shop.app.as_guest().identity().clone()
    };
    let guest = shop.app.as_identity(identity);
    add(&guest, shop.app.ids().next(), 23).await.data();
    guest.execute(COUPON, json!({})).await.data();
    guest
}

fn input(key: &str) -> Value {
    let mut input = order(key);
    input["email"] = json!("ann@example.com");
    input
}

fn minutes(shop: &Shop, at: &Value) -> i64 {
    let at: chrono::DateTime<chrono::Utc> = at.as_str().unwrap().parse().unwrap();
    (at - shop.app.clock().now()).num_seconds() / 60
}

#[tokio::test]
async fn a_hold_is_short_and_names_its_holder_and_network() {
    let shop = Shop::open().await;
    let placed = place(&guest(&shop).await, &input("key-00001")).await;
    assert_eq!(placed.text("placeOrder.order.status"), "PAID", "{}", placed.body);
    for field in ["reserveStock", "reserveCoupon"] {
        let held = &shop.catalog.calls(field)[0].variables["input"];
        assert_eq!(held["holder"], format!("guest:{GUEST}"), "{field}");
        assert_eq!(held["network"], "203.0.113.7", "{field}");
        assert!(minutes(&shop, &held["expiresAt"]) <= 5, "{field}: {held}");
    }
    assert!(shop.catalog.calls("extendReservation").is_empty(), "nobody waits");
}

#[tokio::test]
async fn a_payment_that_waits_for_its_customer_holds_longer() {
    let shop = Shop::open().await;
    shop.payment_is("authorizePayment", "REQUIRES_ACTION", json!({ "actionUrl": "/challenge" }));
    let placed = place(&guest(&shop).await, &input("key-00001")).await;
    assert_eq!(placed.text("placeOrder.order.status"), "AWAITING_PAYMENT", "{}", placed.body);
    for field in ["extendReservation", "extendCoupon"] {
        let held = &shop.catalog.calls(field)[0].variables["input"];
        assert!((38..=40).contains(&minutes(&shop, &held["expiresAt"])), "{field}: {held}");
    }
}

/// One guest can no longer keep all pieces, nor five guests all uses of a coupon, by challenges that nobody passes.
#[tokio::test]
async fn who_keeps_too_much_waiting_is_refused_and_charged_nothing() {
    for (field, of) in [("extendReservation", "STOCK"), ("extendCoupon", "COUPON")] {
        let shop = Shop::open().await;
        shop.payment_is("authorizePayment", "REQUIRES_ACTION", json!({ "actionUrl": "/challenge" }));
        shop.catalog_says(field, json!({ "__typename": "HoldLimitReached" }));
        let guest = guest(&shop).await;
        let refused = place(&guest, &input("key-00001")).await;
        assert_eq!(refused.text("placeOrder.__typename"), "HoldLimitReached", "{}", refused.body);
        assert_eq!(refused.text("placeOrder.of"), of);
        for undone in ["voidPayment", "releaseCoupon", "releaseReservation"] {
            assert!(shop.asked().contains(&undone.to_owned()), "{undone}");
        }
        assert_eq!(guest.execute(CART, json!({})).await.at("cart.totalQuantity"), 23, "the cart stays");
        assert_eq!(
            place(&guest, &input("key-00001")).await.body,
            refused.body,
            "the same key, the same answer"
        );
    }
}
