use std::sync::atomic::Ordering;

use contracts::orders::{OrderPaid, OrderPlaced};
use platform_core::ErrorCode;
use platform_testkit::{TestClient, eventually};
use serde_json::{Value, json};

use crate::shop::{CART, GUEST, Shop, euro, order, place, told};

const CANCEL: &str = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) {
    ... on CancelOrderPayload { order { status } } } }";
const COUPON: &str = "mutation { applyCoupon(input: { code: \"SAVE10\" }) { cart { id } } }";

#[tokio::test]
async fn an_order_is_placed_paid_and_taken_out_of_the_cart() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let placed = place(&buyer, &order("key-00001")).await;
    assert_eq!(placed.text("placeOrder.order.status"), "PAID", "{}", placed.body);
    assert_eq!(placed.text("placeOrder.order.total.amount"), "24.99");
    assert_eq!(placed.text("placeOrder.order.vendorOrders.0.status"), "OPEN");
    let asked = ["reserveStock", "planDelivery", "authorizePayment", "commitReservation", "capturePayment"];
    assert_eq!(shop.asked(), asked);
    let split = &shop.payments.calls("authorizePayment")[0].variables["input"]["split"];
    assert_eq!(
        split["vendors"][0],
        json!({ "vendorId": shop.vendor, "netMinor": 1_440, "commissionMinor": 160 })
    );
    assert_eq!((&split["taxMinor"], &split["shippingMinor"]), (&json!(500), &json!(399)));
    assert_eq!(buyer.execute(CART, json!({})).await.at("cart.totalQuantity"), 0);
    assert_eq!(told::<OrderPlaced>(&shop.app, 1).await.len(), 1);
    assert_eq!(told::<OrderPaid>(&shop.app, 1).await[0].total.minor(), 2_499);
}

#[tokio::test]
async fn what_cannot_be_ordered_is_told_before_anything_is_held() {
    let shop = Shop::open().await;
    let empty = shop.app.as_user(shop.app.ids().next());
    assert_eq!(place(&empty, &order("key-00001")).await.text("placeOrder.__typename"), "CartEmpty");
    let buyer = shop.buyer().await;
    let mut agreed = order("key-00002");
    agreed["expectedTotal"] = json!({ "amount": "24.98", "currency": "EUR" });
    let changed = place(&buyer, &agreed).await;
    assert_eq!(changed.text("placeOrder.__typename"), "TotalChanged");
    assert_eq!(changed.text("placeOrder.total.amount"), "24.99");
    let mut unpaid = order("key-00003");
    unpaid["payment"] = Value::Null;
    assert_eq!(place(&buyer, &unpaid).await.codes(), ["BAD_USER_INPUT"]);
    shop.price_by(|quote| {
        let offer = quote["lines"][0]["offerId"].clone();
        quote["problems"] =
            json!([{ "offerId": offer, "code": "NOT_FOR_SALE", "requested": 2, "available": 0 }]);
    });
    let refused = place(&buyer, &order("key-00004")).await;
    assert_eq!(refused.text("placeOrder.__typename"), "CartNotOrderable");
    assert_eq!(refused.text("placeOrder.quote.problems.0.code"), "NOT_FOR_SALE");
    assert_eq!(shop.asked(), Vec::<String>::new());
    shop.catalog.set_down(true);
    assert_eq!(place(&buyer, &order("key-00005")).await.codes(), ["UNAVAILABLE"]);
}

/// The coupon is refused with its own outcome, whether catalog says so while pricing or while holding a use.
#[tokio::test]
async fn a_coupon_that_does_not_apply_is_told_before_anything_is_held() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    buyer.execute(COUPON, json!({})).await.data();
    for (key, reason) in
        [("key-00001", "EXHAUSTED"), ("key-00002", "USED_UP_BY_USER"), ("key-00003", "ENDED")]
    {
        shop.price_by(move |quote| {
            quote["coupon"] = Value::Null;
            quote["couponRejection"] = json!(reason);
        });
        let refused = place(&buyer, &order(key)).await;
        assert_eq!(
            refused.at("placeOrder"),
            &json!({ "__typename": "CouponRejected", "code": "SAVE10", "reason": reason })
        );
    }
    assert_eq!(shop.asked(), Vec::<String>::new());
}

