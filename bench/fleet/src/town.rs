//! Random instances.

use platform_fleet::{Plan, Stop, Travel, Vehicle, Window};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

/// Metres from west to east and from south to north.
const SIZE: (f64, f64) = (9_000.0, 7_000.0);
/// Metres of road for a metre of straight line.
const DETOUR: f64 = 1.3;
/// Metres per second: 25 km/h.
const SPEED: f64 = 25.0 / 3.6;
const DAY: i64 = 9 * 3_600;
const WINDOW: i64 = 2 * 3_600;
const SERVICE_SECONDS: u32 = 3 * 60;

/// Stops and vans in a rectangle. The depot is at place 0, a stop at the place after its index.
pub struct Town {
    pub stops: Vec<Stop>,
    pub vehicles: Vec<Vehicle>,
    seconds: Vec<u32>,
    meters: Vec<u32>,
}

impl Town {
    /// Windows begin at any second of the day at which they end within it; each van may carry a quarter more than its
    /// part of all loads.
    pub fn new(stops: usize, vans: usize, seed: u64) -> Self {
        let mut random = StdRng::seed_from_u64(seed);
        let places: Vec<(f64, f64)> = (0..=stops)
            .map(|_| (random.random_range(0.0..SIZE.0), random.random_range(0.0..SIZE.1)))
            .collect();
        let stops: Vec<Stop> = (1..=stops)
            .map(|place| {
                let from = random.random_range(0..=DAY - WINDOW);
                let window = Some(Window { from, to: from + WINDOW });
                Stop { place, load: random.random_range(1..=10), service_seconds: SERVICE_SECONDS, window }
            })
            .collect();
        let load: u32 = stops.iter().map(|stop| stop.load).sum();
        let capacity = load * 5 / 4 / u32::try_from(vans).unwrap_or(u32::MAX).max(1);
        let van = Vehicle { depot: 0, capacity, shift: Window { from: 0, to: DAY }, max_stops: u32::MAX };
        let ways = || places.iter().flat_map(|from| places.iter().map(move |to| way(*from, *to)));
        Self {
            vehicles: vec![van; vans],
            seconds: ways().map(|meters| whole(meters / SPEED)).collect(),
            meters: ways().map(whole).collect(),
            stops,
        }
    }

    pub fn travel(&self) -> Travel<'_> {
        Travel { size: self.stops.len() + 1, seconds: &self.seconds, meters: &self.meters }
    }

    /// Seconds of driving.
    pub fn driving(&self, plan: &Plan) -> u32 {
        plan.tours
            .iter()
            .map(|tour| {
                let places = || std::iter::once(0).chain(tour.visits.iter().map(|visit| visit.stop + 1));
                let ways = places().zip(places().skip(1).chain([0]));
                ways.map(|(from, to)| seconds(&self.travel(), from, to)).sum::<u32>()
            })
            .sum()
    }
}

/// Seconds between places of a town.
pub fn seconds(travel: &Travel<'_>, from: usize, to: usize) -> u32 {
    travel.seconds.get(from * travel.size + to).copied().unwrap_or(u32::MAX)
}

fn way(from: (f64, f64), to: (f64, f64)) -> f64 {
    (from.0 - to.0).hypot(from.1 - to.1) * DETOUR
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a way in town is short")]
fn whole(value: f64) -> u32 {
    value.round() as u32
}
