//! Points: earned, held for an order under way, redeemed, given back, expired.
//!
//! One point is worth one minor unit of the order's currency. Invariants: the entries sum to the balance; holds never
//! exceed it (a CHECK keeps both from going negative); points are spent oldest expiry first. Rows are locked in the order
//! hold, account, entries.

mod account;
mod consumer;
mod earn;
mod error;
mod expense;
mod expire;
mod grant;
mod graphql;
mod holds;
mod internal;
mod jobs;
mod refunded;
mod store;

pub use account::give_back;
pub use consumer::consumer;
pub use earn::reverse;
pub use error::PointsError;
pub use expire::expire;
pub use graphql::{PendingPoints, PointsAccount, PointsMutation};
pub use holds::expire_holds;
pub use internal::{InternalPointsMutation, InternalPointsQuery};
pub use jobs::{ExpireHold, ExpirePoints};
pub use refunded::are_spent;
pub use store::{GivenBackBy, points_given_back};
