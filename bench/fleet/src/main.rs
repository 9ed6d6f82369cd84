//! How good plans are, and how long they take: `cargo run --release -p bench-fleet [seed]`.
//!
//! Random stops in a town, vans from one depot, against the nearest neighbour under the same limits: the better of two
//! kinds, from which "shorter" counts.
#![expect(clippy::print_stdout, reason = "it prints figures")]

mod nearest_neighbour;
mod town;

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use platform_fleet::{Limits, Plan, plan};

use crate::nearest_neighbour::{Nearest, nearest_neighbour};
use crate::town::Town;

/// Stops, vans and seconds to plan.
const SIZES: [(usize, usize, u64); 4] = [(100, 5, 1), (100, 5, 4), (1_000, 40, 10), (1_000, 40, 50)];

fn main() -> Result<()> {
    let seed = std::env::args().nth(1).map_or(Ok(1), |seed| seed.parse()).context("the seed is a number")?;
    println!("stops  vans  method               time s  served  vans used  driving h       km  shorter");
    for (stops, vans, seconds) in SIZES {
        let town = Town::new(stops, vans, seed);
        let baseline = |nearest| nearest_neighbour(&town.travel(), &town.stops, &town.vehicles, nearest);
        let begun = Instant::now();
        let by_road = baseline(Nearest::ByRoad);
        let by_road_time = begun.elapsed();
        let in_time = baseline(Nearest::InTime);
        let in_time_time = begun.elapsed() - by_road_time;
        // The one that serves more, and of equals the one that drives less.
        let other = [&by_road, &in_time]
            .into_iter()
            .min_by_key(|plan| (plan.unassigned.len(), town.driving(plan)))
            .unwrap_or(&in_time);
        row(&town, "nearest by road", by_road_time, &by_road, other);
        row(&town, "nearest in time", in_time_time, &in_time, other);
        let limits = Limits { time: Duration::from_secs(seconds), generations: usize::MAX };
        let begun = Instant::now();
        let found = plan(&town.travel(), &town.stops, &town.vehicles, &limits)?;
        row(&town, &format!("plan, given {seconds} s"), begun.elapsed(), &found, other);
    }
    Ok(())
}

fn row(town: &Town, method: &str, time: Duration, found: &Plan, other: &Plan) {
    let (stops, vans, served) =
        (town.stops.len(), town.vehicles.len(), town.stops.len() - found.unassigned.len());
    let (time, used) = (time.as_secs_f64(), found.tours.len());
    let (driving, other) = (f64::from(town.driving(found)), f64::from(town.driving(other)));
    let kilometers = found.tours.iter().map(|tour| tour.meters).sum::<u64>() / 1_000;
    let shorter = 100.0 * (1.0 - driving / other);
    let hours = driving / 3_600.0;
    println!(
        "{stops:5}  {vans:4}  {method:19}  {time:6.2}  {served:6}  {used:9}  {hours:9.2}  {kilometers:7}  {shorter:5.1} %"
    );
}
