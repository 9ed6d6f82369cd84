//! The demo's delivery zone and pick-up points, in the bundled city.

use anyhow::{Context, Result};
use platform_geo::City;
use router_transport::Value;
use serde_json::json;

use super::Crew;
use crate::commands::demo::calls::send;

/// Name of each pick-up point, and its house in the city.
const POINTS: [(&str, u64); 3] =
    [("Kiosk am Hafen", 3_000), ("Buchladen Neuland", 9_000), ("Café Breite", 15_000)];
const ALL_DAYS: [&str; 7] = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"];
/// The begins of the slots, in hours of the day; each is of two hours.
const SLOTS: [u32; 7] = [8, 10, 12, 14, 16, 18, 20];
/// How many orders come in a slot.
const CAPACITY: i32 = 10;

/// Makes the zone and the points that are missing.
pub async fn seed(crew: &Crew) -> Result<()> {
    let city = City::bundled()?;
    let query =
        "query Zones { deliveryZones(first: 50) { nodes { name } } pickUpPoints(first: 50) { name } }";
    let known = send(&crew.shop.logistics, &crew.staff, query, json!({})).await?;
    let has = |path: &str, name: &str| {
        let mut named = known.pointer(path).and_then(Value::as_array).into_iter().flatten();
        named.any(|row| row.pointer("/name") == Some(&json!(name)))
    };
    if !has("/deliveryZones/nodes", city.name()) {
        let set =
            "mutation Zone($input: SetDeliveryZoneInput!) { setDeliveryZone(input: $input) { __typename } }";
        send(&crew.shop.logistics, &crew.staff, set, json!({ "input": zone(city) })).await?;
    }
    for (name, house) in POINTS.into_iter().filter(|(name, _)| !has("/pickUpPoints", name)) {
        let address =
            city.address(house).with_context(|| format!("{name} has a house in the bundled city"))?;
        let set =
            "mutation Point($input: SetPickUpPointInput!) { setPickUpPoint(input: $input) { __typename } }";
        let at = address.position;
        let input = json!({
            "name": name, "timeZone": city.time_zone(),
            "address": { "line1": address.line1, "city": address.city, "postalCode": address.postal_code, "country": address.country },
            "position": { "latitude": at.latitude(), "longitude": at.longitude() },
            "hours": [{ "weekdays": ALL_DAYS, "opens": "07:00", "closes": "22:00" }],
        });
        send(&crew.shop.logistics, &crew.staff, set, json!({ "input": input }))
            .await
            .with_context(|| format!("the demo's pick-up point {name} cannot be made"))?;
    }
    Ok(())
}

/// The city, in which parcels come in some days, on the same day, in hours that the buyer chooses, or to a point.
fn zone(city: &City) -> serde_json::Value {
    let (low, high) = (city.bounds().south_west, city.bounds().north_east);
    let corner = |longitude: f64, latitude: f64| json!([longitude, latitude]);
    let ring = [
        corner(low.longitude(), low.latitude()),
        corner(high.longitude(), low.latitude()),
        corner(high.longitude(), high.latitude()),
        corner(low.longitude(), high.latitude()),
        corner(low.longitude(), low.latitude()),
    ];
    let rate_in = |currency: &str, fee: &str, free_from: &str| json!({ "fee": { "amount": fee, "currency": currency }, "freeFrom": { "amount": free_from, "currency": currency } });
    let rate = |fee: &str, free_from: &str| rate_in("EUR", fee, free_from);
    // As everywhere else.
    let standard = [
        rate("4.99", "50"),
        rate_in("USD", "5.99", "60"),
        rate_in("GBP", "4.49", "45"),
        rate_in("JPY", "500", "5000"),
    ];
    let window = |hour: &u32| {
        json!({ "weekdays": ALL_DAYS, "begins": format!("{hour:02}:00"), "ends": format!("{:02}:00", hour + 2),
            "capacity": CAPACITY })
    };
    let windows: Vec<_> = SLOTS.iter().map(window).collect();
    json!({
        "name": city.name(), "priority": 10, "timeZone": city.time_zone(), "countries": [city.country()],
        "area": { "type": "Polygon", "coordinates": [ring] },
        "services": [
            { "name": "Standard delivery", "kind": "STANDARD", "weekdays": ALL_DAYS, "maxDays": 1, "rates": standard },
            { "name": "Today", "kind": "SAME_DAY", "weekdays": ALL_DAYS, "cutOff": "17:00", "rates": [rate("7.99", "100")] },
            { "name": "When you are home", "kind": "SLOT", "weekdays": ALL_DAYS, "rates": [rate("5.99", "80")],
                "windows": windows, "closesMinutesBefore": 60 },
            { "name": "Pick-up point", "kind": "PICK_UP", "weekdays": ALL_DAYS, "maxDays": 1, "rates": [rate("1.99", "20")] },
        ],
    })
}
