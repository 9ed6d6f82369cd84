//! Plans routes: which courier brings which of the waiting shipments, and in which order.
//!
//! What waits and who is free is read, the tours are worked out without any lock, and each tour is kept in a transaction of
//! its own that takes only what still waits. So planning twice at the same time gives no shipment to two couriers.

mod keep;
mod load;
mod locate;
mod solve;

use std::collections::HashSet;

use logistics_entities::CourierId;
use logistics_entities::route::Model;
use logistics_entities::shipment;
use platform_core::id::ShipmentId;

use super::error::RouteError;
use crate::app::App;

/// How often a courier goes to a recipient in vain before staff decides.
pub const MAX_ATTEMPTS: i32 = 3;
/// The most shipments of one plan; with the couriers they are no more places than a matrix has.
const MAX_SHIPMENTS: u64 = 1_000;
/// The most couriers, and the most shipments, that are named in a request.
pub const MAX_BY_HAND: usize = 100;

/// What is to be planned.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// For these couriers alone; for all who are free unless given.
    pub couriers: Option<Vec<CourierId>>,
    /// Of these shipments alone; of all that wait unless given.
    pub shipments: Option<Vec<ShipmentId>>,
}

/// What was planned.
#[derive(Debug, Default)]
pub struct Planned {
    pub routes: Vec<Model>,
    /// What waits still: nobody is free for it, nobody knows where it goes, or staff has to decide.
    pub left: Vec<shipment::Model>,
}

/// Plans routes for the couriers who are free now and whose shift is not over.
pub async fn plan(app: &App, wanted: Wanted) -> Result<Planned, RouteError> {
    let is_too_much = |count: Option<usize>| count.is_some_and(|count| count > MAX_BY_HAND);
    if is_too_much(wanted.couriers.as_ref().map(Vec::len))
        || is_too_much(wanted.shipments.as_ref().map(Vec::len))
    {
        return Err(RouteError::TooMany);
    }
    let load = load::load(app, &wanted).await?;
    let tours = solve::solve(app, &load).await?;
    let mut planned = Planned::default();
    let mut on_routes = HashSet::new();
    for tour in tours {
        let Some(kept) = keep::keep(app, tour).await? else { continue };
        planned.routes.push(kept.route);
        on_routes.extend(kept.shipments);
    }
    planned.left = load.waiting.into_iter().filter(|row| !on_routes.contains(&row.id)).collect();
    Ok(planned)
}
