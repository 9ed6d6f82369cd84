//! Positions, legs, the bundled town's streets and its addresses.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod addresses;
mod document;
mod double;
mod leg;
mod matrix;
mod nominatim;
mod osrm;
mod position;
mod roads;
mod straight_line;
mod town;
