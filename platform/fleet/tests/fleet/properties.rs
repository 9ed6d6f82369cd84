//! Random instances, most of which cannot be served as a whole.

use std::time::Duration;

use platform_fleet::{Limits, Stop, Vehicle, Window};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::checker::broken;
use crate::instance::{Instance, stop, van};

const PLACES: usize = 12;

fn window(within: i64) -> impl Strategy<Value = Window> {
    (0..within, 0..within).prop_map(|(one, other)| Window { from: one.min(other), to: one.max(other) })
}

fn stops() -> impl Strategy<Value = Vec<Stop>> {
    let one = (0..PLACES, 0..6_u32, 0..40_u32, prop::option::of(window(900)));
    let one =
        one.prop_map(|(place, load, service_seconds, window)| Stop { place, load, service_seconds, window });
    vec(one, 0..=30)
}

fn vehicles() -> impl Strategy<Value = Vec<Vehicle>> {
    let one = (0..PLACES, 0..30_u32, window(1_000), 0..12_u32);
    let one =
        one.prop_map(|(depot, capacity, shift, max_stops)| Vehicle { depot, capacity, shift, max_stops });
    vec(one, 0..=5)
}

fn instances() -> impl Strategy<Value = Instance> {
    // Points are often the same.
    let points = vec((0..60_i32, 0..60_i32).prop_map(|(x, y)| (x / 7 * 7, y / 7 * 7)), PLACES);
    (points, stops(), vehicles()).prop_map(|(points, stops, vehicles)| Instance { points, stops, vehicles })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_plan_of_any_instance_keeps_every_limit(instance in instances()) {
        let plan = instance.plan_within(Limits { time: Duration::from_secs(2), generations: 20 }).unwrap();
        prop_assert_eq!(broken(&instance, &plan), None);
    }

    #[test]
    fn a_stop_that_a_spare_vehicle_could_serve_is_not_left_out(mut instance in instances(), place in 0..PLACES) {
        let plan = |instance: &Instance| {
            instance.plan_within(Limits { time: Duration::from_secs(2), generations: 20 }).unwrap()
        };
        instance.stops.push(stop(place, None));
        // One for each stop, all day.
        let spare = instance.stops.iter().map(|_| van(10, 10_000));
        instance.vehicles.extend(spare);
        let found = plan(&instance);
        prop_assert_eq!(broken(&instance, &found), None);
        prop_assert!(!found.unassigned.contains(&(instance.stops.len() - 1)));
    }
}