/// The quote that comes with a refusal promises no points that the buyer does not have.
#[tokio::test]
async fn a_changed_total_counts_no_points_that_are_missing() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    shop.payments_say("availablePoints", json!(5));
    let input = json!({ "idempotencyKey": "key-00001", "points": 99_999,
        "shippingAddress": order("key-00001")["shippingAddress"],
        "expectedTotal": { "amount": "1.00", "currency": "EUR" } });
    let query = "mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
        ... on TotalChanged { quote { points toPay { amount } } } } }";
    let changed = buyer.execute(query, json!({ "input": input })).await;
    assert_eq!(changed.at("placeOrder.quote"), &json!({ "points": 5, "toPay": { "amount": "24.94" } }));
}

/// Each outcome that a step may have, and what is undone for it: what was held before, the latest first.
#[tokio::test]
async fn every_refusal_is_typed_and_undone_in_reverse() {
    let releases = ["voidPayment", "releasePoints", "releaseCoupon", "releaseReservation"];
    type Refuse = fn(&Shop);
    let cases: [(&str, Refuse, usize); 4] = [
        (
            "OutOfStock",
            |s| {
                let lines = json!([{ "offerId": s.vendor, "requested": 2, "available": 1 }]);
                s.catalog_says("reserveStock", json!({ "__typename": "OutOfStock", "lines": lines }));
            },
            3,
        ),
        (
            "CouponRejected",
            |s| {
                s.catalog_says(
                    "reserveCoupon",
                    json!({ "__typename": "CouponRejected", "code": "SAVE10", "reason": "EXHAUSTED" }),
                );
            },
            2,
        ),
        (
            "NotEnoughPoints",
            |s| {
                s.payments_say("holdPoints", json!({ "__typename": "NotEnoughPoints", "available": 7 }));
            },
            1,
        ),
        (
            "PaymentDeclined",
            |s| {
                s.payment_stands("DECLINED", json!({ "declineCode": "insufficient_funds" }));
            },
            0,
        ),
    ];
    for (outcome, refuse, first) in cases {
        let shop = Shop::open().await;
        let buyer = shop.buyer().await;
        buyer.execute(COUPON, json!({})).await.data();
        refuse(&shop);
        let mut input = order("key-00001");
        input["points"] = json!(100);
        let answer = place(&buyer, &input).await;
        assert_eq!(answer.text("placeOrder.__typename"), outcome, "{}", answer.body);
        let undone: Vec<_> = shop.asked().into_iter().filter(|f| releases.contains(&f.as_str())).collect();
        assert_eq!(undone, releases[first..], "{outcome}");
        assert!(shop.app.published_of::<OrderPlaced>().await.is_empty());
        assert_eq!(buyer.execute(CART, json!({})).await.at("cart.totalQuantity"), 2, "the cart stays");
        assert_eq!(place(&buyer, &input).await.body, answer.body, "the same key, the same answer");
    }
}

/// Check 30: stock that fell free while the payment ran ends in a voided payment and a failed order.
#[tokio::test]
async fn a_hold_that_fell_free_voids_the_payment() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    shop.catalog_says("commitReservation", json!({ "__typename": "ReservationClosed" }));
    let answer = place(&buyer, &order("key-00001")).await;
    assert_eq!(answer.text("placeOrder.__typename"), "CheckoutExpired");
    assert_eq!(answer.text("placeOrder.order.status"), "FAILED");
    assert_eq!(answer.text("placeOrder.order.reason"), "RESERVATION_EXPIRED");
    assert_eq!(shop.asked()[4..], ["voidPayment", "stopDelivery", "releaseReservation"]);
    assert!(shop.app.published_of::<OrderPlaced>().await.is_empty());
}

/// Check 30: the same for points whose hold was released.
#[tokio::test]
async fn points_that_fell_free_void_the_payment() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    drop(shop.payments.clone().refuse("commitPoints", ErrorCode::Conflict));
    let mut input = order("key-00001");
    input["points"] = json!(100);
    let answer = place(&buyer, &input).await;
    assert_eq!(answer.text("placeOrder.__typename"), "CheckoutExpired", "{}", answer.body);
    assert_eq!(answer.text("placeOrder.order.status"), "FAILED");
    assert_eq!(shop.payments.calls("voidPayment").len(), 1);
}

