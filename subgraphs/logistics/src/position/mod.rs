//! Where vans are: told at once to those who follow them, and written down a little later.
//!
//! Invariants: at most one position a second is kept of a route, those of the last hour while it is on the road; a van does
//! not go back in time, however late its reports come. A process that dies loses the positions of some seconds and nothing
//! else. Deliberately absent: who may know where a van is, which `route` and `tracking` decide.

mod clean;
mod error;
mod graphql;
mod report;
mod store;
mod write_down;

pub use clean::CleanPositions;
pub use graphql::PositionMutation;
pub use write_down::write_down;
