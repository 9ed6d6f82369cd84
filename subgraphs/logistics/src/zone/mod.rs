//! Delivery zones and their services, as staff writes them.
//!
//! Invariants: an area is valid before it is stored; a service keeps its id as long as it belongs to its zone, and its row for
//! ever, since orders and slots name it. Deliberately absent: which zone an address is in; `coverage` keeps that.

mod error;
mod graphql;
mod set_service;
mod set_zone;
mod store;
mod view;

pub use graphql::{ZoneMutation, ZoneQuery};
pub use view::DeliveryService;
