//! Points: earned, held for an order under way, redeemed, given back, expired.
//!
//! One point is worth one minor unit of the order's currency. Invariants: the entries sum to the balance; holds never
//! exceed it (a CHECK keeps both from going negative); points are spent oldest expiry first. Rows are locked in the order
//! hold, account, entries.

mod graphql;
mod holds;
mod internal;
mod jobs;
mod refunded;
mod service;
mod store;

pub use graphql::{PointsAccount, PointsMutation};
pub use internal::{InternalPointsMutation, InternalPointsQuery};
pub use jobs::{ExpireHold, ExpirePoints};
pub use refunded::are_spent;
pub use service::{Points, PointsError};
pub use store::{GivenBackBy, points_given_back};
