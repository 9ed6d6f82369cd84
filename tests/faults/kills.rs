//! Processes that die in the middle of a checkout.

use serde_json::{Value, json};

use crate::support::{Client, Installation, Shape, eventually, fresh_id};

const STEPS: [&str; 8] = [
    "create_order",
    "reserve_stock",
    "reserve_coupon",
    "hold_points",
    "authorize_payment",
    "commit_holds",
    "confirm_order",
    "capture_payment",
];

/// Check 32: killed before and after every step of the checkout, the order is decided soon after the restart, one
/// order and one charge stand for the key, and the ledger balances.
#[tokio::test(flavor = "multi_thread")]
async fn a_checkout_survives_a_kill_at_every_step() {
    // A short lease, so that what a dead process held is taken over soon.
    let mut shop = Installation::prepare(Shape::Whole, "[jobs]\nlease_ms = 2000\n");
    shop.seed().await;
    for (number, step) in STEPS.iter().enumerate() {
        for moment in ["before", "after"] {
            die_and_resume(
                &mut shop,
                &format!("saga.checkout.{step}.{moment}"),
                "tok_approve",
                "PAID",
                number,
            )
            .await;
        }
    }
    // Undone by a decline, killed on the way back.
    for step in ["authorize_payment", "reserve_stock", "create_order"] {
        for moment in ["undo.before", "undo.after"] {
            die_and_resume(&mut shop, &format!("saga.checkout.{step}.{moment}"), "tok_decline", "FAILED", 9)
                .await;
        }
    }
}

async fn die_and_resume(
    shop: &mut Installation,
    fail_point: &str,
    token: &str,
    expected: &str,
    number: usize,
) {
    shop.start_all(Some(fail_point)).await;
    let guest = format!("kill-{}", fresh_id());
    let client = shop.client().as_guest(&guest);
    let offer = any_offer(&client, number).await;
    let add = "mutation Add($input: AddToCartInput!) { addToCart(input: $input) { cart { id } } }";
    client.execute(add, json!({ "input": { "offerId": offer, "quantity": 1 } })).await.data();
    // The answer is lost with the process.
    client.try_execute(PLACE, place(token)).await;
    shop.processes.get_mut("router").unwrap().wait().await;

    shop.start_all(None).await;
    let order = eventually(&format!("{fail_point}: the order is decided"), || async {
        let answer = client.try_execute(PLACE, place(token)).await?;
        let placed = &answer.data()["placeOrder"];
        let status = placed["order"]["status"].as_str().map(str::to_owned);
        let status =
            status.or_else(|| (placed["__typename"] == "PaymentDeclined").then(|| "FAILED".to_owned()))?;
        (status == expected).then(|| placed["order"].clone())
    })
    .await;
    if expected == "PAID" {
        let payments = order["payments"].as_array().unwrap();
        let captured = payments.iter().filter(|p| p["status"] == "CAPTURED").count();
        assert_eq!((payments.len(), captured), (1, 1), "{fail_point}: one charge: {order:#}");
    }
    shop.processes.get_mut("router").unwrap().kill().await;
}

const PLACE: &str = "mutation Place($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
        __typename
        ... on PlaceOrderPayload { order { id status payments { status } } }
    }
}";

fn place(token: &str) -> Value {
    json!({ "input": {
        "idempotencyKey": "kill-key-1",
        "email": "guest@example.org",
        "shippingAddress": {
            "name": "Gus Guest", "line1": "Marktgasse 1", "city": "Berlin", "postalCode": "10115", "country": "DE",
        },
        "payment": { "gateway": "sandbox", "token": token },
    } })
}

async fn any_offer(client: &Client, number: usize) -> Value {
    let query = "{ products(first: 40) { nodes { bestOffer { id available } } } }";
    let answer = client.execute(query, json!({})).await;
    let nodes = answer.data()["products"]["nodes"].as_array().unwrap().clone();
    let offers: Vec<_> = nodes
        .iter()
        .map(|n| &n["bestOffer"])
        .filter(|offer| offer["available"].as_i64() >= Some(5))
        .collect();
    offers[number % offers.len()]["id"].clone()
}
