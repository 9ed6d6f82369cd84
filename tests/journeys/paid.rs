//! A paid order of two vendors in a slot, with a shipment of each, and what happens to it: where the journeys of deliveries begin.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use platform_core::{Clock, SystemClock};
use platform_geo::City;
use serde_json::{Value, json};

use crate::support::{Client, Installation, Shape, eventually, fresh_id};

pub const PASSWORD: &str = "souk-demo-2026";
const OWN: &str = "a long enough password";
const ADD: &str = "mutation Add($input: AddToCartInput!) { addToCart(input: $input) { cart { id } } }";
const PLACE: &str = "mutation Place($input: PlaceOrderInput!) { placeOrder(input: $input) {
    __typename ... on PlaceOrderPayload { order { id status } } } }";
const QUOTE: &str =
    "query Quote($destination: QuoteDestinationInput!, $delivery: DeliveryChoiceInput) {
    checkoutQuote(destination: $destination, delivery: $delivery) { total { amount currency } shipping { amount }
        delivery { problem arrivesBy options { id kind isChosen price { amount } } } } }";
const SLOTS: &str = "query Slots($address: DeliveryAddressInput!, $from: DateTime!, $to: DateTime!) {
    deliverySlots(address: $address, from: $from, to: $to) { id ends isAvailable } }";
pub const ORDER: &str = "query Order($id: ID!) { order(id: $id) { status vendorOrders { status }
    shipments { id status trackingNumber trackingToken vendor { id } items { quantity product { name } } } } }";

/// A paid order, and who has to do with it.
pub struct Paid {
    _shop: Installation,
    pub anyone: Client,
    pub buyer: Client,
    /// Acts for every vendor.
    pub admin: Client,
    pub id: String,
    pub shipments: Vec<Value>,
}

impl Paid {
    /// In a shop where staff alone plans routes, and what is delivered is not returned.
    pub async fn begin(shape: Shape) -> Self {
        let mut shop = Installation::prepare(shape, "[fulfilment]\nreturn_days = 0\nplan_routes = false\n");
        shop.seed().await;
        shop.start_all(None).await;
        let anyone = shop.client();
        let email = format!("delivery-{}@example.org", fresh_id());
        anyone.register(&email, OWN, "Dana Delivery").await;
        let buyer = anyone.log_in(&email, OWN).await;
        let admin = anyone.log_in("admin@demo.souk.example", PASSWORD).await;
        open_slots(&admin).await;
        let id = order(&anyone, &buyer).await;
        let shipments = eventually("each vendor has a shipment", || async {
            let seen = buyer.execute(ORDER, json!({ "id": id })).await;
            let shipments = seen.data()["order"]["shipments"].as_array().cloned().unwrap_or_default();
            (shipments.len() == 2).then_some(shipments)
        })
        .await;
        Self { _shop: shop, anyone, buyer, admin, id, shipments }
    }

    pub async fn comes_to(&self, status: &str) {
        eventually(&format!("the order is {status}"), || async {
            let seen = self.buyer.execute(ORDER, json!({ "id": self.id })).await;
            (seen.data()["order"]["status"] == status).then_some(())
        })
        .await;
    }

    pub async fn buyer_earns_points(&self) {
        eventually("the buyer has earned points", || async {
            let seen = self.buyer.execute("{ me { points { available pending } } }", json!({})).await;
            let points = &seen.data()["me"]["points"];
            (points["available"].as_i64() > Some(0) && points["pending"] == 0).then_some(())
        })
        .await;
    }

    /// What a seller does with a shipment.
    pub async fn handle(&self, mutation: &str, shipment: &Value) {
        act(&self.admin, mutation, json!({ "shipmentId": shipment["id"] }), "ShipmentPayload").await;
    }
}

/// Sends a mutation with its one input, which has this outcome.
pub async fn act(client: &Client, mutation: &str, input: Value, outcome: &str) {
    let (first, rest) = mutation.split_at(1);
    let operation = format!(
        "mutation M($input: {}{rest}Input!) {{ {mutation}(input: $input) {{ __typename }} }}",
        first.to_uppercase()
    );
    let done = client.execute(&operation, json!({ "input": input })).await;
    assert_eq!(done.data()[mutation]["__typename"], outcome, "{done:?}");
}

