//! Stops that no vehicle can serve.

use platform_fleet::{Plan, Window};

use crate::checker::broken;
use crate::instance::{Instance, stop, van};

#[test]
fn stops_that_fit_nowhere_are_unassigned_and_the_others_served() {
    let mut instance = Instance::at(&[(0, 0), (10, 0), (900, 0)]);
    instance.vehicles = vec![van(5, 1_000)];
    let mut heavy = stop(1, None);
    heavy.load = 6;
    let mut long = stop(1, None);
    long.service_seconds = 1_000;
    let early = stop(1, Some((-50, 9)));
    let late = stop(1, Some((991, 2_000)));
    let far = stop(2, None);
    instance.stops = vec![heavy, stop(1, None), long, early, late, far];
    let plan = instance.plan();
    assert_eq!(broken(&instance, &plan), None);
    assert_eq!(plan.unassigned, [0, 2, 3, 4, 5]);
}

#[test]
fn too_much_for_all_vehicles_leaves_the_rest_unassigned() {
    let mut instance = Instance::at(&[(0, 0), (10, 0), (20, 0), (30, 0), (40, 0), (50, 0)]);
    instance.vehicles = vec![van(2, 1_000), van(5, 1_000)];
    instance.vehicles[1].max_stops = 1;
    let plan = instance.plan();
    assert_eq!(broken(&instance, &plan), None);
    assert_eq!(plan.unassigned.len(), 2, "two by the load, one by the number of stops");
}

#[test]
fn without_vehicles_or_stops_nothing_is_driven() {
    let mut instance = Instance::at(&[(0, 0), (10, 0)]);
    instance.vehicles.clear();
    assert_eq!(instance.plan(), Plan { tours: vec![], unassigned: vec![0] });
    let nothing = Instance { points: vec![], stops: vec![], vehicles: vec![] };
    assert_eq!(nothing.plan(), Plan::default());
    let only_a_depot = Instance::at(&[(0, 0)]);
    assert_eq!(only_a_depot.plan(), Plan::default());
}

#[test]
fn the_largest_values_are_planned_and_do_not_overflow() {
    let mut instance = Instance::at(&[(0, 0), (0, 0), (0, 0), (0, 0), (10, 0)]);
    for stop in &mut instance.stops {
        stop.load = u32::MAX;
        stop.window = Some(Window { from: i64::MIN, to: i64::MAX });
    }
    instance.stops[3].service_seconds = u32::MAX;
    instance.vehicles = vec![van(u32::MAX, 1_000), van(u32::MAX, 1_000)];
    for vehicle in &mut instance.vehicles {
        vehicle.max_stops = u32::MAX;
        vehicle.shift = Window { from: i64::MAX - 1_000, to: i64::MAX };
    }
    let plan = instance.plan();
    assert_eq!((plan.tours.len(), plan.unassigned.len()), (2, 2));
    assert!(plan.unassigned.contains(&3), "it is not served before the end of the shift");
}
