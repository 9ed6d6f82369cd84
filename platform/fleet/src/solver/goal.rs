//! What makes one plan better than another, and what no plan may break.

use std::sync::Arc;

use vrp_core::construction::features::{
    CapacityFeatureBuilder, MinimizeUnassignedBuilder, TransportFeatureBuilder,
    create_activity_limit_feature, create_minimize_tours_feature,
};
use vrp_core::models::problem::{Actor, TransportCost};
use vrp_core::models::{
    Feature, FeatureObjective, Goal, GoalBuilder, GoalContext, GoalContextBuilder, ViolationCode,
};
use vrp_core::prelude::GenericError;

use super::load::Load;
use super::problem::max_stops_of;
use crate::VEHICLE_SECONDS;

/// Few unassigned stops first, then driving and vehicles together. Windows, shifts, capacities and numbers of stops hold.
pub fn goal(seconds: Arc<dyn TransportCost>) -> Result<GoalContext, GenericError> {
    let unassigned = MinimizeUnassignedBuilder::new("unassigned").build()?;
    let driving = TransportFeatureBuilder::new("driving")
        .set_transport_cost(seconds)
        .set_violation_code(ViolationCode(1))
        .build_minimize_distance()?;
    let vehicles = create_minimize_tours_feature("vehicles")?;
    let capacity =
        CapacityFeatureBuilder::<Load>::new("capacity").set_violation_code(ViolationCode(2)).build()?;
    let max_stops = |actor: &Actor| max_stops_of(actor);
    let max_stops = create_activity_limit_feature("max_stops", ViolationCode(3), Arc::new(max_stops))?;

    let main = GoalBuilder::default()
        .add_single(objective(&unassigned)?)
        .add_multi(
            &[objective(&driving)?, objective(&vehicles)?],
            |objectives, one, other| {
                let cost = |plan| weighted(objectives, |objective| objective.fitness(plan));
                cost(one).total_cmp(&cost(other))
            },
            |objectives, step| weighted(objectives, |objective| objective.estimate(step)),
        )
        .build()?;
    let features = [unassigned, driving, vehicles, capacity, max_stops];
    // To move one stop never pays for a further vehicle, though to move several may: some steps of the search do not count
    // vehicles.
    let vehicles_free = Goal::subset_of(&features, &["unassigned", "driving"])?;
    GoalContextBuilder::with_features(&features)?
        .set_main_goal(main)
        .add_alternative_goal(vehicles_free, 1.0)
        .build()
}

/// Of driving and vehicles, in this order.
fn weighted(
    objectives: &[Arc<dyn FeatureObjective>],
    value: impl Fn(&Arc<dyn FeatureObjective>) -> f64,
) -> f64 {
    objectives
        .iter()
        .zip([1.0, f64::from(VEHICLE_SECONDS)])
        .map(|(objective, weight)| weight * value(objective))
        .sum()
}

fn objective(feature: &Feature) -> Result<Arc<dyn FeatureObjective>, GenericError> {
    feature.objective.clone().ok_or_else(|| format!("{} is no objective", feature.name).into())
}
