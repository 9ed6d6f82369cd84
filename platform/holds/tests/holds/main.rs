//! Holds of places in rooms, on SQLite or PostgreSQL: a room has so many places, and a party keeps some under a key.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod beginning;
mod ending;
mod extending;
mod races;
mod rooms;
#[path = "../../../events/tests/support/database.rs"]
mod support;
