//! Making and changing products, their variants and their offers.
//!
//! Invariant: changes of a product happen one after the other, under a lock on it, and each gives it a new version.
//! Deliberately absent: how products are read ([`crate::product`]).

pub mod check;
mod create;
mod describe;
mod error;
pub mod graphql;
mod input;
mod set_offer;
mod store;
mod update;
mod variants;
pub mod write;

pub use error::EditError;
