//! Instances that are refused.

use std::time::Duration;

use platform_fleet::{FleetError, Limits, MAX_SPAN, MAX_STOPS, MAX_VEHICLES, Travel, Window, plan};

use crate::instance::{Instance, stop, van};

const LIMITS: Limits = Limits { time: Duration::ZERO, generations: 0 };

fn refused(change: impl FnOnce(&mut Instance)) -> FleetError {
    let mut instance = Instance::at(&[(0, 0), (10, 0)]);
    change(&mut instance);
    instance.plan_within(LIMITS).unwrap_err()
}

#[test]
fn places_outside_of_the_matrix_are_refused() {
    let stop_there = refused(|instance| instance.stops[0].place = 2);
    assert_eq!(stop_there, FleetError::StopPlace { stop: 0, place: 2, size: 2 });
    let depot_there = refused(|instance| instance.vehicles[0].depot = usize::MAX);
    assert_eq!(depot_there, FleetError::DepotPlace { vehicle: 0, place: usize::MAX, size: 2 });
}

#[test]
fn a_matrix_of_another_size_is_refused() {
    for size in [1, 3, usize::MAX] {
        let travel = Travel { size, seconds: &[0; 4], meters: &[0; 4] };
        let error = plan(&travel, &[], &[], &LIMITS).unwrap_err();
        assert!(matches!(error, FleetError::TravelSize { seconds: 4, meters: 4, .. }), "{error}");
    }
}

#[test]
fn windows_that_end_before_they_begin_are_refused() {
    let stop = refused(|instance| instance.stops[0].window = Some(Window { from: 1, to: 0 }));
    assert_eq!(stop, FleetError::StopWindow { stop: 0 });
    let shift = refused(|instance| instance.vehicles[0].shift = Window { from: i64::MAX, to: i64::MIN });
    assert_eq!(shift, FleetError::Shift { vehicle: 0 });
}

#[test]
fn what_is_too_large_is_refused() {
    assert_eq!(refused(|instance| instance.vehicles.push(van(1, MAX_SPAN + 1))), FleetError::Span);
    let whole = Window { from: i64::MIN, to: i64::MAX };
    assert_eq!(refused(|instance| instance.vehicles[0].shift = whole), FleetError::Span);
    let stops = refused(|instance| instance.stops = vec![stop(1, None); MAX_STOPS + 1]);
    assert_eq!(stops, FleetError::TooManyStops(MAX_STOPS + 1));
    let vehicles = refused(|instance| instance.vehicles = vec![van(1, 1); MAX_VEHICLES + 1]);
    assert_eq!(vehicles, FleetError::TooManyVehicles(MAX_VEHICLES + 1));
}
