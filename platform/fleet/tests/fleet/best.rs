//! Instances whose best plan is known.

use platform_fleet::{VEHICLE_SECONDS, Window};

use crate::checker::broken;
use crate::instance::{Instance, orders, stop, van};

/// The least driving through all stops by one vehicle, by trying every order.
fn least(instance: &Instance, place: usize, open: &[usize]) -> u32 {
    let on = |&stop: &usize| {
        let rest: Vec<usize> = open.iter().copied().filter(|other| *other != stop).collect();
        let next = instance.stops[stop].place;
        instance.seconds(place, next) + least(instance, next, &rest)
    };
    open.iter().map(on).min().unwrap_or_else(|| instance.seconds(place, instance.vehicles[0].depot))
}

#[test]
fn stops_around_a_square_are_driven_around_it() {
    let instance =
        Instance::at(&[(0, 0), (100, 100), (100, 0), (0, 100), (50, 0), (50, 100), (100, 50), (0, 50)]);
    let plan = instance.plan();
    assert_eq!(broken(&instance, &plan), None);
    assert_eq!((instance.driving(&plan), plan.tours[0].meters), (400, 3_200));
}

#[test]
fn a_tour_of_seven_stops_is_the_shortest_of_all_orders() {
    let instance =
        Instance::at(&[(40, 40), (3, 71), (88, 15), (60, 62), (12, 9), (95, 90), (33, 55), (70, 30)]);
    let plan = instance.plan();
    assert_eq!(broken(&instance, &plan), None);
    assert_eq!(instance.driving(&plan), least(&instance, 0, &[0, 1, 2, 3, 4, 5, 6]));
}

#[test]
fn windows_decide_on_the_order() {
    let mut instance = Instance::at(&[(0, 0), (10, 0), (20, 0), (30, 0)]);
    for (stop, from) in [(0, 200), (1, 100), (2, 300)] {
        instance.stops[stop].window = Some(Window { from, to: from + 10 });
    }
    let plan = instance.plan();
    assert_eq!(broken(&instance, &plan), None);
    assert_eq!(orders(&plan), [[1, 0, 2]]);
}

#[test]
fn a_vehicle_stays_at_the_depot_when_the_way_that_it_saves_is_short() {
    let reach = i32::try_from(VEHICLE_SECONDS).unwrap() / 4;
    // There and back on both sides of the depot is no longer with one vehicle than with two; at two depots it is.
    for (apart, vehicles) in [(reach, 1), (reach * 4, 2)] {
        let mut instance = Instance::at(&[(0, 0), (1, 0), (apart, 0)]);
        let mut second = van(1_000, 1_000_000);
        second.depot = 2;
        instance.vehicles.push(second);
        let plan = instance.plan();
        assert_eq!(broken(&instance, &plan), None);
        assert_eq!((plan.tours.len(), plan.unassigned.len()), (vehicles, 0), "{apart} apart");
    }
}

#[test]
fn serving_a_stop_counts_more_than_a_vehicle_and_any_way() {
    let mut instance = Instance::at(&[(0, 0), (10, 0), (0, 10_000)]);
    instance.vehicles = vec![van(1, 100_000), van(1, 100_000)];
    let plan = instance.plan();
    assert_eq!(broken(&instance, &plan), None);
    assert_eq!((plan.tours.len(), plan.unassigned.len()), (2, 0));
}

#[test]
fn the_vehicle_that_alone_can_serve_a_stop_does() {
    let mut instance = Instance::at(&[(0, 0), (10, 0)]);
    // The same but for the capacity, the shift and the number of stops.
    instance.vehicles = vec![van(4, 1_000), van(5, 15), van(5, 1_000), van(5, 1_000)];
    instance.vehicles[2].max_stops = 0;
    instance.stops[0] = stop(1, Some((900, 950)));
    instance.stops[0].load = 5;
    let plan = instance.plan();
    assert_eq!(broken(&instance, &plan), None);
    assert_eq!(plan.tours[0].vehicle, 3);
}
