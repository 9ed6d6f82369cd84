//! A delivery: two vendors pack, hand over, and the buyer follows every parcel live until the order is completed.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::paid::{ORDER, Paid, act};
use crate::support::{Client, Shape};

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
    let paid = Paid::begin(shape).await;
    let Paid { anyone, buyer, admin, id, shipments, .. } = &paid;
    for shipment in shipments {
        assert!(shipment["items"][0]["product"]["name"].is_string(), "completed by catalog: {shipment:#}");
    }
    let mut follow = buyer.subscribe(FOLLOW, json!({ "id": id })).await;
    let mut link = anyone.subscribe(FOLLOW_LINK, json!({ "token": shipments[0]["trackingToken"] })).await;
    assert_eq!(link.next().await.unwrap().data()["deliveryTracking"]["status"], "CREATED");

    for shipment in shipments {
        paid.handle("packShipment", shipment).await;
    }
    paid.handle("handOverShipment", &shipments[0]).await;
    cannot_be_called_off(buyer, id).await;
    paid.handle("handOverShipment", &shipments[1]).await;
    paid.comes_to("SHIPPED").await;
    for kind in ["IN_TRANSIT", "OUT_FOR_DELIVERY", "DELIVERED"] {
        for shipment in shipments {
            record(admin, shipment, kind).await;
        }
    }
    paid.comes_to("COMPLETED").await;
    let seen = buyer.execute(ORDER, json!({ "id": id })).await;
    assert_eq!(
        seen.data()["order"]["vendorOrders"],
        json!([{ "status": "DELIVERED" }, { "status": "DELIVERED" }])
    );

    paid.buyer_earns_points().await;

    assert_followed(&mut follow, shipments).await;
    link.until(|data| data["deliveryTracking"]["status"] == "DELIVERED").await;
    strangers_see_nothing(anyone, id, &shipments[0]).await;
}

async fn record(client: &Client, shipment: &Value, kind: &str) {
    let input = json!({ "shipmentId": shipment["id"], "kind": kind, "place": "Berlin" });
    act(client, "recordShipmentEvent", input, "ShipmentPayload").await;
}

async fn cannot_be_called_off(buyer: &Client, id: &str) {
    let cancel = "mutation Cancel($id: ID!) { cancelOrder(input: { orderId: $id }) { __typename
        ... on OrderNotCancellable { order { status } } } }";
    let refused = buyer.execute(cancel, json!({ "id": id })).await;
    let expected = json!({ "__typename": "OrderNotCancellable", "order": { "status": "PAID" } });
    assert_eq!(refused.data()["cancelOrder"], expected, "{refused:?}");
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
