//! How a cart can be delivered: which services come to its address, what they cost for each vendor's parcel, and when its goods
//! arrive.
//!
//! Orders asks for it in every quote; what was chosen is told to the delivery when an order is placed. Nothing is held here.

mod choose;
mod estimate;
mod internal;
mod offer;

pub use estimate::estimate;
pub use internal::InternalOptionQuery;
