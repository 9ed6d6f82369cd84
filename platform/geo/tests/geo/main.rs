//! Positions, legs, the bundled town's streets and its addresses.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod addresses;
mod document;
mod leg;
mod matrix;
mod position;
mod roads;
mod town;
