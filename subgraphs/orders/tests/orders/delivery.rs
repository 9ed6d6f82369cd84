//! How an order is delivered: what a quote offers, what a buyer chooses, and a place in a slot.

use platform_core::Clock;
use serde_json::{Value, json};

use crate::shop::{STANDARD, Shop, order, place};

const QUOTE: &str = "query ($destination: QuoteDestinationInput, $delivery: DeliveryChoiceInput) {
    checkoutQuote(destination: $destination, delivery: $delivery) {
        shipping { amount } total { amount }
        delivery { arrivesFrom arrivesBy problem options { id kind name timeZone isChosen arrivesBy price { amount } } } } }";
const EXPRESS: &str = "01900000-0000-7000-8000-0000000000e3";

/// A second option that costs 9.00 a parcel, in slots, which counts where it is chosen.
fn with_express(options: &mut Value) {
    let mut express = options["options"][0].clone();
    express["serviceId"] = json!(EXPRESS);
    express["kind"] = json!("SLOT");
    express["name"] = json!("Evening");
    for fee in express["fees"].as_array_mut().unwrap() {
        fee["fee"]["amount"] = json!("9.00");
    }
    options["options"][0]["serviceId"] = json!(STANDARD);
    options["options"].as_array_mut().unwrap().push(express);
}

#[tokio::test]
async fn a_quote_lists_every_option_with_its_price_and_counts_with_the_chosen_one() {
    let shop = Shop::open().await;
    shop.deliver_by(with_express);
    let buyer = shop.buyer().await;
    let quoted = buyer.execute(QUOTE, json!({})).await;
    let quote = quoted.at("checkoutQuote");
    assert_eq!(quote["shipping"]["amount"], "4.99");
    let options = quote["delivery"]["options"].as_array().unwrap();
    let seen = |index: usize| {
        let option = &options[index];
        (option["name"].clone(), option["price"]["amount"].clone(), option["isChosen"].clone())
    };
    assert_eq!(seen(0), (json!("Standard delivery"), json!("4.99"), json!(true)));
    assert_eq!(seen(1), (json!("Evening"), json!("9.00"), json!(false)));
    let destination = json!({ "country": "DE", "postalCode": "53111", "city": "Bonn", "line1": "Street 1" });
    let delivery = json!({ "optionId": EXPRESS, "slotId": "an-evening" });
    let variables = json!({ "destination": destination, "delivery": delivery });
    let quoted = buyer.execute(QUOTE, variables).await;
    let quote = quoted.at("checkoutQuote");
    assert_eq!((&quote["shipping"]["amount"], &quote["total"]["amount"]), (&json!("9.00"), &json!("29.00")));
    assert_eq!(quote["delivery"]["options"][1]["isChosen"], true);
    let asked = &shop.logistics.calls("deliveryOptions")[1].variables["input"];
    assert_eq!(asked["address"]["line1"], "Street 1");
    assert_eq!(asked["choice"]["slotId"], "an-evening");
    assert_eq!(asked["parcels"], json!([{ "vendorId": shop.vendor, "grams": 1_400, "valueMinor": 2_000 }]));
}

#[tokio::test]
async fn an_order_in_a_slot_holds_its_place_tells_its_delivery_of_it_and_keeps_it_once_paid() {
    let shop = Shop::open().await;
    shop.deliver_by(with_express);
    let mut input = order("key-00001");
    input["delivery"] = json!({ "optionId": EXPRESS, "slotId": "an-evening" });
    let placed = place(&shop.buyer().await, &input).await;
    assert_eq!(placed.text("placeOrder.order.status"), "PAID", "{}", placed.body);
    assert_eq!(placed.text("placeOrder.order.total.amount"), "29.00");
    let key = format!("order:{}", placed.text("placeOrder.order.id"));
    let held = &shop.logistics.calls("holdSlot")[0].variables["input"];
    assert_eq!((&held["key"], &held["slotId"]), (&json!(key), &json!("an-evening")));
    let planned = &shop.logistics.calls("planDelivery")[0].variables["input"]["service"];
    assert_eq!((&planned["id"], &planned["kind"]), (&json!(EXPRESS), &json!("SLOT")));
    let confirmed = &shop.logistics.calls("confirmSlot")[0].variables["input"];
    assert_eq!(confirmed["key"], json!(key));
    let asked = shop.asked();
    let position = |name: &str| asked.iter().position(|asked| asked == name);
    assert!(position("holdSlot") < position("authorizePayment"), "{asked:?}");
    assert!(position("authorizePayment") < position("confirmSlot"), "{asked:?}");
}

