//! A search with an end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use vrp_core::models::{GoalContext, Problem};
use vrp_core::prelude::{DefaultRandom, Environment, GenericError, Solver, VrpConfigBuilder};
use vrp_core::rosomaxa::evolution::TelemetryMode;
use vrp_core::rosomaxa::prelude::HeuristicContext;
use vrp_core::rosomaxa::termination::Termination;
use vrp_core::rosomaxa::utils::{Parallelism, Quota, ThreadPool};
use vrp_core::solver::RefinementContext;

use super::problem::{problem, stop_of, vehicle_of};
use crate::{FleetError, Limits, Stop, Travel, Vehicle};

/// How many plans each generation goes on from. Searched one after another, several find better plans in the same time
/// than one does.
const SELECTED: usize = 4;

/// The order of stops for each vehicle that leaves its depot. `possible` names the stops to plan, at least one.
pub fn solve(
    travel: &Travel<'_>,
    stops: &[Stop],
    possible: &[usize],
    vehicles: &[Vehicle],
    limits: &Limits,
) -> Result<Vec<(usize, Vec<usize>)>, FleetError> {
    let end = End::new(limits);
    // In a pool of its own, a plan takes one core, and not those that serve requests.
    let search =
        || ThreadPool::new(1).execute(|| search(Arc::new(problem(travel, stops, possible, vehicles)?), end));
    // The solver panics where it finds itself inconsistent.
    match catch_unwind(AssertUnwindSafe(search)) {
        Ok(found) => found.map_err(|error: GenericError| FleetError::Solver(error.to_string())),
        Err(_) => Err(FleetError::Solver("it panicked".to_owned())),
    }
}

fn search(problem: Arc<Problem>, end: End) -> Result<Vec<(usize, Vec<usize>)>, GenericError> {
    let environment = Environment {
        random: Arc::new(DefaultRandom::default()),
        quota: Some(Arc::new(end.clone())),
        parallelism: Parallelism::new_with_cpus(SELECTED),
        logger: Arc::new(|_| {}),
        is_experimental: false,
    };
    let mut config = VrpConfigBuilder::new(Arc::clone(&problem))
        .set_environment(Arc::new(environment))
        .set_telemetry_mode(TelemetryMode::None)
        .prebuild()?
        .build()?;
    config.termination = Box::new(end);
    let solution = Solver::new(problem, config).solve()?;
    let orders = solution.routes.iter().filter_map(|route| {
        let order: Vec<usize> =
            route.tour.all_activities().filter_map(|activity| stop_of(activity.job.as_ref()?)).collect();
        vehicle_of(&route.actor).filter(|_| !order.is_empty()).map(|vehicle| (vehicle, order))
    });
    Ok(orders.collect())
}

/// When the search is over: not before it has a plan.
#[derive(Clone)]
struct End {
    begun: Instant,
    time: Duration,
    generations: usize,
    has_plan: Arc<AtomicBool>,
}

impl End {
    fn new(limits: &Limits) -> Self {
        let Limits { time, generations } = *limits;
        Self { begun: Instant::now(), time, generations, has_plan: Arc::default() }
    }

    fn is_out_of_time(&self) -> bool {
        self.has_plan.load(Ordering::Relaxed) && self.begun.elapsed() >= self.time
    }
}

/// Ends the step that the solver is at.
impl Quota for End {
    fn is_reached(&self) -> bool {
        self.is_out_of_time()
    }
}

/// Asked before each step, the first plans included.
impl Termination for End {
    type Context = RefinementContext;
    type Objective = GoalContext;

    fn is_termination(&self, context: &mut Self::Context) -> bool {
        let has_plan = context.ranked().next().is_some();
        self.has_plan.store(has_plan, Ordering::Relaxed);
        self.is_out_of_time() || (has_plan && context.statistics().generation >= self.generations)
    }

    /// From 0 to 1: the solver builds first plans up to 0.05, and turns from exploring to improving after that.
    fn estimate(&self, context: &Self::Context) -> f64 {
        if !self.has_plan.load(Ordering::Relaxed) {
            return 0.0;
        }
        let count = |generations: usize| f64::from(u32::try_from(generations).unwrap_or(u32::MAX));
        let generations = count(context.statistics().generation) / count(self.generations.max(1));
        let time = self.begun.elapsed().as_secs_f64() / self.time.as_secs_f64().max(f64::EPSILON);
        generations.max(time).min(1.0)
    }
}