/// Check 24: a hundred parallel requests with one key are one order and one charge; another payload is refused.
#[tokio::test]
async fn a_hundred_parallel_requests_with_one_key_are_one_order() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let input = order("key-00001");
    let answers = futures::future::join_all((0..100).map(|_| place(&buyer, &input))).await;
    let id = answers[0].text("placeOrder.order.id");
    for answer in &answers {
        assert_eq!(answer.text("placeOrder.order.id"), id, "{}", answer.body);
        assert_eq!(answer.text("placeOrder.order.status"), "PAID");
    }
    assert_eq!(shop.payments.calls("authorizePayment").len(), 1);
    assert_eq!(shop.payments.calls("capturePayment").len(), 1);
    assert_eq!(told::<OrderPlaced>(&shop.app, 1).await.len(), 1);
    let mut other = input.clone();
    other["shippingAddress"]["city"] = json!("Berlin");
    assert_eq!(place(&buyer, &other).await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
    let somebody = shop.buyer().await;
    assert_ne!(place(&somebody, &input).await.text("placeOrder.order.id"), id, "a key is its caller's");
}

#[tokio::test]
async fn a_guest_names_an_address_that_can_be_written_to() {
    let shop = Shop::open().await;
    let guest = shop.app.as_guest().with_guest(GUEST);
    crate::shop::add(&guest, shop.app.ids().next(), 1).await.data();
    assert_eq!(place(&guest, &order("key-00001")).await.codes(), ["BAD_USER_INPUT"]);
    let mut input = order("key-00001");
    input["email"] = json!("nobody");
    assert_eq!(place(&guest, &input).await.codes(), ["BAD_USER_INPUT"]);
    input["email"] = json!("ann@example.com");
    input["points"] = json!(10);
    assert_eq!(place(&guest, &input).await.codes(), ["UNAUTHENTICATED"]);
    input["points"] = json!(0);
    assert_eq!(place(&guest, &input).await.text("placeOrder.order.status"), "PAID");
}

/// Check 28: points that pay for everything are spent with a split that payments books, since no payment does.
#[tokio::test]
async fn points_alone_pay_for_an_order() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let mut input = order("key-00001");
    input["payment"] = Value::Null;
    input["points"] = json!(2_498);
    assert_eq!(place(&buyer, &input).await.codes(), ["BAD_USER_INPUT"], "one is missing");
    // More than the total is not asked for.
    input["points"] = json!(9_999);
    let placed = place(&buyer, &input).await;
    assert_eq!(placed.text("placeOrder.order.status"), "PAID", "{}", placed.body);
    let asked = ["reserveStock", "planDelivery", "holdPoints", "commitReservation", "commitPoints"];
    assert_eq!(shop.asked(), asked);
    assert_eq!(shop.payments.calls("holdPoints")[0].variables["input"]["points"], 2_499);
    let sale = &shop.payments.calls("commitPoints")[0].variables["sale"];
    assert_eq!((&sale["currency"], &sale["split"]["pointsMinor"]), (&json!("EUR"), &json!(2_499)));
    assert_eq!(
        sale["split"]["vendors"][0],
        json!({ "vendorId": shop.vendor, "netMinor": 1_440, "commissionMinor": 160 })
    );
    let id = placed.text("placeOrder.order.id");
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    let cancelled = buyer.execute(CANCEL, json!({ "id": id })).await;
    assert_eq!(cancelled.text("cancelOrder.order.status"), "CANCELLED", "{}", cancelled.body);
    assert_eq!(shop.payments.calls("releasePoints").len(), 1, "the points come back");
    assert!(shop.payments.calls("refundRemaining").is_empty(), "there is no payment to give back");
}

/// Points beside money are booked with the payment, not again when they are spent.
#[tokio::test]
async fn points_beside_money_are_booked_with_the_payment() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let mut input = order("key-00001");
    input["points"] = json!(100);
    place(&buyer, &input).await.data();
    assert!(shop.payments.calls("commitPoints")[0].variables["sale"].is_null());
    let authorised = &shop.payments.calls("authorizePayment")[0].variables["input"];
    assert_eq!(
        (&authorised["amount"]["amount"], &authorised["split"]["pointsMinor"]),
        (&json!("23.99"), &json!(100))
    );
}

