//! What the recipient of a shipment may know of the route that it is on: when it comes and how many come before, never
//! where else the van goes.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use logistics_entities::route::{Model, Status};
use logistics_entities::{RouteId, courier, depot, stop};
use platform_core::id::ShipmentId;
use platform_geo::{Leg, Position};

use super::error::RouteError;
use super::store;
use super::timeline::Timeline;
use super::view::DeliveryProof;
use crate::app::App;
use crate::live::Fix;

/// The van is shown to a recipient from so many stops before theirs on.
const SHOWN_STOPS: usize = 10;
/// The most points of the way ahead that are shown.
const MAX_POINTS: usize = 100;

/// A shipment on a route. Cheap to clone: positions come often.
#[derive(Debug, Clone)]
pub struct Ride {
    trip: Arc<Trip>,
    fix: Option<Fix>,
}

/// What stays the same of a ride until its route changes.
#[derive(Debug)]
struct Trip {
    route: Model,
    /// All of the route, by their numbers.
    stops: Vec<stop::Model>,
    /// Where the shipment is delivered.
    stop: stop::Model,
    courier_name: String,
    time_zone: String,
}

/// When a shipment is to arrive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, async_graphql::SimpleObject)]
#[graphql(name = "DeliveryEta")]
pub struct Eta {
    /// Hardly before.
    pub earliest: DateTime<Utc>,
    /// Hardly after.
    pub latest: DateTime<Utc>,
    /// Most likely.
    pub expected: DateTime<Utc>,
}

/// The ride of a shipment: its last one, if a courier ever had it.
pub async fn ride_of(app: &App, shipment: ShipmentId) -> Result<Option<Ride>, RouteError> {
    let Some(stop) = store::last_stop(app.database(), shipment).await? else { return Ok(None) };
    let Some(route) = store::find(app.database(), stop.route_id).await? else { return Ok(None) };
    let stops = store::stops(app.database().read(), route.id).await?;
    let (courier, depot) = store::courier_and_depot(app.database(), &route).await?;
    let fix = app.live().last(route.id).or_else(|| Fix::stored(&route));
    let trip = Trip {
        route,
        stops,
        stop,
        courier_name: courier.map_or_else(String::new, |courier: courier::Model| courier.name),
        time_zone: depot.map_or_else(|| Tz::UTC.name().to_owned(), |depot: depot::Model| depot.time_zone),
    };
    Ok(Some(Ride { trip: Arc::new(trip), fix }))
}

impl Ride {
    pub fn route(&self) -> RouteId {
        self.trip.route.id
    }

    /// As the courier is called.
    pub fn courier_name(&self) -> &str {
        &self.trip.courier_name
    }

    /// Name of the time zone in which the shipment is delivered.
    pub fn time_zone(&self) -> &str {
        &self.trip.time_zone
    }

    /// Where, or with whom, the shipment was left.
    pub fn proof(&self) -> Option<DeliveryProof> {
        DeliveryProof::of(&self.trip.stop)
    }

    /// The same ride, with the van where it is now.
    #[must_use]
    pub fn with_fix(&self, fix: Fix) -> Self {
        Self { trip: self.trip.clone(), fix: Some(fix) }
    }

    /// Whether the shipment is still to be delivered on it.
    pub fn is_pending(&self) -> bool {
        self.trip.stop.status == stop::Status::Pending && super::status::is_open(self.trip.route.status)
    }

    /// How many recipients come before; `None` where the van is not on the road to this one.
    pub fn stops_before(&self) -> Option<usize> {
        let place = |stop: &stop::Model| (stop.latitude, stop.longitude);
        let before = self.trip.stops.iter().filter(|stop| stop.number < self.trip.stop.number);
        let before = before.filter(|stop| stop.status == stop::Status::Pending);
        // What else is brought to the same door keeps nobody waiting.
        let before = before.filter(|stop| place(stop) != place(&self.trip.stop)).count();
        (self.is_pending() && self.trip.route.status == Status::Started).then_some(before)
    }

    /// When the van is to be there, as it looks now.
    pub fn eta(&self, now: DateTime<Utc>) -> Option<Eta> {
        let fix = self.fix.filter(|_| self.trip.route.status == Status::Started);
        let expected = Timeline::of(&self.trip.route, &self.trip.stops, fix, now).arrival(&self.trip.stop)?;
        let (early, late) = margins(expected - now);
        Some(Eta { earliest: (expected - early).max(now), latest: expected + late, expected })
    }

    /// Where the van is; `None` where it has too many recipients before this one, or is not on the road to it.
    pub fn fix(&self) -> Option<Fix> {
        let is_shown = self.stops_before().is_some_and(|before| before <= SHOWN_STOPS);
        self.fix.filter(|_| is_shown)
    }

    /// Where the shipment is delivered.
    pub fn destination(&self) -> Option<Position> {
        Position::from_micro(self.trip.stop.latitude, self.trip.stop.longitude).ok()
    }

    /// The way of the van to the recipient, once nobody comes before: the way to others would lead to their doors.
    pub fn path_ahead(&self) -> Vec<Position> {
        let Some(fix) = self.fix().filter(|_| self.stops_before() == Some(0)) else { return Vec::new() };
        // The way to the next stop, which is the recipient's door.
        let next = self.trip.stops.iter().find(|stop| stop.status == stop::Status::Pending);
        let leg = next.and_then(|next| serde_json::from_value::<Leg>(next.leg.clone()).ok());
        let Some(leg) = leg else { return Vec::new() };
        let rest = leg.rest(leg.seconds() - f64::from(fix.seconds_left));
        let step = rest.len().div_ceil(MAX_POINTS).max(1);
        let last = rest.len().saturating_sub(1);
        let shown = rest.into_iter().enumerate().filter(|(index, _)| index % step == 0 || *index == last);
        shown.map(|(_, point)| point).collect()
    }
}

/// How much earlier and later than expected a van may come that is so long away: a sixth and a third of it, at least one
/// and two minutes.
fn margins(away: TimeDelta) -> (TimeDelta, TimeDelta) {
    let part = |of: i32, least: i64| (away / of).max(TimeDelta::minutes(least));
    (part(6, 1), part(3, 2))
}
