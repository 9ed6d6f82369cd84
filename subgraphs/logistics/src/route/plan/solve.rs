//! Works out the tours.

use std::time::Duration;

use chrono::{DateTime, Utc};
use logistics_entities::{courier, shipment};
use platform_fleet::{Limits, Stop, Travel, Vehicle};
use platform_geo::{Leg, Position, RoadsError};

use super::load::{Free, Load, Waiting};
use crate::app::App;
use crate::route::error::RouteError;

/// How long a courier is with a recipient.
const SERVICE_SECONDS: u32 = 60;
/// How long a plan is worked on, at least, and for each stop; at most as long as staff's request may take.
const PATIENCE: Duration = Duration::from_secs(1);
const PATIENCE_PER_STOP: Duration = Duration::from_millis(20);
const MAX_PATIENCE: Duration = Duration::from_secs(15);
/// Rounds in which a plan is bettered, for each stop: few shipments need few.
const GENERATIONS_PER_STOP: usize = 50;

/// The tour of a courier.
#[derive(Debug)]
pub struct Tour {
    pub courier: courier::Model,
    pub starts_at: DateTime<Utc>,
    pub visits: Vec<Visit>,
    /// In seconds from the last stop to the depot.
    pub way_back: f64,
}

/// A recipient on a tour.
#[derive(Debug)]
pub struct Visit {
    pub shipment: shipment::Model,
    pub place: Position,
    /// The way to it.
    pub leg: Leg,
    /// In seconds from the start of the tour.
    pub arrives_after: f64,
}

pub async fn solve(app: &App, load: &Load) -> Result<Vec<Tour>, RouteError> {
    if load.free.is_empty() || load.located.is_empty() {
        return Ok(Vec::new());
    }
    let depots = load.free.iter().map(|free| free.depot);
    let places: Vec<Position> = depots.chain(load.located.iter().map(|waiting| waiting.place)).collect();
    let matrix = app.roads().matrix(&places).await?;
    let now = app.now().timestamp();
    let vehicles: Vec<Vehicle> =
        (0..).zip(&load.free).map(|(place, free)| vehicle(place, free, now)).collect();
    let stops: Vec<Stop> = (load.free.len()..).zip(&load.located).map(stop).collect();
    let work = move || {
        let travel =
            Travel { size: matrix.size(), seconds: matrix.all_seconds(), meters: matrix.all_meters() };
        let count = u32::try_from(stops.len()).unwrap_or(u32::MAX);
        let limits = Limits {
            time: PATIENCE.saturating_add(PATIENCE_PER_STOP.saturating_mul(count)).min(MAX_PATIENCE),
            generations: stops.len().saturating_mul(GENERATIONS_PER_STOP),
        };
        platform_fleet::plan(&travel, &stops, &vehicles, &limits)
    };
    let plan = tokio::task::spawn_blocking(work).await??;
    let mut tours = Vec::with_capacity(plan.tours.len());
    for planned in plan.tours {
        let Some(free) = load.free.get(planned.vehicle) else { continue };
        let order = planned.visits.iter().filter_map(|visit| {
            let begins_after = visit.arrival.saturating_sub(planned.departure);
            load.located.get(visit.stop).map(|waiting| (waiting, u32::try_from(begins_after).unwrap_or(0)))
        });
        let visits = ways(app, free.depot, order).await?;
        let starts_at = DateTime::from_timestamp(planned.departure, 0).unwrap_or_else(|| app.now());
        let Some(last) = visits.last() else { continue };
        let way_back = way(app, last.place, free.depot).await?;
        // Where the map knows no way back, it takes as long as the way there.
        let way_back = way_back.map_or(last.arrives_after, |leg| leg.seconds());
        tours.push(Tour { courier: free.courier.clone(), starts_at, visits, way_back });
    }
    Ok(tours)
}

fn vehicle(depot: usize, free: &Free, now: i64) -> Vehicle {
    let capacity = u32::try_from(free.courier.capacity).unwrap_or_default();
    let shift = platform_fleet::Window { from: free.shift.from.max(now), to: free.shift.to };
    Vehicle { depot, capacity, shift, max_stops: capacity }
}

fn stop((place, waiting): (usize, &Waiting)) -> Stop {
    Stop { place, load: 1, service_seconds: SERVICE_SECONDS, window: waiting.window }
}

/// The way between two places; `None` where the map knows none.
async fn way(app: &App, from: Position, to: Position) -> Result<Option<Leg>, RouteError> {
    match app.roads().leg(from, to).await {
        Ok(leg) => Ok(Some(leg)),
        Err(RoadsError::OffRoads { .. } | RoadsError::NoWay { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The way from the depot over all stops, in their order, each with the seconds after which it begins by the plan: a van that
/// is early waits at the door.
async fn ways(
    app: &App,
    depot: Position,
    order: impl Iterator<Item = (&Waiting, u32)>,
) -> Result<Vec<Visit>, RouteError> {
    let (mut from, mut clock, mut visits) = (depot, 0.0, Vec::new());
    for (waiting, begins_after) in order {
        // What cannot be driven to waits for staff, and keeps nothing else from being brought.
        let Some(leg) = way(app, from, waiting.place).await? else { continue };
        clock = f64::max(clock + leg.seconds(), begins_after.into());
        visits.push(Visit {
            shipment: waiting.shipment.clone(),
            place: waiting.place,
            leg,
            arrives_after: clock,
        });
        clock += f64::from(SERVICE_SECONDS);
        from = waiting.place;
    }
    Ok(visits)
}
