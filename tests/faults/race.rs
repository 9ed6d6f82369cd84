//! Many at once.

use futures::future::join_all;
use futures::{StreamExt, stream};
use serde_json::{Value, json};

use crate::support::{Client, Installation, Shape, eventually};

pub(super) const ADD: &str =
    "mutation Add($input: AddToCartInput!) { addToCart(input: $input) { cart { totalQuantity } } }";

pub(super) const PLACE: &str = "mutation Place($input: PlaceOrderInput!) {
    placeOrder(input: $input) { __typename ... on PlaceOrderPayload { order { id status } } }
}";

fn place(key: &str) -> Value {
    place_with(key, "tok_approve")
}

pub(super) fn place_with(key: &str, token: &str) -> Value {
    json!({ "input": {
        "idempotencyKey": key,
        "email": "guest@example.org",
        "shippingAddress": {
            "recipient": "Gus Guest", "line1": "Marktgasse 1", "city": "Berlin", "postalCode": "10115", "country": "DE",
        },
        "payment": { "gateway": "sandbox", "token": token },
    } })
}

pub(super) async fn scarce_offer(client: &Client, at_least: i64) -> (String, i64) {
    let query = "{ products(first: 100) { nodes { bestOffer { id available } } } }";
    let answer = client.execute(query, json!({})).await;
    let nodes = answer.data()["products"]["nodes"].as_array().unwrap().clone();
    let offers = nodes.iter().filter_map(|n| {
        let offer = &n["bestOffer"];
        Some((offer["id"].as_str()?.to_owned(), offer["available"].as_i64()?))
    });
    offers.filter(|(_, available)| *available >= at_least).min_by_key(|(_, available)| *available).unwrap()
}

/// Orders as a patient client does: what is answered with an error, or goes on after its answer, is asked again with the same
/// key.
async fn place_until_decided(client: &Client, key: &str) -> Value {
    eventually("the order is decided", || async {
        let answer = client.try_execute(PLACE, place(key)).await?;
        let placed = answer.codes().is_empty().then(|| answer.data()["placeOrder"].clone());
        placed
            .filter(|placed| !["PENDING", "CONFIRMED"].iter().any(|open| placed["order"]["status"] == *open))
    })
    .await
}

/// Checks 23 and 31: more buyers than goods, on two processes where the database allows it: exactly as many orders as
/// there were goods. And 50 parallel additions to one cart are all there.
#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_sold_than_there_is() {
    let mut shop = Installation::start(Shape::Whole).await;
    let mut addresses = vec![shop.client().url("")];
    if shop.store.postgres.is_some() {
        addresses.push(shop.start_replica("replica").await);
    }
    let anyone = shop.client();
    let (offer, available) = scarce_offer(&anyone, 10).await;
    // One buyer takes all but ten.
    if available > 10 {
        let first = anyone.as_guest("race-buyer-of-the-rest-0001");
        let input = json!({ "input": { "offerId": offer, "quantity": available - 10 } });
        first.execute(ADD, input).await.data();
        let placed = first.execute(PLACE, place("race-first-key")).await;
        assert_eq!(placed.data()["placeOrder"]["order"]["status"], "PAID", "{:#}", placed.0);
    }
    let buyers: Vec<Client> = (0..200)
        .map(|n| anyone.at(&addresses[n % addresses.len()]).as_guest(&format!("race-buyer-number-{n:06}")))
        .collect();
    // They race to order: carts are filled at a pace that a busy machine keeps.
    let filled = buyers.iter().map(|client| {
        let input = json!({ "input": { "offerId": offer, "quantity": 1 } });
        async move { client.execute(ADD, input).await.data().clone() }
    });
    let filled: Vec<Value> = stream::iter(filled).buffer_unordered(20).collect().await;
    assert_eq!(filled.len(), 200);
    let buyers = buyers.iter().map(|client| async move {
        place_until_decided(client, "race-key-one").await["order"]["status"] == "PAID"
    });
    let sold = join_all(buyers).await.into_iter().filter(|paid| *paid).count();
    assert_eq!(sold, 10, "of 10 units, by 200 buyers");

    let one = anyone.as_guest("one-guest-with-many-tabs");
    let (other, _) = scarce_offer(&anyone, 1).await;
    let tabs = (0..50).map(|n| {
        let client = one.at(&addresses[n % addresses.len()]);
        let other = other.clone();
        async move {
            client.execute(ADD, json!({ "input": { "offerId": other, "quantity": 1 } })).await.data().clone()
        }
    });
    join_all(tabs).await;
    let cart = one.execute("{ cart { totalQuantity } }", json!({})).await;
    assert_eq!(cart.data()["cart"]["totalQuantity"], 50);
}

/// Check 24: one key, 100 parallel checkouts: one order, one charge, one answer.
#[tokio::test(flavor = "multi_thread")]
async fn one_key_is_one_order() {
    let shop = Installation::start(Shape::Whole).await;
    let client = shop.client().as_guest("guest-who-clicks-very-often");
    let (offer, _) = scarce_offer(&client, 5).await;
    client.execute(ADD, json!({ "input": { "offerId": offer, "quantity": 1 } })).await.data();
    let answers = join_all((0..100).map(|_| place_until_decided(&client, "the-one-key"))).await;
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:#?}");
    let order = &answers[0]["order"];
    assert_eq!(order["status"], "PAID");
    let payments = client
        .execute(
            "query Payments($id: ID!) { order(id: $id) { payments { status } } }",
            json!({ "id": order["id"] }),
        )
        .await;
    assert_eq!(payments.data()["order"]["payments"], json!([{ "status": "CAPTURED" }]));
}
