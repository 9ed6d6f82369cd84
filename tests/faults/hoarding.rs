//! Keeping things from others without paying for them.

use serde_json::{Value, json};

use super::race::{ADD, PLACE, place_with, scarce_offer};
use crate::support::{Client, Installation, Shape};

/// Puts pieces into a cart and orders them with a card whose challenge nobody passes, or with one that pays at once.
async fn order(guest: &Client, offer: &str, quantity: i64, token: &str) -> Value {
    guest.execute(ADD, json!({ "input": { "offerId": offer, "quantity": quantity } })).await.data();
    guest.execute(PLACE, place_with("hoarding-key-one", token)).await.data()["placeOrder"].clone()
}

/// One guest could keep all pieces of an offer for forty minutes: neither one guest nor all of one address can.
#[tokio::test(flavor = "multi_thread")]
async fn nobody_keeps_all_of_an_offer_waiting_for_payments() {
    let shop = Installation::start(Shape::Whole).await;
    let anyone = shop.client();
    let (offer, available) = scarce_offer(&anyone, 12).await;
    let guest = |n: usize| anyone.as_guest(&format!("hoarder-with-the-number-{n:06}"));
    let refused = order(&guest(0), &offer, available, "tok_challenge").await;
    assert_eq!(refused["__typename"], "HoldLimitReached", "{refused:#}");
    let (mut kept, mut refusals) = (0, 0);
    for n in 1..=20 {
        let answer = order(&guest(n), &offer, 5, "tok_challenge").await;
        match answer["__typename"].as_str() {
            Some("PlaceOrderPayload") => kept += 5,
            Some("HoldLimitReached") => refusals += 1,
            _ => panic!("{answer:#}"),
        }
        if refusals == 2 {
            break;
        }
    }
    assert!(kept < available && refusals == 2, "{kept} of {available} are kept");
    let bought = order(&guest(99), &offer, available - kept, "tok_approve").await;
    assert_eq!(bought["order"]["status"], "PAID", "whoever pays gets the rest: {bought:#}");
}
