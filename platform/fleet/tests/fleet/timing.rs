//! When vehicles leave, arrive and are back, and when the search ends.

use std::time::{Duration, Instant};

use platform_fleet::{Limits, Visit, Window};

use crate::checker::broken;
use crate::instance::{Instance, stop};

#[test]
fn a_vehicle_leaves_as_late_as_it_can_without_being_back_later() {
    let mut instance = Instance::at(&[(0, 0), (10, 0), (20, 0)]);
    instance.stops = vec![stop(1, Some((50, 80))), stop(2, Some((200, 200)))];
    instance.stops[0].service_seconds = 5;
    let plan = instance.plan();
    let tour = &plan.tours[0];
    // It waits before the second stop still: the first is closed after 80.
    let visits = [Visit { stop: 0, arrival: 80 }, Visit { stop: 1, arrival: 200 }];
    assert_eq!((tour.departure, &tour.visits[..], tour.back, tour.meters), (70, &visits[..], 220, 320));
}

#[test]
fn without_windows_a_vehicle_leaves_when_its_shift_begins() {
    let mut instance = Instance::at(&[(0, 0), (10, 0)]);
    instance.vehicles[0].shift = Window { from: 1_900_000_000, to: 1_900_000_020 };
    let plan = instance.plan();
    assert_eq!((plan.tours[0].departure, plan.tours[0].back), (1_900_000_000, 1_900_000_020));
}

#[test]
fn both_ends_of_a_window_are_in_it() {
    let mut instance = Instance::at(&[(0, 0), (10, 0)]);
    instance.vehicles[0].shift = Window { from: 0, to: 20 };
    for at in [10, 11] {
        instance.stops = vec![stop(1, Some((at, at)))];
        assert_eq!(instance.plan().tours.len(), usize::from(at == 10), "a window at {at}");
    }
}

#[test]
fn a_search_without_time_or_generations_gives_a_whole_first_plan() {
    let points: Vec<(i32, i32)> = (0..60).map(|at| (at * 37 % 101, at * 61 % 103)).collect();
    let instance = Instance::at(&points);
    let (none, long) = (Duration::ZERO, Duration::from_secs(600));
    for limits in [Limits { time: none, generations: usize::MAX }, Limits { time: long, generations: 0 }] {
        let begun = Instant::now();
        let plan = instance.plan_within(limits).unwrap();
        assert!(begun.elapsed() < Duration::from_secs(300), "the other limit is not waited for");
        assert_eq!((broken(&instance, &plan), plan.unassigned.len()), (None, 0), "{limits:?}");
    }
}
