//! Files through the server of a small subgraph, on SQLite and on PostgreSQL alike.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod pictures;
mod reading;
mod sample;
mod sending;
mod support;
mod sweeping;