#[tokio::test]
async fn an_order_whose_slot_is_full_takes_nothing_and_its_cart_can_be_ordered_again() {
    let shop = Shop::open().await;
    shop.deliver_by(with_express);
    shop.logistics_says("holdSlot", json!({ "__typename": "SlotFull" }));
    let buyer = shop.buyer().await;
    let mut input = order("key-00001");
    input["delivery"] = json!({ "optionId": EXPRESS, "slotId": "an-evening" });
    let placed = place(&buyer, &input).await;
    assert_eq!(placed.text("placeOrder.__typename"), "DeliveryNotPossible");
    assert_eq!(placed.text("placeOrder.problem"), "SLOT_FULL");
    assert!(shop.payments.calls("authorizePayment").is_empty());
    assert!(shop.asked().contains(&"releaseReservation".to_owned()), "{:?}", shop.asked());
    let again = place(&buyer, &order("key-00002")).await;
    assert_eq!(again.text("placeOrder.order.status"), "PAID", "{}", again.body);
    let same = place(&buyer, &input).await;
    assert_eq!(same.text("placeOrder.problem"), "SLOT_FULL", "the same key has the same answer");
}

#[tokio::test]
async fn what_nobody_delivers_is_not_ordered() {
    let shop = Shop::open().await;
    shop.deliver_by(|options| {
        *options = json!({ "options": [], "chosenId": null, "arrivesFrom": null, "arrivesBy": null,
            "problem": "NOT_DELIVERED" });
    });
    let buyer = shop.buyer().await;
    let quoted = buyer.execute(QUOTE, json!({})).await;
    assert_eq!(quoted.text("checkoutQuote.delivery.problem"), "NOT_DELIVERED");
    assert_eq!(quoted.text("checkoutQuote.shipping.amount"), "0.00");
    let placed = place(&buyer, &order("key-00001")).await;
    assert_eq!(placed.text("placeOrder.problem"), "NOT_DELIVERED", "{}", placed.body);
    assert!(shop.asked().is_empty(), "{:?}", shop.asked());
}

/// The answer to a key is the order that was placed with it: another delivery is another order.
#[tokio::test]
async fn a_key_with_another_delivery_is_refused() {
    let shop = Shop::open().await;
    shop.deliver_by(with_express);
    let buyer = shop.buyer().await;
    let mut input = order("key-00001");
    assert_eq!(place(&buyer, &input).await.text("placeOrder.order.status"), "PAID");
    input["delivery"] = json!({ "optionId": EXPRESS, "slotId": "an-evening" });
    assert_eq!(place(&buyer, &input).await.codes(), ["IDEMPOTENCY_KEY_REUSED"]);
}

#[tokio::test]
async fn a_slot_that_is_no_id_is_refused() {
    let shop = Shop::open().await;
    let buyer = shop.buyer().await;
    for slot in ["", "a\nb", &"x".repeat(101)] {
        let delivery = json!({ "optionId": STANDARD, "slotId": slot });
        let refused = buyer.execute(QUOTE, json!({ "delivery": delivery })).await;
        assert_eq!(refused.codes(), ["BAD_USER_INPUT"], "{slot}: {}", refused.body);
    }
    assert!(shop.logistics.calls("deliveryOptions").is_empty());
}

/// A place is held for moments, a quarter of an hour while a payment waits, and not for who keeps too many waiting.
#[tokio::test]
async fn a_place_is_held_longer_while_a_payment_waits_within_limits() {
    let shop = Shop::open().await;
    shop.deliver_by(with_express);
    shop.payment_is("authorizePayment", "REQUIRES_ACTION", json!({ "actionUrl": "/challenge" }));
    let mut input = order("key-00001");
    input["delivery"] = json!({ "optionId": EXPRESS, "slotId": "an-evening" });
    let buyer = shop.buyer().await;
    let placed = place(&buyer, &input).await;
    assert_eq!(placed.text("placeOrder.order.status"), "AWAITING_PAYMENT", "{}", placed.body);
    let minutes = |at: &Value| {
        let at: chrono::DateTime<chrono::Utc> = at.as_str().unwrap().parse().unwrap();
        (at - shop.app.clock().now()).num_seconds() / 60
    };
    let held = &shop.logistics.calls("holdSlot")[0].variables["input"];
    assert!(minutes(&held["expiresAt"]) <= 5 && held["holder"].is_string(), "{held}");
    let longer = &shop.logistics.calls("extendSlot")[0].variables["input"];
    assert!((13..=15).contains(&minutes(&longer["expiresAt"])), "{longer}");
    shop.logistics_says("extendSlot", json!({ "__typename": "SlotHoldLimitReached" }));
    input["idempotencyKey"] = json!("key-00002");
    let refused = place(&shop.buyer().await, &input).await;
    assert_eq!(refused.text("placeOrder.__typename"), "HoldLimitReached", "{}", refused.body);
    assert_eq!(refused.text("placeOrder.of"), "SLOT");
}