/// Two pieces at 50.00 each, sent free of charge, of which a coupon of the platform takes all.
async fn free(shop: &Shop) -> TestClient {
    shop.price.store(5_000, Ordering::SeqCst);
    shop.price_by(|quote| {
        for of in ["", "/lines/0"] {
            let sums = quote.pointer_mut(of).unwrap();
            sums["discount"] = euro(10_000);
            (sums["tax"], sums["total"]) = (euro(0), euro(0));
        }
        let line = &mut quote["lines"][0];
        (line["entered"], line["net"], line["discountNet"]) = (euro(0), euro(0), euro(8_000));
    });
    let buyer = shop.buyer().await;
    buyer.execute(COUPON, json!({})).await.data();
    buyer
}

fn free_order() -> Value {
    let mut input = order("key-00001");
    input["payment"] = Value::Null;
    input
}

/// Check 28: where nothing is left to pay there is no payment and there are no points that would book the sale. Its
/// vendor has the money of it all the same, until it is called off.
#[tokio::test]
async fn a_coupon_alone_pays_for_an_order() {
    let shop = Shop::open().await;
    let buyer = free(&shop).await;
    let placed = place(&buyer, &free_order()).await;
    assert_eq!(placed.text("placeOrder.order.status"), "PAID", "{}", placed.body);
    assert_eq!(placed.text("placeOrder.order.total.amount"), "0.00");
    let asked = [
        "reserveStock",
        "reserveCoupon",
        "planDelivery",
        "commitReservation",
        "commitCoupon",
        "bookFreeSale",
    ];
    assert_eq!(shop.asked(), asked);
    let id = placed.text("placeOrder.order.id");
    let key = format!("order:{id}");
    let split = json!({
        "vendors": [{ "vendorId": shop.vendor, "netMinor": 7_200, "commissionMinor": 800 }],
        "taxMinor": 0, "shippingMinor": 0, "pointsMinor": 0, "discountsMinor": 8_000,
    });
    let sale = json!({ "input": { "key": key, "currency": "EUR", "split": split } });
    assert_eq!(shop.payments.calls("bookFreeSale")[0].variables, sale);
    shop.catalog_says("releaseReservation", json!({ "status": "COMMITTED" }));
    let cancelled = buyer.execute(CANCEL, json!({ "id": id })).await;
    assert_eq!(cancelled.text("cancelOrder.order.status"), "CANCELLED", "{}", cancelled.body);
    assert_eq!(shop.payments.calls("reverseFreeSale")[0].variables, json!({ "key": key }));
    assert!(shop.payments.calls("refundRemaining").is_empty(), "there is no payment to give back");
}

/// A payments of an earlier release does not know how to book it: the order stands, and is paid after the upgrade.
#[tokio::test]
async fn a_free_order_waits_for_a_payments_that_can_book_it() {
    let shop = Shop::open().await;
    let buyer = free(&shop).await;
    drop(shop.payments.clone().refuse("bookFreeSale", ErrorCode::Internal));
    let (client, input) = (buyer.clone(), free_order());
    let placing = tokio::spawn(async move { place(&client, &input).await });
    eventually(|| async { shop.payments.calls("bookFreeSale").len() >= 2 }).await;
    shop.payments_say("bookFreeSale", json!(true));
    let placed = placing.await.unwrap();
    assert_eq!(placed.text("placeOrder.order.status"), "PAID", "{}", placed.body);
    let mut statuses: Vec<String> = shop.saga_column("status").await;
    statuses.dedup();
    assert_eq!(statuses, ["completed"]);
}

/// What a checkout booked and is then undone is booked back: its step may have run though nothing says so.
#[tokio::test]
async fn a_free_order_that_is_undone_is_booked_back() {
    let shop = Shop::open().await;
    let buyer = free(&shop).await;
    drop(shop.catalog.clone().refuse("commitCoupon", ErrorCode::NotFound));
    let placed = place(&buyer, &free_order()).await;
    assert_eq!(placed.text("placeOrder.__typename"), "CheckoutExpired", "{}", placed.body);
    assert_eq!(shop.payments.calls("reverseFreeSale").len(), 1);
    assert!(shop.payments.calls("voidPaymentOf").is_empty(), "there is no payment");
}
