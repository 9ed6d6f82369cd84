//! Entries.
//!
//! Invariant: an entry never changes.

mod add;
mod error;
mod graphql;
mod store;

pub use graphql::{EntryMutation, EntryQuery};
