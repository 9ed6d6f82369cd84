//! A van of the demo: it drives to its stops along the streets, reports where it is, and hands over at the doors.

use anyhow::{Context, Result};
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use platform_core::id::UserId;
use platform_geo::{City, Leg, Position, Roads};
use platform_identity::Caller;
use router_transport::Value;
use serde_json::json;

use super::Crew;
use super::parcels::field;
use crate::commands::demo::calls::{courier, send};

/// How long a courier is at a door.
const AT_THE_DOOR: TimeDelta = TimeDelta::seconds(45);
/// Of so many doors one stays shut.
const SHUT: u32 = 7;

const ROUTE: &str =
    "query Route { myRoutes(first: 1, filter: { statuses: [PLANNED, ACCEPTED, STARTED] }) { nodes {
    id status position { latitude longitude }
    stops { status path { latitude longitude } shipment { id attempts } } } } }";

/// A van and where it goes.
pub struct Van {
    caller: Caller,
    drive: Option<Drive>,
}

/// The way to the next stop.
struct Drive {
    route: Value,
    shipment: Value,
    /// Whether a courier was there in vain before.
    was_tried: bool,
    token: String,
    leg: Leg,
    /// When it began.
    since: DateTime<Utc>,
    /// When the van came to the door.
    arrived: Option<DateTime<Utc>>,
}

impl Van {
    pub fn of(user: UserId) -> Self {
        Self { caller: courier(user), drive: None }
    }

    /// Whether it has somewhere to go.
    pub const fn is_on_the_road(&self) -> bool {
        self.drive.is_some()
    }

    /// Looks anew where it has to go.
    pub fn forget(&mut self) {
        self.drive = None;
    }

    /// The token by which its last stop is followed: it is on the road longest.
    pub fn token(&self) -> Option<&str> {
        self.drive.as_ref().map(|drive| drive.token.as_str())
    }

    /// Takes its route, if it has one, and starts it. A way that begins `ahead` is driven in that part already.
    pub async fn look(&mut self, crew: &Crew, now: DateTime<Utc>, ahead: f64) -> Result<()> {
        let found = send(&crew.shop.logistics, &self.caller, ROUTE, json!({})).await?;
        let Some(route) = found.pointer("/myRoutes/nodes/0") else { return Ok(()) };
        let id = route.pointer("/id").cloned().unwrap_or_default();
        if route.pointer("/status") != Some(&json!("STARTED")) {
            let start = "mutation Start($accept: AcceptRouteInput!, $start: StartRouteInput!) {
                acceptRoute(input: $accept) { __typename } startRoute(input: $start) { __typename }
            }";
            let input = json!({ "routeId": id });
            let variables = json!({ "accept": input, "start": input });
            send(&crew.shop.logistics, &self.caller, start, variables).await?;
        }
        let stops = route.pointer("/stops").and_then(Value::as_array).into_iter().flatten();
        let Some(stop) = stops.clone().find(|stop| stop.pointer("/status") == Some(&json!("PENDING"))) else {
            return Ok(());
        };
        let path: Vec<Position> = field(stop, "/path")?;
        let (first, last) = path.first().zip(path.last()).context("a way has a begin and an end")?;
        // A van that was on its way when the process ended goes on from where it was.
        let from = field::<Option<Position>>(route, "/position")?.unwrap_or(*first);
        let leg = City::bundled()?.leg(from, *last).await?;
        let driven = TimeDelta::milliseconds(milliseconds(leg.seconds() * ahead));
        self.drive = Some(Drive {
            route: id,
            shipment: stop.pointer("/shipment/id").cloned().unwrap_or_default(),
            was_tried: field::<i32>(stop, "/shipment/attempts")? > 0,
            token: token(crew, stops.clone().last().unwrap_or(stop)).await?,
            leg,
            since: now - driven,
            arrived: None,
        });
        Ok(())
    }

    /// Drives for a moment: reports where it is, and at the door hands over.
    pub async fn drive(&mut self, crew: &Crew, now: DateTime<Utc>) -> Result<()> {
        let Some(drive) = &mut self.drive else { return Ok(()) };
        let seconds = seconds(now - drive.since);
        if drive.arrived.is_none() && seconds >= drive.leg.seconds() {
            drive.arrived = Some(now);
        }
        let here = drive.leg.at(seconds);
        let next = drive.leg.at(seconds + 1.0);
        let is_driving = drive.arrived.is_none();
        let position = json!({
            "latitude": here.latitude(), "longitude": here.longitude(), "recordedAt": now.trunc_subsecs(3),
            "heading": is_driving.then(|| here.bearing(next)),
            "speed": if is_driving { here.distance(next) } else { 0.0 },
        });
        let input = json!({ "routeId": drive.route, "positions": [position] });
        let report = "mutation Report($input: ReportPositionInput!) {
            reportPosition(input: $input) { accepted }
        }";
        send(&crew.shop.logistics, &self.caller, report, json!({ "input": input })).await?;
        if drive.arrived.is_none_or(|arrived| now - arrived < AT_THE_DOOR) {
            return Ok(());
        }
        let (route, shipment, was_tried) = (drive.route.clone(), drive.shipment.clone(), drive.was_tried);
        let (latitude, longitude) = here.micro();
        // Whoever is not at home is so for all that comes to the door.
        let door = latitude.unsigned_abs().wrapping_add(longitude.unsigned_abs());
        self.drive = None;
        self.hand_over(crew, &shipment, door, was_tried).await?;
        tracing::debug!(target: "souk", route = %route, shipment = %shipment, "a demo courier was at a door");
        self.look(crew, now, 0.0).await
    }

    async fn hand_over(&self, crew: &Crew, shipment: &Value, door: u32, was_tried: bool) -> Result<()> {
        let is_shut = !was_tried && door.is_multiple_of(SHUT);
        let mark = match is_shut {
            true => {
                "mutation Mark($shipment: ID!) {
                    markAttempted(input: { shipmentId: $shipment, reason: NOBODY_HOME }) { __typename }
                }"
            }
            false => {
                "mutation Mark($shipment: ID!) {
                    markDelivered(input: { shipmentId: $shipment }) { __typename }
                }"
            }
        };
        send(&crew.shop.logistics, &self.caller, mark, json!({ "shipment": shipment })).await.map(drop)
    }
}

/// Of the tracking link of a stop's shipment: staff has it, its courier has not.
async fn token(crew: &Crew, stop: &Value) -> Result<String> {
    let query = "query Link($id: ID) { shipment(id: $id) { trackingToken } }";
    let variables = json!({ "id": stop.pointer("/shipment/id") });
    let found = send(&crew.shop.logistics, &crew.staff, query, variables).await?;
    field(&found, "/shipment/trackingToken")
}

fn seconds(span: TimeDelta) -> f64 {
    span.as_seconds_f64()
}

fn milliseconds(seconds: f64) -> i64 {
    TimeDelta::from_std(std::time::Duration::try_from_secs_f64(seconds).unwrap_or_default())
        .map_or(0, |span| span.num_milliseconds())
}
