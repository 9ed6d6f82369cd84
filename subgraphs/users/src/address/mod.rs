//! Address books.
//!
//! Invariants: a user has at most one default of each use, and a bounded number of addresses. Orders keep a copy of an
//! address, so changes here reach no order.

mod graphql;
mod service;
mod store;

pub use graphql::{AddressMutation, AddressView};
pub use store::{Book, find};
