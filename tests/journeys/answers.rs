//! A mutation's answer shows what it did, also where another subgraph keeps it and would hear of it by an event.

use serde_json::{Value, json};

use crate::support::{Client, Installation, Shape, eventually, fresh_id};

const PASSWORD: &str = "souk-demo-2026";
const ADD: &str = "mutation Add($input: AddToCartInput!) { addToCart(input: $input) { added } }";
const PLACE: &str = "mutation Place($input: PlaceOrderInput!) { placeOrder(input: $input) {
    ... on PlaceOrderPayload { order { id number status paymentActionUrl payments { id status } } } } }";

/// Goods with plenty of stock: the offer, and how much of it there is.
async fn goods(anyone: &Client) -> (String, i64) {
    let query = "{ products(first: 60) { nodes { bestOffer { id available } } } }";
    let answer = anyone.execute(query, json!({})).await;
    let nodes = answer.data()["products"]["nodes"].as_array().unwrap().clone();
    let plentiful =
        nodes.iter().map(|node| &node["bestOffer"]).find(|offer| offer["available"].as_i64() >= Some(30));
    let offer = plentiful.expect("an offer with stock");
    (offer["id"].as_str().unwrap().to_owned(), offer["available"].as_i64().unwrap())
}

/// An order of two pieces by a guest.
async fn place(guest: &Client, offer: &str, token: &str) -> Value {
    guest.execute(ADD, json!({ "input": { "offerId": offer, "quantity": 2 } })).await.data();
    let input = json!({
        "idempotencyKey": format!("answers-{}", fresh_id()),
        "email": "buyer@demo.souk.example",
        "shippingAddress": { "recipient": "Jo", "line1": "Marktgasse 1", "city": "Berlin", "postalCode": "10115", "country": "DE" },
        "payment": { "gateway": "sandbox", "token": token },
    });
    let placed = guest.execute(PLACE, json!({ "input": input })).await;
    let order = placed.data()["placeOrder"]["order"].clone();
    assert!(order["id"].is_string(), "{:#}", placed.0);
    order
}

fn guest(anyone: &Client) -> Client {
    anyone.as_guest(&format!("guest-{}", fresh_id()))
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_shows_what_it_did_in_one_process() {
    answers(Shape::Whole).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_shows_what_it_did_with_every_part_in_a_process_of_its_own() {
    answers(Shape::Apart).await;
}

async fn answers(shape: Shape) {
    let shop = Installation::start(shape).await;
    let anyone = shop.client();
    let admin = anyone.log_in("admin@demo.souk.example", PASSWORD).await;
    let (offer, available) = goods(&anyone).await;
    refund_shows_the_order(&anyone, &admin, &offer, available).await;
    confirm_shows_the_order(&anyone, &offer).await;
    void_shows_the_order(&anyone, &admin, &offer).await;
    an_order_whose_payment_its_gateway_voided_is_called_off(&shop, &anyone, &offer).await;
    claim_shows_the_payments(&anyone, &offer).await;
}

/// The order is refunded in part, then in full, and what was not delivered is on the shelf again.
async fn refund_shows_the_order(anyone: &Client, admin: &Client, offer: &str, available: i64) {
    let refund = "mutation Refund($input: RefundPaymentInput!) { refundPayment(input: $input) {
        ... on RefundPayload { refund { status payment { capturedAmount { amount currency } order {
            status refunded { amount } lines { offer { available } } } } } } } }";
    let order = place(&guest(anyone), offer, "tok_approve").await;
    let input = |amount: Value, key: &str| json!({ "input": { "paymentId": order["payments"][0]["id"], "amount": amount, "reason": "r", "idempotencyKey": key } });
    let part = admin.execute(refund, input(json!({ "amount": "1.23", "currency": "EUR" }), "part")).await;
    let payment = &part.data()["refundPayment"]["refund"]["payment"];
    assert_eq!(payment["order"]["status"], "PAID", "{:#}", part.0);
    assert_eq!(payment["order"]["refunded"]["amount"], "1.23", "{:#}", part.0);
    assert_eq!(payment["order"]["lines"][0]["offer"]["available"], available - 2);
    let captured = payment["capturedAmount"]["amount"].as_str().unwrap();
    let left = captured.replace('.', "").parse::<i64>().unwrap() - 123;
    let left = json!({ "amount": format!("{}.{:02}", left / 100, left % 100), "currency": "EUR" });
    let rest = admin.execute(refund, input(left, "rest")).await;
    let order = &rest.data()["refundPayment"]["refund"]["payment"]["order"];
    assert_eq!(
        (&order["status"], &order["refunded"]["amount"]),
        (&json!("REFUNDED"), &json!(captured)),
        "{:#}",
        rest.0
    );
    assert_eq!(order["lines"][0]["offer"]["available"], available, "{:#}", rest.0);
}

