//! Where the vans are, as this process heard it last.
//!
//! Deliberately absent: what is written down of it, which is `position`, and whose business it is.

mod fix;
mod vans;

pub use fix::{CourierPosition, Fix};
pub use vans::{Live, Unsaved, Way};
