//! From an instance to a plan.

use crate::check::check;
use crate::schedule::Route;
use crate::solver::solve;
use crate::{FleetError, Limits, Stop, Travel, Vehicle};

/// Tours by vehicle, and what no vehicle could serve.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// By ascending vehicle; a vehicle that stays at its depot has none.
    pub tours: Vec<Tour>,
    /// Indices of stops, ascending.
    pub unassigned: Vec<usize>,
}

/// What a vehicle does in its shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tour {
    /// Index of the vehicle.
    pub vehicle: usize,
    /// When it leaves its depot: as late as it can without being back later.
    pub departure: i64,
    /// In the order of driving, at least one.
    pub visits: Vec<Visit>,
    /// When it is at its depot again.
    pub back: i64,
    /// From depot to depot.
    pub meters: u64,
}

/// A stop on a tour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// Index of the stop.
    pub stop: usize,
    /// When the service begins, within the window: a vehicle that is early waits at the door until then.
    pub arrival: i64,
}

/// Plans the tours of `vehicles` through `stops`: as many stops as possible are served; then driving time is least, where
/// a vehicle that leaves its depot counts as [`VEHICLE_SECONDS`](crate::VEHICLE_SECONDS) more. It is a search: a better
/// plan may exist, the same instance may have another plan the next time, and more time finds better ones.
///
/// Blocks until a limit is reached and keeps one core busy meanwhile: call it where blocking is allowed. A first plan,
/// which may take longer than `limits`, needs about 0.05 s of that core for 100 stops, 1 s for 500, 3 s for 1,000 and 5 s
/// for 1,500. Without stops or vehicles, or if no vehicle can serve any stop, it returns at once.
///
/// Errors: [`FleetError`], for places outside of `travel`, windows that end before they begin and too large an instance.
pub fn plan(
    travel: &Travel<'_>,
    stops: &[Stop],
    vehicles: &[Vehicle],
    limits: &Limits,
) -> Result<Plan, FleetError> {
    check(travel, stops, vehicles)?;
    let alone = |vehicle, stop| Route { travel, stops, vehicles, vehicle, order: &[stop] }.tour().is_some();
    let possible: Vec<usize> =
        (0..stops.len()).filter(|&stop| (0..vehicles.len()).any(|vehicle| alone(vehicle, stop))).collect();
    let orders =
        if possible.is_empty() { Vec::new() } else { solve(travel, stops, &possible, vehicles, limits)? };
    let mut tours: Vec<Tour> = orders
        .iter()
        .filter_map(|(vehicle, order)| Route { travel, stops, vehicles, vehicle: *vehicle, order }.tour())
        .collect();
    tours.sort_unstable_by_key(|tour| tour.vehicle);
    let mut served = vec![false; stops.len()];
    for stop in tours.iter().flat_map(|tour| &tour.visits) {
        if let Some(served) = served.get_mut(stop.stop) {
            *served = true;
        }
    }
    let unassigned =
        served.iter().enumerate().filter(|(_, served)| !**served).map(|(stop, _)| stop).collect();
    Ok(Plan { tours, unassigned })
}
