//! A courier brings an order: one parcel is delivered, the other at the second attempt, and the buyer follows the van.

use std::collections::BTreeMap;

use platform_core::{Clock, SystemClock};
use platform_geo::{City, Geocoder, Wanted};
use platform_testkit::pictures::{Metadata, jpeg, tells_place};
use serde_json::{Value, json};

use super::paid::{PASSWORD, Paid, act};
use crate::support::{Client, Shape, Subscription, eventually};

const FOLLOW: &str = "subscription Follow($id: ID!) { deliveryTracking(orderId: $id) { version status stopsBefore
    shipment { id } items { quantity product { name } } eta { expected } courier { name position { latitude recordedAt } }
    proof { kind } } }";
const ROUTE: &str = "query Mine { myRoutes(first: 1) { nodes { id status
    stops { status path { latitude longitude } shipment { id } } } } }";

#[tokio::test(flavor = "multi_thread")]
async fn a_courier_brings_an_order_in_one_process() {
    bring(Shape::Whole).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_courier_brings_an_order_with_every_part_in_a_process_of_its_own() {
    bring(Shape::Apart).await;
}

async fn bring(shape: Shape) {
    let paid = Paid::begin(shape).await;
    let Paid { buyer, admin, id, shipments, .. } = &paid;
    let courier = paid.anyone.log_in("courier@demo.souk.example", PASSWORD).await;
    hire(admin, &courier).await;
    let mut told =
        Told { events: buyer.subscribe(FOLLOW, json!({ "id": id })).await, courses: BTreeMap::new() };
    told.until_all("CREATED", shipments).await;
    for shipment in shipments {
        paid.handle("handOverShipment", shipment).await;
    }
    told.until_all("HANDED_OVER", shipments).await;

    let mut assignments =
        courier.subscribe("subscription { courierAssignments { route { id status } } }", json!({})).await;
    assert!(assignments.next().await.unwrap().data()["courierAssignments"]["route"].is_null());
    let first = set_out(admin, &courier).await;
    assignments.until(|data| data["courierAssignments"]["route"]["status"] == "STARTED").await;
    told.until_all("OUT_FOR_DELIVERY", shipments).await;
    report(&courier, &first).await;
    told.until_van().await;
    let stops: Vec<Value> = (0..2).map(|stop| first["stops"][stop]["shipment"].clone()).collect();
    let photo = photograph(&courier, &stops[0]).await;
    let delivered = json!({ "shipmentId": stops[0]["id"], "photoUploadId": photo });
    act(&courier, "markDelivered", delivered, "StopPayload").await;
    told.until_all("DELIVERED", &stops[..1]).await;
    sees_photo(buyer, &stops[0]).await;
    act(
        &courier,
        "markAttempted",
        json!({ "shipmentId": stops[1]["id"], "reason": "NOBODY_HOME" }),
        "StopPayload",
    )
    .await;
    told.until_all("ATTEMPTED", &stops[1..]).await;
    assignments.until(|data| data["courierAssignments"]["route"].is_null()).await;
    let second = set_out(admin, &courier).await;
    assert_eq!(second["stops"][0]["shipment"]["id"], stops[1]["id"], "it is brought again");
    told.until_all("OUT_FOR_DELIVERY", &stops[1..]).await;
    act(&courier, "markDelivered", json!({ "shipmentId": stops[1]["id"] }), "StopPayload").await;
    told.until_all("DELIVERED", &stops[1..]).await;

    let once = ["CREATED", "HANDED_OVER", "OUT_FOR_DELIVERY", "DELIVERED"];
    let twice = ["CREATED", "HANDED_OVER", "OUT_FOR_DELIVERY", "ATTEMPTED", "OUT_FOR_DELIVERY", "DELIVERED"];
    assert_eq!(told.course(&stops[0]), once);
    assert_eq!(told.course(&stops[1]), twice);
    paid.comes_to("COMPLETED").await;
    paid.buyer_earns_points().await;
}

/// The courier takes a photo of where a parcel is left; the id of its upload.
async fn photograph(courier: &Client, shipment: &Value) -> Value {
    let ask =
        "mutation Ask($id: ID!) { createProofUpload(input: { shipmentId: $id }) { upload { id url } } }";
    let asked = courier.execute(ask, json!({ "id": shipment["id"] })).await;
    let upload = &asked.data()["createProofUpload"]["upload"];
    let photo = jpeg(16, 8, &[Metadata::Exif(1)]);
    let sent = courier.http().put(courier.url(upload["url"].as_str().unwrap())).body(photo).send().await;
    assert_eq!(sent.unwrap().status(), 200);
    upload["id"].clone()
}

async fn sees_photo(buyer: &Client, shipment: &Value) {
    let query = "query Proof($id: ID!) { shipment(id: $id) { proof { photo { url } } } }";
    let seen = buyer.execute(query, json!({ "id": shipment["id"] })).await;
    let url = seen.data()["shipment"]["proof"]["photo"]["url"].as_str().unwrap();
    let read = buyer.http().get(buyer.url(url)).send().await.unwrap();
    assert_eq!(read.headers()["content-type"], "image/jpeg");
    assert!(!tells_place(&read.bytes().await.unwrap()));
}

/// Makes a depot in the bundled city, and the demo's courier its courier.
async fn hire(admin: &Client, courier: &Client) {
    let depot = "mutation Depot($at: GeoPositionInput!) { setDepot(input: { name: \"Depot\", timeZone: \"Europe/Berlin\",
        position: $at }) { depot { id } } }";
    let at = beside_the_buyer().await;
    let depot = admin.execute(depot, json!({ "at": at })).await.data()["setDepot"]["depot"]["id"].clone();
    let user = courier.execute("{ me { id } }", json!({})).await.data()["me"]["id"].clone();
    let set = "mutation Set($input: SetCourierInput!) { setCourier(input: $input) { courier { id } } }";
    let input = json!({
        "userId": user, "name": "Cora", "depotId": depot, "capacity": 10,
        "shift": { "begins": "00:00", "ends": "24:00" },
    });
    admin.execute(set, json!({ "input": input })).await.data();
}

