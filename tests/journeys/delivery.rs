//! A delivery: two vendors pack, hand over, and the buyer follows every parcel live until the order is completed.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::support::{Client, Installation, Shape, eventually, fresh_id};

pub const PASSWORD: &str = "souk-demo-2026";
const ADD: &str = "mutation Add($input: AddToCartInput!) { addToCart(input: $input) { cart { id } } }";
const PLACE: &str = "mutation Place($input: PlaceOrderInput!) { placeOrder(input: $input) {
    __typename ... on PlaceOrderPayload { order { id status } } } }";
pub const ORDER: &str = "query Order($id: ID!) { order(id: $id) { status vendorOrders { status }
    shipments { id status trackingNumber trackingToken vendor { id } items { quantity product { name } } } } }";
const FOLLOW: &str = "subscription Follow($id: ID!) { deliveryTracking(orderId: $id) {
    version status shipment { id } items { quantity product { name } } } }";
const FOLLOW_LINK: &str =
    "subscription Follow($token: String!) { deliveryTracking(token: $token) { status } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_in_one_process() {
    delivery(Shape::Whole).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delivery_with_every_part_in_a_process_of_its_own() {
    delivery(Shape::Apart).await;
}

async fn delivery(shape: Shape) {
    let mut shop = Installation::prepare(shape, "[fulfilment]\nreturn_days = 0\nplan_routes = false\n");
    shop.seed().await;
    shop.start_all(None).await;
    let anyone = shop.client();
    let email = format!("delivery-{}@example.org", fresh_id());
    anyone.register(&email, "a long enough password", "Dana Delivery").await;
    let buyer = anyone.log_in(&email, "a long enough password").await;
    let id = order_of_two_vendors(&anyone, &buyer).await;

    let shipments = eventually("each vendor has a shipment", || async {
        let seen = buyer.execute(ORDER, json!({ "id": id })).await;
        let shipments = seen.data()["order"]["shipments"].as_array().cloned().unwrap_or_default();
        (shipments.len() == 2).then_some(shipments)
    })
    .await;
    for shipment in &shipments {
        assert!(shipment["items"][0]["product"]["name"].is_string(), "completed by catalog: {shipment:#}");
    }
    let mut follow = buyer.subscribe(FOLLOW, json!({ "id": id })).await;
    let mut link = anyone.subscribe(FOLLOW_LINK, json!({ "token": shipments[0]["trackingToken"] })).await;
    assert_eq!(link.next().await.unwrap().data()["deliveryTracking"]["status"], "CREATED");

    // Acts for every vendor.
    let admin = anyone.log_in("admin@demo.souk.example", PASSWORD).await;
    for shipment in &shipments {
        handle(&admin, "packShipment", shipment).await;
    }
    handle(&admin, "handOverShipment", &shipments[0]).await;
    cannot_be_called_off(&buyer, &id).await;
    handle(&admin, "handOverShipment", &shipments[1]).await;
    comes_to(&buyer, &id, "SHIPPED").await;
    for kind in ["IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED"] {
        for shipment in &shipments {
            record(&admin, shipment, kind).await;
        }
    }
    comes_to(&buyer, &id, "COMPLETED").await;
    let seen = buyer.execute(ORDER, json!({ "id": id })).await;
    assert_eq!(
        seen.data()["order"]["vendorOrders"],
        json!([{ "status": "DELIVERED" }, { "status": "DELIVERED" }])
    );

    eventually("the buyer has earned points", || async {
        let seen = buyer.execute("{ me { points { available pending } } }", json!({})).await;
        let points = &seen.data()["me"]["points"];
        (points["available"].as_i64() > Some(0) && points["pending"] == 0).then_some(())
    })
    .await;

    assert_followed(&mut follow, &shipments).await;
    link.until(|data| data["deliveryTracking"]["status"] == "DELIVERED").await;
    strangers_see_nothing(&anyone, &id, &shipments[0]).await;
}

