//! VAT ids of users who buy for a business.
//!
//! Invariants: a user has at most one; another id is another's to validate, so changing it takes the mark away; staff
//! mark the id that they looked at, not whatever stands there by then. Orders asks whether an id is valid and keeps a
//! copy, so changes here reach no order. Deliberately absent: asking a register, which staff do.

mod graphql;
mod service;
mod store;

pub use graphql::{VatIdMutation, VatIdView};
pub use store::is_valid;
