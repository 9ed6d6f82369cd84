//! The orders subgraph through its server, with catalog and payments played by the tests: every test has an own
//! migrated database, on SQLite or PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod access;
mod carts;
mod checkout;
mod guests;
mod holds;
mod lifecycle;
mod live;
mod outages;
mod schema;
mod shop;
mod staff;
mod texts;
mod visibility;
