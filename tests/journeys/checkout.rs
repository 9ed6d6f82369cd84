//! What customers do wrong, twice, or while a payment waits.

use serde_json::{Value, json};

use crate::support::{Client, Installation, Shape, eventually, fresh_id};

const PLACE: &str = "mutation Place($input: PlaceOrderInput!) {
    placeOrder(input: $input) {
        __typename
        ... on PlaceOrderPayload { order { id status paymentActionUrl } }
        ... on CartAlreadyOrdered { order { id } }
        ... on PaymentMeansRejected { problem message }
    }
}";
const ADD: &str = "mutation Add($input: AddToCartInput!) { addToCart(input: $input) { cart { id } } }";
const CART: &str = "{ cart { couponCode lines { quantity offer { id } } } }";

/// Two offers that have some pieces left, and how many the first has.
async fn goods(anyone: &Client) -> (String, String, i64) {
    let query = "{ products(first: 40) { nodes { bestOffer { id available } } } }";
    let found = anyone.execute(query, json!({})).await;
    let nodes = found.data()["products"]["nodes"].as_array().unwrap().clone();
    let mut offers =
        nodes.iter().map(|node| &node["bestOffer"]).filter(|offer| offer["available"].as_i64() >= Some(10));
    let (a, b) = (offers.next().unwrap(), offers.next().unwrap());
    (
        a["id"].as_str().unwrap().to_owned(),
        b["id"].as_str().unwrap().to_owned(),
        a["available"].as_i64().unwrap(),
    )
}

async fn add(client: &Client, offer: &str, quantity: i64) {
    client.execute(ADD, json!({ "input": { "offerId": offer, "quantity": quantity } })).await.data();
}

async fn place(client: &Client, key: &str, payment: Value) -> Value {
    let input = json!({
        "idempotencyKey": key,
        "email": "jo@example.org",
        "shippingAddress": {
            "recipient": "Jo Journey", "line1": "Marktgasse 1", "city": "Berlin", "postalCode": "10115", "country": "DE",
        },
        "payment": payment,
    });
    client.execute(PLACE, json!({ "input": input })).await.data()["placeOrder"].clone()
}

fn token(token: &str) -> Value {
    json!({ "gateway": "sandbox", "token": token })
}

/// Checks 47 and 48, across all subgraphs: mistakes are answered at once and hold nothing; one cart is one order; what is
/// added while the payment waits stays.
#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_answered_and_additions_stay() {
    let shop = Installation::start(Shape::Whole).await;
    let anyone = shop.client();
    let (a, b, available) = goods(&anyone).await;
    let guest = anyone.as_guest(&format!("guest-{}", fresh_id()));
    add(&guest, &a, 1).await;
    for (payment, problem) in [
        (json!({ "gateway": "stripe", "token": "tok_approve" }), "UNKNOWN_GATEWAY"),
        (token("tok_of_nobody"), "UNKNOWN_TOKEN"),
    ] {
        let refused = place(&guest, &format!("journey-{problem}"), payment).await;
        assert_eq!(
            (&refused["__typename"], &refused["problem"]),
            (&json!("PaymentMeansRejected"), &json!(problem))
        );
    }
    assert_eq!(goods(&anyone).await.2, available, "nothing stays held");
    let order = place(&guest, "journey-waits", token("tok_challenge")).await["order"].clone();
    assert_eq!(order["status"], "AWAITING_PAYMENT");
    add(&guest, &a, 2).await;
    add(&guest, &b, 1).await;
    let apply = "mutation { applyCoupon(input: { code: \"WELCOME10\" }) { cart { id } } }";
    guest.execute(apply, json!({})).await.data();
    let again = place(&guest, "journey-again", token("tok_approve")).await;
    assert_eq!(again, json!({ "__typename": "CartAlreadyOrdered", "order": { "id": order["id"] } }));
    anyone.pass_challenge(order["paymentActionUrl"].as_str().unwrap()).await.unwrap();
    let status = "query Order($id: ID!) { order(id: $id) { status } }";
    eventually("the order is paid", || async {
        let seen = guest.execute(status, json!({ "id": order["id"] })).await;
        (seen.data()["order"]["status"] == "PAID").then_some(())
    })
    .await;
    let cart = guest.execute(CART, json!({})).await.data()["cart"].clone();
    let line = |offer: &str, quantity: i64| json!({ "quantity": quantity, "offer": { "id": offer } });
    assert_eq!(cart, json!({ "couponCode": "WELCOME10", "lines": [line(&a, 2), line(&b, 1)] }));
}
