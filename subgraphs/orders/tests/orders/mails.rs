//! The buyer hears by mail what became of an order, once of each.

use contracts::payments::PaymentRefunded;
use platform_commerce::market::TaxDisplay;
use platform_commerce::{CurrencyCode, Market, Money};
use platform_core::ErrorCode;
use platform_testkit::{TestClient, eventually};
use serde_json::{Value, json};

use crate::refunds::refunded;
use crate::shop::{GUEST, Shop, add, euro, mails, order, place, status};

const NEWS: [&str; 4] = ["ORDER_CONFIRMED", "ORDER_CANCELLED", "ORDER_REFUNDED", "ORDER_PARTLY_REFUNDED"];
const CANCEL: &str = "mutation ($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename } }";

/// Places an order as a guest; its answer.
async fn as_guest(shop: &Shop) -> (TestClient, Value) {
    let guest = shop.app.as_guest().with_guest(GUEST);
    add(&guest, shop.app.ids().next(), 2).await.data();
    let mut input = order("key-00001");
    input["email"] = json!("Ann@Example.com");
    let placed = place(&guest, &input).await;
    (guest, placed.at("placeOrder.order").clone())
}

#[tokio::test]
async fn a_paid_order_is_confirmed_by_mail_once() {
    let shop = Shop::open().await;
    drop(shop.users.clone().refuse("sendMail", ErrorCode::Unavailable));
    let (_, placed) = as_guest(&shop).await;
    assert_eq!(placed["status"], "PAID", "no order waits for its mail");
    // Asked again, users is asked with the same key, by which it sends one mail.
    let first = mails(&shop, &NEWS, 1).await.remove(0);
    shop.users_say("sendMail", json!({ "sent": true }));
    shop.app.clock().advance(std::time::Duration::from_secs(60));
    let asked = mails(&shop, &NEWS, 2).await;
    assert!(asked.iter().all(|mail| *mail == first), "{asked:?}");
    assert_eq!((&first["template"], &first["to"]), (&json!("ORDER_CONFIRMED"), &json!("ann@example.com")));
    assert_eq!(first["language"], "en");
    let data = &first["data"];
    assert_eq!(data["orderNumber"], placed["number"]);
    let line = json!({ "quantity": 2, "name": "Lamp, red", "total": euro(2_000) });
    let order = json!({ "lines": [line], "discount": euro(0), "shipping": euro(499),
        "total": euro(2_499), "points": 0, "refunded": euro(0), "pointsReturned": 0, "isGuests": true });
    assert_eq!(data["order"], order);
}

/// What a mail lists adds up, with a coupon and points, whether prices are shown with or without tax.
#[tokio::test]
async fn the_sums_of_a_mail_add_up() {
    for with_tax in [true, false] {
        let shop = Shop::open().await;
        shop.price_by(move |quote| {
            // 20.00 with tax and 16.00 without, of which 5.00 and 4.00 are taken off.
            let (before, off) = if with_tax { (2_000, 500) } else { (1_600, 400) };
            for of in ["lines/0", ""] {
                let path = if of.is_empty() { String::new() } else { format!("/{of}") };
                let amounts = quote.pointer_mut(&path).unwrap();
                amounts["subtotal"] = euro(before);
                amounts["discount"] = euro(off);
                amounts["tax"] = euro(300);
                amounts["total"] = euro(1_500);
            }
            let line = &mut quote["lines"][0];
            line["discountNet"] = euro(400);
            line["entered"] = euro(1_500);
            line["net"] = euro(1_200);
            quote["pricesIncludeTax"] = json!(with_tax);
        });
        let tax_display = if with_tax { TaxDisplay::Inclusive } else { TaxDisplay::Exclusive };
        let buyer = shop.buyer().await.in_market(Market { tax_display, ..Market::default() });
        let mut input = order("key-00001");
        input["points"] = json!(100);
        let placed = place(&buyer, &input).await;
        assert_eq!(placed.text("placeOrder.order.status"), "PAID", "{}", placed.body);
        let told = mails(&shop, &NEWS, 1).await.remove(0)["data"]["order"].clone();
        let minor = |amount: &Value| -> i64 {
            amount["amount"].as_str().map_or(0, |text| text.replace('.', "").parse().unwrap())
        };
        assert_eq!(told["tax"].is_null(), with_tax);
        let sum = minor(&told["lines"][0]["total"]) - minor(&told["discount"])
            + minor(&told["shipping"])
            + minor(&told["tax"]);
        assert_eq!(sum, minor(&told["total"]), "{told}");
        assert_eq!((&told["points"], &told["pointsReturned"]), (&json!(100), &json!(0)));
    }
}

#[tokio::test]
async fn an_order_that_is_called_off_is_told_by_mail() {
    let shop = Shop::open().await;
    let (guest, placed) = as_guest(&shop).await;
    mails(&shop, &NEWS, 1).await;
    shop.payment_is("payment", "CAPTURED", json!({ "refunded": euro(2_499) }));
    guest.execute(CANCEL, json!({ "id": placed["id"] })).await.data();
    let told = mails(&shop, &NEWS, 2).await;
    assert_eq!(told[1]["template"], "ORDER_CANCELLED");
    assert_eq!(told[1]["data"]["order"]["refunded"], euro(2_499));
    guest.execute(CANCEL, json!({ "id": placed["id"] })).await.data();
    assert_eq!(mails(&shop, &NEWS, 2).await.len(), 2, "once");
}

