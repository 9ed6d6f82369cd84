//! An instance in the solver's words. Times are seconds after the begin of the first shift.

use std::collections::HashMap;
use std::sync::Arc;

use vrp_core::construction::features::{JobDemandDimension, VehicleCapacityDimension};
use vrp_core::models::common::{Demand, Dimensions, Profile, TimeInterval, TimeSpan, TimeWindow};
use vrp_core::models::problem::{
    Actor, Costs, Job, Place, Single, TransportCost, Vehicle as SolverVehicle, VehicleDetail, VehiclePlace,
};
use vrp_core::models::{Problem, ProblemBuilder};
use vrp_core::prelude::GenericError;

use super::goal::goal;
use super::load::Load;
use super::travel::Seconds;
use crate::{MAX_SPAN, Stop, Travel, Vehicle};

/// Properties of the solver's jobs and vehicles.
struct StopIndex;
struct VehicleIndex;
struct MaxStops;
struct Kind;

/// `possible` names the stops to plan, at least one; there is a vehicle.
pub fn problem(
    travel: &Travel<'_>,
    stops: &[Stop],
    possible: &[usize],
    vehicles: &[Vehicle],
) -> Result<Problem, GenericError> {
    let epoch = vehicles.iter().map(|vehicle| vehicle.shift.from).min().unwrap_or(0);
    let seconds: Arc<dyn TransportCost> =
        Arc::new(Seconds { size: travel.size, entries: travel.seconds.to_vec() });
    let jobs = possible.iter().filter_map(|&index| stops.get(index).map(|stop| job(index, stop, epoch)));
    let mut kinds = HashMap::new();
    let fleet: Vec<_> = vehicles
        .iter()
        .enumerate()
        .map(|(index, vehicle)| {
            let next = kinds.len();
            let Vehicle { depot, capacity, shift, max_stops } = vehicle;
            let kind = *kinds.entry((depot, capacity, shift.from, shift.to, max_stops)).or_insert(next);
            van(index, vehicle, kind, epoch)
        })
        .collect();
    ProblemBuilder::default()
        .add_jobs(jobs)
        .add_vehicles(fleet.into_iter())
        // Of each kind the solver tries one vehicle alone.
        .with_vehicle_similarity(|_| {
            Box::new(|actor| actor.vehicle.dimens.get_value::<Kind, usize>().copied().unwrap_or(0))
        })
        .with_goal(goal(Arc::clone(&seconds))?)
        .with_transport_cost(seconds)
        .with_logger(Arc::new(|_| {}))
        .build()
}

/// The index of the stop that a job is.
pub fn stop_of(job: &Single) -> Option<usize> {
    job.dimens.get_value::<StopIndex, usize>().copied()
}

/// The most stops of the vehicle that an actor is.
pub fn max_stops_of(actor: &Actor) -> Option<usize> {
    actor.vehicle.dimens.get_value::<MaxStops, usize>().copied()
}

/// The index of the vehicle that an actor is.
pub fn vehicle_of(actor: &Actor) -> Option<usize> {
    actor.vehicle.dimens.get_value::<VehicleIndex, usize>().copied()
}

fn job(index: usize, stop: &Stop, epoch: i64) -> Job {
    let mut dimens = Dimensions::default();
    dimens.set_value::<StopIndex, usize>(index);
    let nothing = Load::default();
    dimens.set_job_demand(Demand {
        pickup: (nothing, nothing),
        delivery: (Load(f64::from(stop.load)), nothing),
    });
    let window = stop.window.map_or_else(TimeWindow::max, |window| {
        TimeWindow::new(seconds_after(epoch, window.from), seconds_after(epoch, window.to))
    });
    let place = Place {
        location: Some(stop.place),
        duration: f64::from(stop.service_seconds),
        times: vec![TimeSpan::Window(window)],
    };
    Job::Single(Arc::new(Single { places: vec![place], dimens }))
}

fn van(index: usize, vehicle: &Vehicle, kind: usize, epoch: i64) -> SolverVehicle {
    let mut dimens = Dimensions::default();
    dimens.set_value::<VehicleIndex, usize>(index);
    dimens.set_value::<Kind, usize>(kind);
    dimens.set_value::<MaxStops, usize>(usize::try_from(vehicle.max_stops).unwrap_or(usize::MAX));
    dimens.set_vehicle_capacity(Load(f64::from(vehicle.capacity)));
    let costs = Costs {
        fixed: 0.0,
        per_distance: 1.0,
        per_driving_time: 0.0,
        per_waiting_time: 0.0,
        per_service_time: 0.0,
    };
    let from = seconds_after(epoch, vehicle.shift.from);
    let to = seconds_after(epoch, vehicle.shift.to);
    let at = |earliest, latest| {
        Some(VehiclePlace { location: vehicle.depot, time: TimeInterval { earliest, latest } })
    };
    let detail = VehicleDetail { start: at(Some(from), Some(from)), end: at(None, Some(to)) };
    SolverVehicle { profile: Profile::default(), costs, dimens, details: vec![detail] }
}

/// Kept within the span of the shifts: a stop whose window has no part in it is not planned.
fn seconds_after(epoch: i64, time: i64) -> f64 {
    u32::try_from(time.saturating_sub(epoch).clamp(0, MAX_SPAN)).map_or(0.0, f64::from)
}
