//! Transactions of SQLite that are committed together: each undoes itself alone, and none is answered too early.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod cancelled;
mod failing;
mod notes;
mod reading;
mod together;
mod turns;