/// A van from there is soon back.
async fn beside_the_buyer() -> Value {
    let wanted = Wanted {
        line1: "Breite Straße 11".to_owned(),
        postal_code: "28991".to_owned(),
        city: "Soukhaven".to_owned(),
        country: "DE".to_owned(),
    };
    let at = City::bundled().unwrap().find(&wanted).await.unwrap().unwrap().position;
    json!({ "latitude": at.latitude(), "longitude": at.longitude() })
}

/// Plans what waits, once the van is there; the courier accepts the route and starts it.
async fn set_out(admin: &Client, courier: &Client) -> Value {
    let plan = "mutation { planRoutes(input: {}) { routes { id } left { id } } }";
    eventually("a route is planned", || async {
        let planned = admin.execute(plan, json!({})).await;
        (planned.data()["planRoutes"]["routes"].as_array().unwrap().len() == 1).then_some(())
    })
    .await;
    let route = courier.execute(ROUTE, json!({})).await.data()["myRoutes"]["nodes"][0].clone();
    for mutation in ["acceptRoute", "startRoute"] {
        act(courier, mutation, json!({ "routeId": route["id"] }), "RoutePayload").await;
    }
    route
}

/// The van is in the middle of its way to the first stop.
async fn report(courier: &Client, route: &Value) {
    let path = route["stops"][0]["path"].as_array().unwrap();
    let mut position = path[path.len() / 2].clone();
    position["recordedAt"] = json!(SystemClock.now());
    let report =
        "mutation Report($input: ReportPositionInput!) { reportPosition(input: $input) { accepted } }";
    let input = json!({ "routeId": route["id"], "positions": [position] });
    let done = courier.execute(report, json!({ "input": input })).await;
    assert_eq!(done.data()["reportPosition"]["accepted"], 1, "{done:?}");
}

/// What the buyer was told.
struct Told {
    events: Subscription,
    /// The statuses of each parcel, by its id.
    courses: BTreeMap<String, Vec<String>>,
}

impl Told {
    /// The next event; the names of the goods are in the same payload as the status.
    async fn next(&mut self) -> Value {
        let event = self.events.next().await.unwrap();
        let tracking = event.data()["deliveryTracking"].clone();
        assert!(tracking["items"][0]["product"]["name"].is_string(), "{:#}", event.0);
        let course = self.courses.entry(tracking["shipment"]["id"].as_str().unwrap().to_owned()).or_default();
        let status = tracking["status"].as_str().unwrap();
        if course.last().is_none_or(|last| last != status) {
            course.push(status.to_owned());
        }
        tracking
    }

    async fn until_all(&mut self, status: &str, shipments: &[Value]) {
        while !shipments
            .iter()
            .all(|shipment| self.course(shipment).last().is_some_and(|last| last == status))
        {
            self.next().await;
        }
    }

    /// Until the buyer knows where the van is, and when it comes.
    async fn until_van(&mut self) {
        loop {
            let tracking = self.next().await;
            if tracking["courier"]["position"].is_object() && tracking["eta"]["expected"].is_string() {
                return;
            }
        }
    }

    fn course(&self, shipment: &Value) -> Vec<String> {
        self.courses.get(shipment["id"].as_str().unwrap()).cloned().unwrap_or_default()
    }
}
