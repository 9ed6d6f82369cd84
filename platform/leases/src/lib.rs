//! Rows that are due at a time and are each worked at by one worker: what durable jobs and sagas share.
//!
//! Invariants: a worker holds a row by a lease that it renews, and a row whose lease has run out is due again; every claim
//! raises the row's fence, so that a worker that lost its lease cannot change the row any more; a process works at no
//! more rows at once than it has slots. Deliberately absent: what a row says, how its work ends, and how often a failure
//! is tried again.

mod held;
mod pace;
mod table;
mod worker;

pub use held::Held;
pub use pace::{Pace, Retries};
pub use table::{Due, LeasedTable};
pub use worker::{Queue, run};

/// The most characters of an error that are kept in a row.
const ERROR_LENGTH: usize = 2_000;

/// What is kept of an error's text.
pub fn shorten(error: &str) -> String {
    error.chars().take(ERROR_LENGTH).collect()
}
