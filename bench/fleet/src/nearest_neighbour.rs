//! The baseline: one van after another goes on to the nearest stop.

use platform_fleet::{Plan, Stop, Tour, Travel, Vehicle, Visit};

use crate::town::seconds;

/// What is nearest to a van.
#[derive(Clone, Copy)]
pub enum Nearest {
    /// The stop at the end of the shortest way; of several the one whose service begins first.
    ByRoad,
    /// The stop whose service begins first; of several the one at the end of the shortest way.
    InTime,
}

/// Under the same limits as `plan`: a van goes on to the nearest stop that it can serve, and still be back in time.
pub fn nearest_neighbour(
    travel: &Travel<'_>,
    stops: &[Stop],
    vehicles: &[Vehicle],
    nearest: Nearest,
) -> Plan {
    let mut open: Vec<usize> = (0..stops.len()).collect();
    let mut plan = Plan::default();
    for (index, vehicle) in vehicles.iter().enumerate() {
        let (mut place, mut time, mut free) = (vehicle.depot, vehicle.shift.from, vehicle.capacity);
        let (mut visits, mut meters) = (Vec::new(), 0);
        while let Some((arrival, stop, next)) = open
            .iter()
            .filter_map(|&index| stops.get(index).map(|stop| (index, stop)))
            .filter_map(|(index, stop)| Some((begin(travel, vehicle, place, time, stop)?, index, stop)))
            .filter(|(_, _, stop)| stop.load <= free)
            .min_by_key(|(begin, _, stop)| {
                let way = i64::from(seconds(travel, place, stop.place));
                match nearest {
                    Nearest::ByRoad => (way, *begin),
                    Nearest::InTime => (*begin, way),
                }
            })
        {
            visits.push(Visit { stop, arrival });
            open.retain(|other| *other != stop);
            meters += way(travel, place, next.place);
            (place, time, free) = (next.place, arrival + i64::from(next.service_seconds), free - next.load);
        }
        if !visits.is_empty() {
            meters += way(travel, place, vehicle.depot);
            let back = time + i64::from(seconds(travel, place, vehicle.depot));
            plan.tours.push(Tour { vehicle: index, departure: vehicle.shift.from, visits, back, meters });
        }
    }
    plan.unassigned = open;
    plan
}

/// When the service of a stop can begin, if it can be served and the van can be back in time.
fn begin(travel: &Travel<'_>, vehicle: &Vehicle, place: usize, time: i64, stop: &Stop) -> Option<i64> {
    let arrival = time + i64::from(seconds(travel, place, stop.place));
    let begin = stop.window.map_or(arrival, |window| arrival.max(window.from));
    let back =
        begin + i64::from(stop.service_seconds) + i64::from(seconds(travel, stop.place, vehicle.depot));
    (stop.window.is_none_or(|window| begin <= window.to) && back <= vehicle.shift.to).then_some(begin)
}

fn way(travel: &Travel<'_>, from: usize, to: usize) -> u64 {
    travel.meters.get(from * travel.size + to).copied().map_or(0, u64::from)
}