/// What waits for its gateway when an order is called off is told when it is given back, the points with it.
#[tokio::test]
async fn money_that_comes_back_after_its_order_was_called_off_is_told_by_mail() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    let mut input = order("key-00001");
    input["points"] = json!(100);
    let id = place(&buyer, &input).await.text("placeOrder.order.id");
    mails(&shop, &NEWS, 1).await;
    shop.payment_is("payment", "CAPTURED", json!({ "refunded": euro(0) }));
    buyer.execute(CANCEL, json!({ "id": id })).await.data();
    let given_back = |mail: &Value| {
        let order = &mail["data"]["order"];
        (mail["template"].clone(), order["refunded"].clone(), order["pointsReturned"].clone())
    };
    let told = mails(&shop, &NEWS, 2).await;
    assert_eq!(given_back(&told[1]), (json!("ORDER_CANCELLED"), euro(0), json!(0)));
    let money = |minor| Money::from_minor(minor, CurrencyCode::EUR);
    shop.app.publish(&PaymentRefunded {
        payment_id: shop.payment,
        refund_id: shop.app.ids().next(),
        order_id: id.parse().unwrap(),
        user_id: None,
        amount: money(2_399),
        refunded: money(2_399),
        points: 100,
        points_refunded: Some(100),
    });
    let told = mails(&shop, &NEWS, 3).await;
    assert_eq!(given_back(&told[2]), (json!("ORDER_REFUNDED"), euro(2_399), json!(100)));
}

/// Each refund of a part is told with what it gave back; the last is that of the whole order.
#[tokio::test]
async fn every_refund_of_a_part_is_told_by_mail() {
    let shop = Shop::open().await;
    let (guest, placed) = as_guest(&shop).await;
    let id = placed["id"].as_str().unwrap();
    mails(&shop, &NEWS, 1).await;
    for (sum, count) in [(500, 2), (1_200, 3)] {
        refunded(&shop, id, sum, sum);
        let told = mails(&shop, &NEWS, count).await;
        shop.app.redeliver_last("payments");
        assert_eq!(told.last().unwrap()["template"], "ORDER_PARTLY_REFUNDED");
    }
    refunded(&shop, id, 1_299, 2_499);
    eventually(|| async { status(&guest, id).await == "REFUNDED" }).await;
    let told = mails(&shop, &NEWS, 4).await;
    let given_back = |mail: &Value| (mail["template"].clone(), mail["data"]["order"]["refunded"].clone());
    assert_eq!(
        told.iter().skip(1).map(given_back).collect::<Vec<_>>(),
        [
            (json!("ORDER_PARTLY_REFUNDED"), euro(500)),
            (json!("ORDER_PARTLY_REFUNDED"), euro(700)),
            (json!("ORDER_REFUNDED"), euro(2_499)),
        ]
    );
    let keys: std::collections::BTreeSet<_> = told.iter().map(|mail| mail["key"].to_string()).collect();
    assert_eq!(keys.len(), 4, "{keys:?}");
    assert!(told.iter().all(|mail| mail["to"] == "ann@example.com"));
}

/// Orders that nobody pays for cost nothing: whoever makes them and calls them off has no mail sent to a stranger.
#[tokio::test]
async fn an_order_that_was_never_paid_is_called_off_without_a_mail() {
    let shop = Shop::open().await;
    shop.payment_stands("REQUIRES_ACTION", json!({ "actionUrl": "/challenge" }));
    let (guest, unpaid) = as_guest(&shop).await;
    assert_eq!(unpaid["status"], "AWAITING_PAYMENT");
    shop.payment_is("payment", "VOIDED", json!({}));
    guest.execute(CANCEL, json!({ "id": unpaid["id"] })).await.data();
    let id = unpaid["id"].as_str().unwrap();
    eventually(|| async { status(&guest, id).await == "CANCELLED" }).await;
    // Mails leave in turn: that of a paid order is the first.
    shop.payment_stands("AUTHORIZED", json!({}));
    place(&shop.buyer().await, &order("key-00001")).await.data();
    let told = mails(&shop, &NEWS, 1).await;
    assert_eq!((told.len(), &told[0]["template"]), (1, &json!("ORDER_CONFIRMED")));
}

/// An account's order goes to the account's address; a checkout that came to nothing is told in its answer alone.
#[tokio::test]
async fn an_accounts_order_is_mailed_to_its_address_and_a_failed_one_not_at_all() {
    let shop = Shop::open().await;
    shop.payment_stands("DECLINED", json!({ "declineCode": "declined" }));
    place(&shop.buyer().await, &order("key-00001")).await.data();
    shop.payment_stands("AUTHORIZED", json!({}));
    let buyer = shop.buyer().await;
    let id = place(&buyer, &order("key-00001")).await.text("placeOrder.order.id");
    let told = mails(&shop, &NEWS, 1).await;
    assert_eq!((told.len(), &told[0]["to"]), (1, &json!("account@example.com")));
    assert_eq!(told[0]["data"]["order"]["isGuests"], false);
    assert_eq!(status(&buyer, &id).await, "PAID");
    shop.users_say("user", json!({ "email": "account@example.com", "active": false }));
    let before = shop.users.calls("user").len();
    place(&shop.buyer().await, &order("key-00001")).await.data();
    eventually(|| async { shop.users.calls("user").len() > before }).await;
    assert_eq!(mails(&shop, &NEWS, 1).await.len(), 1, "a blocked account gets none");
}