/// The customer has passed the challenge: the payment is taken, and the order is paid.
async fn confirm_shows_the_order(anyone: &Client, offer: &str) {
    let confirm = "mutation Confirm($id: ID!) { confirmPayment(input: { paymentId: $id }) {
        payment { order { status paymentActionUrl } } } }";
    let guest = guest(anyone);
    let order = place(&guest, offer, "tok_challenge").await;
    assert_eq!(order["status"], "AWAITING_PAYMENT");
    let page = order["paymentActionUrl"].as_str().unwrap();
    assert!(anyone.pass_challenge(page).await.unwrap().status().is_success());
    let answer = guest.execute(confirm, json!({ "id": order["payments"][0]["id"] })).await;
    let order = &answer.data()["confirmPayment"]["payment"]["order"];
    assert_eq!(order, &json!({ "status": "PAID", "paymentActionUrl": null }), "{:#}", answer.0);
}

/// Nobody pays for an order whose only payment is given up.
async fn void_shows_the_order(anyone: &Client, admin: &Client, offer: &str) {
    let void = "mutation Void($id: ID!) { voidPayment(input: { paymentId: $id }) {
        payment { status order { status lines { offer { available } } } } } }";
    let order = place(&guest(anyone), offer, "tok_challenge").await;
    let before =
        anyone.execute("{ products(first: 60) { nodes { bestOffer { id available } } } }", json!({})).await;
    let nodes = before.data()["products"]["nodes"].as_array().unwrap().clone();
    let held = nodes.iter().find(|node| node["bestOffer"]["id"] == *offer).unwrap();
    let held = held["bestOffer"]["available"].as_i64().unwrap();
    let answer = admin.execute(void, json!({ "id": order["payments"][0]["id"] })).await;
    let order = &answer.data()["voidPayment"]["payment"]["order"];
    assert_eq!(order["status"], "CANCELLED", "{:#}", answer.0);
    assert_eq!(order["lines"][0]["offer"]["available"], held + 2, "{:#}", answer.0);
}

/// Staff void the payment that the customer has approved, and whoever does so has not written it down, or died: the
/// checkout finds out, and the order is called off as by staff.
async fn an_order_whose_payment_its_gateway_voided_is_called_off(
    shop: &Installation,
    anyone: &Client,
    offer: &str,
) {
    let confirm =
        "mutation Confirm($id: ID!) { confirmPayment(input: { paymentId: $id }) { payment { id } } }";
    let seen = "query Order($id: ID!) { order(id: $id) {
        status reason payments { status } vendorOrders { status } } }";
    let guest = guest(anyone);
    let order = place(&guest, offer, "tok_challenge").await;
    let id = order["payments"][0]["id"].as_str().unwrap();
    let voided = format!("UPDATE sandbox_charges SET state = 'voided' WHERE idempotency_key = '{id}'");
    let approved = format!("UPDATE payments SET status = 'AUTHORIZED' WHERE id = {}", shop.store.uuid(id));
    shop.store.tamper("payments", &[voided, approved]).await;
    guest.execute(confirm, json!({ "id": id })).await.data();
    let expected = json!({ "status": "CANCELLED", "reason": "CANCELLED_BY_STAFF", "payments": [{ "status": "VOIDED" }],
        "vendorOrders": [{ "status": "CANCELLED" }] });
    eventually("the order is called off", || async {
        let answer = guest.execute(seen, json!({ "id": order["id"] })).await;
        (answer.data()["order"] == expected).then_some(())
    })
    .await;
}

/// The payments of a guest's order are the user's with the order.
async fn claim_shows_the_payments(anyone: &Client, offer: &str) {
    let claim = "mutation Claim($number: String!) { claimOrder(input: { number: $number }) {
        __typename ... on ClaimOrderPayload { order { status payments { status order { id } } } } } }";
    let order = place(&guest(anyone), offer, "tok_approve").await;
    let buyer = anyone.log_in("buyer@demo.souk.example", PASSWORD).await;
    let answer = buyer.execute(claim, json!({ "number": order["number"] })).await;
    let payments = &answer.data()["claimOrder"]["order"]["payments"];
    assert_eq!(
        payments,
        &json!([{ "status": "CAPTURED", "order": { "id": order["id"] } }]),
        "{:#}",
        answer.0
    );
}
