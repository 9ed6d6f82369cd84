//! Instances on a plane of points.

use std::time::Duration;

use platform_fleet::{FleetError, Limits, Plan, Stop, Travel, Vehicle, Window, plan};

/// Places are points; a way takes a second and 8 metres for each unit of its distance along the axes.
#[derive(Debug, Clone)]
pub struct Instance {
    pub points: Vec<(i32, i32)>,
    pub stops: Vec<Stop>,
    pub vehicles: Vec<Vehicle>,
}

impl Instance {
    /// One vehicle at the first point, with room and time for all, and a stop of load 1 at each other point.
    pub fn at(points: &[(i32, i32)]) -> Self {
        Self {
            points: points.to_vec(),
            stops: (1..points.len()).map(|place| stop(place, None)).collect(),
            vehicles: vec![van(1_000, 1_000_000)],
        }
    }

    pub fn seconds(&self, from: usize, to: usize) -> u32 {
        let (from, to) = (self.points[from], self.points[to]);
        from.0.abs_diff(to.0) + from.1.abs_diff(to.1)
    }

    pub fn plan(&self) -> Plan {
        self.plan_within(Limits { time: Duration::from_secs(20), generations: 300 }).unwrap()
    }

    pub fn plan_within(&self, limits: Limits) -> Result<Plan, FleetError> {
        let size = self.points.len();
        let seconds: Vec<u32> = (0..size)
            .flat_map(|from| (0..size).map(move |to| (from, to)))
            .map(|(from, to)| self.seconds(from, to))
            .collect();
        let meters: Vec<u32> = seconds.iter().map(|seconds| seconds * 8).collect();
        plan(&Travel { size, seconds: &seconds, meters: &meters }, &self.stops, &self.vehicles, &limits)
    }

    /// Seconds of driving in all tours.
    pub fn driving(&self, plan: &Plan) -> u32 {
        plan.tours
            .iter()
            .map(|tour| {
                let depot = self.vehicles[tour.vehicle].depot;
                let mut place = depot;
                let there: u32 = tour
                    .visits
                    .iter()
                    .map(|visit| {
                        let next = self.stops[visit.stop].place;
                        self.seconds(std::mem::replace(&mut place, next), next)
                    })
                    .sum();
                there + self.seconds(place, depot)
            })
            .sum()
    }
}

/// Load 1, no service.
pub fn stop(place: usize, window: Option<(i64, i64)>) -> Stop {
    Stop { place, load: 1, service_seconds: 0, window: window.map(|(from, to)| Window { from, to }) }
}

/// At place 0, from second 0 to `to`.
pub fn van(capacity: u32, to: i64) -> Vehicle {
    Vehicle { depot: 0, capacity, shift: Window { from: 0, to }, max_stops: 1_000 }
}

/// The stops of each tour in order.
pub fn orders(plan: &Plan) -> Vec<Vec<usize>> {
    plan.tours.iter().map(|tour| tour.visits.iter().map(|visit| visit.stop).collect()).collect()
}
