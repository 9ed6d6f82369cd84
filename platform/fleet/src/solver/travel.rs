//! Driving as the solver asks for it.

use vrp_core::models::common::{Distance, Duration, Location, Profile};
use vrp_core::models::problem::{TransportCost, TravelTime};
use vrp_core::models::solution::Route;

/// Seconds between places. They stand for the distance too: what the solver counts as time includes waiting and service,
/// and only its distance is what we minimize, time of driving.
pub struct Seconds {
    pub size: usize,
    pub entries: Vec<u32>,
}

impl Seconds {
    fn between(&self, from: Location, to: Location) -> f64 {
        self.entries.get(from * self.size + to).copied().map_or(f64::from(u32::MAX), f64::from)
    }
}

impl TransportCost for Seconds {
    fn duration_approx(&self, _: &Profile, from: Location, to: Location) -> Duration {
        self.between(from, to)
    }

    fn distance_approx(&self, _: &Profile, from: Location, to: Location) -> Distance {
        self.between(from, to)
    }

    fn duration(&self, _: &Route, from: Location, to: Location, _: TravelTime) -> Duration {
        self.between(from, to)
    }

    fn distance(&self, _: &Route, from: Location, to: Location, _: TravelTime) -> Distance {
        self.between(from, to)
    }
}