/// One thing from each of two vendors, paid, to an address in the bundled city.
pub async fn order_of_two_vendors(anyone: &Client, buyer: &Client) -> String {
    let query = "{ products(first: 50) { nodes { bestOffer { id available vendor { id } } } } }";
    let found = anyone.execute(query, json!({})).await;
    let nodes = found.data()["products"]["nodes"].as_array().unwrap().clone();
    let mut of_vendor = BTreeMap::new();
    for offer in nodes.iter().map(|node| &node["bestOffer"]) {
        if offer["available"].as_i64() > Some(5) {
            of_vendor.insert(offer["vendor"]["id"].as_str().unwrap().to_owned(), offer["id"].clone());
        }
    }
    assert!(of_vendor.len() >= 2, "{of_vendor:?}");
    for offer in of_vendor.values().take(2) {
        buyer.execute(ADD, json!({ "input": { "offerId": offer, "quantity": 1 } })).await.data();
    }
    let input = json!({
        "idempotencyKey": fresh_id(),
        "shippingAddress": {
            "recipient": "Dana Delivery", "line1": "Breite Straße 7", "city": "Soukhaven", "postalCode": "28991",
            "country": "DE",
        },
        "payment": { "gateway": "sandbox", "token": "tok_approve" },
    });
    let placed = buyer.execute(PLACE, json!({ "input": input })).await;
    let order = &placed.data()["placeOrder"]["order"];
    assert_eq!(order["status"], "PAID", "{placed:?}");
    order["id"].as_str().unwrap().to_owned()
}

pub async fn handle(client: &Client, mutation: &str, shipment: &Value) {
    let (first, rest) = mutation.split_at(1);
    let operation = format!(
        "mutation M($input: {}{rest}Input!) {{ {mutation}(input: $input) {{ __typename }} }}",
        first.to_uppercase()
    );
    let done = client.execute(&operation, json!({ "input": { "shipmentId": shipment["id"] } })).await;
    assert_eq!(done.data()[mutation]["__typename"], "ShipmentPayload", "{done:?}");
}

async fn record(client: &Client, shipment: &Value, kind: &str) {
    let operation = "mutation Record($input: RecordShipmentEventInput!) {
        recordShipmentEvent(input: $input) { __typename } }";
    let input = json!({ "shipmentId": shipment["id"], "kind": kind, "place": "Berlin" });
    let done = client.execute(operation, json!({ "input": input })).await;
    assert_eq!(done.data()["recordShipmentEvent"]["__typename"], "ShipmentPayload", "{done:?}");
}

async fn cannot_be_called_off(buyer: &Client, id: &str) {
    let cancel = "mutation Cancel($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename
        ... on OrderNotCancellable { order { status } } } }";
    let refused = buyer.execute(cancel, json!({ "id": id })).await;
    let expected = json!({ "__typename": "OrderNotCancellable", "order": { "status": "PAID" } });
    assert_eq!(refused.data()["cancelOrder"], expected, "{refused:?}");
}

pub async fn comes_to(buyer: &Client, id: &str, status: &str) {
    eventually(&format!("the order is {status}"), || async {
        let seen = buyer.execute(ORDER, json!({ "id": id })).await;
        (seen.data()["order"]["status"] == status).then_some(())
    })
    .await;
}

/// Who follows the order was told every status of each of its parcels, in order, with what is in it.
async fn assert_followed(follow: &mut crate::support::Subscription, shipments: &[Value]) {
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let is_over = |told: &BTreeMap<String, Vec<String>>| {
        told.values().filter(|course| course.last().is_some_and(|status| status == "DELIVERED")).count() == 2
    };
    while !is_over(&told) {
        let event = follow.next().await.unwrap();
        let tracking = &event.data()["deliveryTracking"];
        assert!(tracking["items"][0]["product"]["name"].is_string(), "{:#}", event.0);
        let shipment = tracking["shipment"]["id"].as_str().unwrap().to_owned();
        told.entry(shipment).or_default().push(tracking["status"].as_str().unwrap().to_owned());
    }
    let course = ["CREATED", "PACKED", "HANDED_OVER", "IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED"];
    for shipment in shipments {
        assert_eq!(told[shipment["id"].as_str().unwrap()], course);
    }
}

async fn strangers_see_nothing(anyone: &Client, order: &str, shipment: &Value) {
    let query =
        "query Shipment($id: ID, $number: String) { shipment(id: $id, trackingNumber: $number) { id } }";
    for by in [json!({ "id": shipment["id"] }), json!({ "number": shipment["trackingNumber"] })] {
        assert!(anyone.execute(query, by).await.data()["shipment"].is_null());
    }
    let mut refused = anyone.subscribe(FOLLOW, json!({ "id": order })).await;
    assert_eq!(refused.next().await.unwrap().codes(), ["NOT_FOUND"]);
}
