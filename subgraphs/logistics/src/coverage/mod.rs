//! Which services deliver where, as a process keeps it: every quote asks.
//!
//! An address is in the zone of the highest priority that has its place on the map, or, where nobody knows its place, its
//! country. What staff changes is known at once where it was changed, elsewhere within the time of the local cache.
//! Deliberately absent: how zones and pick-up points are written, and slots.

mod error;
mod estimate;
mod points;
mod rate;
mod store;
mod table;

pub use error::CoverageError;
pub use estimate::Arrival;
pub use points::{MAX_POINTS, Points};
pub use rate::{Load, Rate};
pub use table::{Service, Window, Zones};