/// Has everything brought to the town by the next half hour, for 3.00 a parcel.
async fn open_slots(admin: &Client) {
    let all = json!(["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]);
    let time = |half: u32| format!("{:02}:{}", half / 2, if half.is_multiple_of(2) { "00" } else { "30" });
    let window =
        |half: u32| json!({ "weekdays": all, "begins": time(half), "ends": time(half + 1), "capacity": 5 });
    let bounds = City::bundled().unwrap().bounds();
    let (low, high) = (bounds.south_west, bounds.north_east);
    let ring = json!([
        [low.longitude(), low.latitude()],
        [high.longitude(), low.latitude()],
        [high.longitude(), high.latitude()],
        [low.longitude(), high.latitude()],
        [low.longitude(), low.latitude()],
    ]);
    let service = json!({
        "name": "By the half hour", "kind": "SLOT", "rates": [{ "fee": { "amount": "3", "currency": "EUR" } }],
        "windows": (0..48).map(window).collect::<Vec<_>>(),
    });
    let input = json!({
        "name": "Soukhaven", "priority": 10, "timeZone": "Europe/Berlin", "services": [service],
        "area": { "type": "Polygon", "coordinates": [ring] },
    });
    act(admin, "setDeliveryZone", input, "DeliveryZonePayload").await;
}

/// How the cart of a buyer is delivered: in the first slot that is left, whose price the quote had.
async fn choose(buyer: &Client, destination: &Value) -> Value {
    let option = eventually("the zone is known in every process", || async {
        let quoted = buyer.execute(QUOTE, json!({ "destination": destination })).await;
        let delivery = quoted.data()["checkoutQuote"]["delivery"].clone();
        (delivery["problem"] == "SLOT_NEEDED").then(|| delivery["options"][0].clone())
    })
    .await;
    assert_eq!((&option["kind"], &option["price"]["amount"]), (&json!("SLOT"), &json!("6.00")));
    let estimate = "query Estimate($address: DeliveryAddressInput!) { products(first: 3) { nodes { name
        deliveryEstimate(address: $address) { kind arrivesBy } } } }";
    let estimated = buyer.execute(estimate, json!({ "address": destination })).await;
    let products = estimated.data()["products"]["nodes"].as_array().unwrap();
    assert!(products.iter().all(|product| product["deliveryEstimate"]["kind"] == "SLOT"), "{estimated:?}");
    let now = SystemClock.now();
    let variables = json!({ "address": destination, "from": now, "to": now + TimeDelta::hours(2) });
    let slots = buyer.execute(SLOTS, variables).await;
    let slot = &slots.data()["deliverySlots"][0];
    assert_eq!(slot["isAvailable"], true, "{slots:?}");
    let choice = json!({ "optionId": option["id"], "slotId": slot["id"] });
    let quoted = buyer.execute(QUOTE, json!({ "destination": destination, "delivery": choice })).await;
    let quote = &quoted.data()["checkoutQuote"];
    assert_eq!((&quote["delivery"]["problem"], &quote["shipping"]["amount"]), (&Value::Null, &json!("6.00")));
    assert_eq!(quote["delivery"]["arrivesBy"], slot["ends"]);
    json!({ "delivery": choice, "expectedTotal": quote["total"] })
}

/// One thing from each of two vendors, paid, to an address in the bundled city.
async fn order(anyone: &Client, buyer: &Client) -> String {
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
    let destination =
        json!({ "line1": "Breite Straße 7", "city": "Soukhaven", "postalCode": "28991", "country": "DE" });
    let mut input = json!({
        "idempotencyKey": fresh_id(),
        "shippingAddress": {
            "recipient": "Dana Delivery", "line1": "Breite Straße 7", "city": "Soukhaven", "postalCode": "28991",
            "country": "DE",
        },
        "payment": { "gateway": "sandbox", "token": "tok_approve" },
    });
    let chosen = choose(buyer, &destination).await;
    input.as_object_mut().unwrap().extend(chosen.as_object().unwrap().clone());
    let placed = buyer.execute(PLACE, json!({ "input": input })).await;
    let order = &placed.data()["placeOrder"]["order"];
    assert_eq!(order["status"], "PAID", "{placed:?}");
    order["id"].as_str().unwrap().to_owned()
}
