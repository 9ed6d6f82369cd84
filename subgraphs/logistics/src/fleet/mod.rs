//! Depots, and the couriers who start from them.
//!
//! Invariants: a user is one courier at most; a shift is within a day of the depot's own time zone. Deliberately absent:
//! what couriers have to bring where, which is a route.

mod error;
mod graphql;
mod set_courier;
mod set_depot;
mod shift;
mod store;
mod view;

pub use graphql::{FleetMutation, FleetQuery};
pub use shift::Shift;
pub use store::{active_couriers, depots_of, lock_couriers, rest};
pub use view::{Courier, Depot};
