//! What is sent in the demo: orders of the demo's buyers to houses of the bundled city, and whatever else is ordered there.

use anyhow::{Context, Result};
use chrono::{DateTime, TimeDelta, Utc};
use platform_core::id::VendorId;
use platform_geo::{City, Geocoder, Wanted};
use router_transport::Value;
use serde_json::json;
use users::demo::{BUYERS, DemoLogin};

use super::Crew;
use crate::commands::demo::calls::{self, send};
use crate::commands::demo::orders::{basket, check_out, fill_cart};
use crate::commands::demo::stories::Country;

/// What lies longer at its seller is left to people who try out how a seller works.
const FRESH: TimeDelta = TimeDelta::minutes(10);

/// Orders something to a house of the city, as the demo's buyer of this turn.
pub async fn order(crew: &Crew, turn: u64, house: u64) -> Result<()> {
    let index = usize::try_from(turn)? % BUYERS.len();
    let buyer: &DemoLogin = BUYERS.get(index).context("there are demo buyers")?;
    let city = City::bundled()?;
    let home = city.address(house % city.houses()).context("the house is in the bundled city")?;
    let caller = calls::buyer(buyer, Country::Germany.market());
    fill_cart(&crew.shop, &caller, &basket(u32::try_from(turn % 10_000)?, 1), None).await?;
    let input = json!({
        "idempotencyKey": format!("demo-delivery-{turn}"),
        "shippingAddress": {
            "recipient": buyer.name, "line1": home.line1, "city": home.city, "postalCode": home.postal_code,
            "country": home.country,
        },
        "payment": { "gateway": "sandbox", "token": "tok_approve" },
    });
    check_out(&crew.shop, &caller, input).await.map(drop)
}

/// Hands over what was ordered to the city and is at its seller since `age`; returns how much that was.
pub async fn hand_over(crew: &Crew, now: DateTime<Utc>, age: TimeDelta) -> Result<usize> {
    let query = "query Packing { shipments(first: 100, filter: { statuses: [CREATED, PACKED] }) { nodes {
        id createdAt vendor { id } destination { line1 city postalCode country } } } }";
    let found = send(&crew.shop.logistics, &crew.staff, query, json!({})).await?;
    let mut handed = 0;
    for shipment in found.pointer("/shipments/nodes").and_then(Value::as_array).into_iter().flatten() {
        let created: DateTime<Utc> = field(shipment, "/createdAt")?;
        let is_due = (age..FRESH).contains(&(now - created));
        if !is_due || !is_in_city(shipment).await? {
            continue;
        }
        let vendor: VendorId = field(shipment, "/vendor/id")?;
        let seller = calls::seller(crew.seller, vendor);
        let hand = "mutation Hand($input: HandOverShipmentInput!) {
            handOverShipment(input: $input) { __typename }
        }";
        let input = json!({ "shipmentId": shipment.pointer("/id") });
        send(&crew.shop.logistics, &seller, hand, json!({ "input": input })).await?;
        handed += 1;
    }
    Ok(handed)
}

async fn is_in_city(shipment: &Value) -> Result<bool> {
    let text = |field: &str| {
        let at = shipment.pointer(&format!("/destination/{field}"));
        at.and_then(Value::as_str).unwrap_or_default().to_owned()
    };
    let wanted = Wanted {
        line1: text("line1"),
        postal_code: text("postalCode"),
        city: text("city"),
        country: text("country"),
    };
    Ok(City::bundled()?.find(&wanted).await?.is_some())
}

/// A field of an answer.
pub fn field<T: serde::de::DeserializeOwned>(value: &Value, pointer: &str) -> Result<T> {
    let found = value.pointer(pointer).with_context(|| format!("the answer has {pointer}"))?;
    Ok(serde_json::from_value(found.clone())?)
}
