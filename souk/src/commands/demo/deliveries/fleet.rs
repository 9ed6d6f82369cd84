//! The demo's depots and couriers.

use anyhow::{Context, Result};
use platform_geo::{City, Geocoder, Wanted};
use router_transport::Value;
use serde_json::json;
use users::demo::DemoLogin;

use super::Crew;
use crate::commands::demo::calls::send;

/// Name and address of each depot, in the bundled city.
const DEPOTS: [(&str, &str); 2] = [("Depot Hafen", "Kaistraße 21"), ("Depot Neuland", "Neulandstraße 23")];
/// How many shipments a demo courier takes.
const CAPACITY: i32 = 12;

/// Makes the depots and couriers that are missing.
pub async fn seed(crew: &Crew, couriers: &[&DemoLogin]) -> Result<()> {
    let query = "query Fleet { depots { id name } couriers(first: 50) { nodes { user { id } } } }";
    let known = send(&crew.shop.logistics, &crew.staff, query, json!({})).await?;
    let mut depots = Vec::new();
    for (name, line1) in DEPOTS {
        let all = known.pointer("/depots").and_then(Value::as_array).into_iter().flatten();
        let found = all.clone().find(|depot| depot.pointer("/name") == Some(&json!(name)));
        depots.push(match found.and_then(|depot| depot.pointer("/id")) {
            Some(id) => id.clone(),
            None => depot(crew, name, line1).await?,
        });
    }
    let is_known = |login: &DemoLogin| {
        let mut nodes = known.pointer("/couriers/nodes").and_then(Value::as_array).into_iter().flatten();
        nodes.any(|courier| courier.pointer("/user/id") == Some(&json!(login.id)))
    };
    let missing = couriers.iter().zip(depots.iter().cycle()).filter(|(login, _)| !is_known(login));
    for (login, depot) in missing {
        let set =
            "mutation Courier($input: SetCourierInput!) { setCourier(input: $input) { courier { id } } }";
        let input = json!({
            "userId": login.id, "name": login.name, "depotId": depot, "capacity": CAPACITY,
            "shift": { "begins": "00:00", "ends": "24:00" },
        });
        send(&crew.shop.logistics, &crew.staff, set, json!({ "input": input })).await?;
    }
    Ok(())
}

async fn depot(crew: &Crew, name: &str, line1: &str) -> Result<Value> {
    let city = City::bundled()?;
    let wanted = Wanted {
        line1: line1.to_owned(),
        postal_code: String::new(),
        city: city.name().to_owned(),
        country: city.country().to_owned(),
    };
    let at = city.find(&wanted).await?.with_context(|| format!("{line1} is in the bundled city"))?.position;
    let set = "mutation Depot($input: SetDepotInput!) { setDepot(input: $input) { depot { id } } }";
    let position = json!({ "latitude": at.latitude(), "longitude": at.longitude() });
    let input = json!({ "name": name, "position": position, "timeZone": city.time_zone() });
    let made = send(&crew.shop.logistics, &crew.staff, set, json!({ "input": input })).await?;
    made.pointer("/setDepot/depot/id").cloned().context("a demo depot is stored")
}
