//! Why there is no plan.

use crate::{MAX_SPAN, MAX_STOPS, MAX_VEHICLES};

/// What is wrong with an instance, or with the solver.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FleetError {
    #[error(
        "travel between {size} places has {expected} entries, but there are {seconds} of seconds and {meters} of metres: give one for each pair of places"
    )]
    TravelSize { size: usize, expected: usize, seconds: usize, meters: usize },
    #[error(
        "stop {stop} is at place {place}, but travel has {size} places: give travel for all places of stops"
    )]
    StopPlace { stop: usize, place: usize, size: usize },
    #[error(
        "vehicle {vehicle} has its depot at place {place}, but travel has {size} places: give travel for all depots"
    )]
    DepotPlace { vehicle: usize, place: usize, size: usize },
    #[error("the window of stop {stop} ends before it begins: exchange its ends")]
    StopWindow { stop: usize },
    #[error("the shift of vehicle {vehicle} ends before it begins: exchange its ends")]
    Shift { vehicle: usize },
    #[error("the shifts span more than {} days: plan them one after another", MAX_SPAN / 86_400)]
    Span,
    #[error("there are {0} stops, and a plan has at most {MAX_STOPS}: plan them in parts")]
    TooManyStops(usize),
    #[error("there are {0} vehicles, and a plan has at most {MAX_VEHICLES}: plan them in parts")]
    TooManyVehicles(usize),
    #[error("the solver failed, please report this: {0}")]
    Solver(String),
}
