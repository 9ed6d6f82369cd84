//! Plans of small instances, checked without what makes them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod best;
mod checker;
mod instance;
mod invalid;
mod properties;
mod timing;
mod unassigned;
