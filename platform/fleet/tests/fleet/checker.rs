//! Whether a plan keeps what it promises: every second of every tour is walked through.

use std::collections::BTreeSet;

use platform_fleet::{Plan, Tour};

use crate::instance::Instance;

/// The first promise that is broken.
pub fn broken(instance: &Instance, plan: &Plan) -> Option<String> {
    let mut seen = BTreeSet::new();
    let visited = plan.tours.iter().flat_map(|tour| tour.visits.iter().map(|visit| visit.stop));
    for stop in visited.chain(plan.unassigned.iter().copied()) {
        if !seen.insert(stop) {
            return Some(format!("stop {stop} is there twice"));
        }
    }
    if seen != (0..instance.stops.len()).collect() {
        return Some(format!("of {} stops there are {seen:?}", instance.stops.len()));
    }
    if !plan.tours.is_sorted_by(|one, other| one.vehicle < other.vehicle) || !plan.unassigned.is_sorted() {
        return Some("the order of tours or of unassigned stops".to_owned());
    }
    plan.tours.iter().find_map(|tour| {
        broken_tour(instance, tour).map(|promise| format!("vehicle {}: {promise}", tour.vehicle))
    })
}

fn broken_tour(instance: &Instance, tour: &Tour) -> Option<String> {
    let vehicle = &instance.vehicles[tour.vehicle];
    let load: u64 = tour.visits.iter().map(|visit| u64::from(instance.stops[visit.stop].load)).sum();
    if load > u64::from(vehicle.capacity) {
        return Some(format!("a load of {load}"));
    }
    if tour.visits.is_empty() || tour.visits.len() > vehicle.max_stops as usize {
        return Some(format!("{} stops", tour.visits.len()));
    }
    if tour.departure < vehicle.shift.from || tour.back > vehicle.shift.to {
        return Some(format!("out of the shift from {} to {}", tour.departure, tour.back));
    }
    let (mut clock, mut place, mut meters) = (tour.departure, vehicle.depot, 0);
    for visit in &tour.visits {
        let stop = &instance.stops[visit.stop];
        let way = instance.seconds(place, stop.place);
        (clock, place, meters) = (clock + i64::from(way), stop.place, meters + u64::from(way) * 8);
        if let Some(window) = stop.window {
            clock = clock.max(window.from);
            if clock > window.to {
                return Some(format!("stop {} at {clock}, which is too late", visit.stop));
            }
        }
        if visit.arrival != clock {
            return Some(format!("stop {} at {clock}, not at {}", visit.stop, visit.arrival));
        }
        clock += i64::from(stop.service_seconds);
    }
    let way = instance.seconds(place, vehicle.depot);
    let (back, meters) = (clock + i64::from(way), meters + u64::from(way) * 8);
    (tour.back != back || tour.meters != meters).then(|| format!("back at {back} after {meters} m"))
}
