//! The tours of a fleet: which vehicle visits which stops, in which order and when.
//!
//! Owns: what an instance is ([`Travel`], [`Stop`], [`Vehicle`]), its checks, the search for a plan ([`plan`]) and the times
//! of a tour.
//!
//! Invariants: every tour of a [`Plan`] holds the windows of its stops, and the capacity, the shift and the number of stops
//! of its vehicle, whatever the solver returns, because each tour is computed anew in whole seconds; every stop is in one
//! tour or unassigned. Deliberately absent: the roads (times and distances come in as a matrix), the clock (times are
//! seconds on one that the caller chooses) and the same plan for the same instance: the solver (vrp-core) orders by
//! addresses of memory and by measured time.

mod check;
mod error;
mod instance;
mod plan;
mod schedule;
mod solver;

pub use error::FleetError;
pub use instance::{Limits, Stop, Travel, Vehicle, Window};
pub use plan::{Plan, Tour, Visit, plan};

/// What a vehicle that leaves its depot counts beside its driving: so many seconds more are driven to keep it there.
pub const VEHICLE_SECONDS: u32 = 15 * 60;
/// The most stops of a plan.
pub const MAX_STOPS: usize = 1_500;
/// The most vehicles of a plan.
pub const MAX_VEHICLES: usize = 500;
/// The longest time from the begin of the first shift to the end of the last: 31 days, in seconds.
pub const MAX_SPAN: i64 = 31 * 24 * 3_600;
