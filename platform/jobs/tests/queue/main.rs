//! Jobs run at least once, by one worker at a time, whatever fails on the way.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod failing;
mod ordinary;
mod recurring;
mod replica;
mod replicas;
#[path = "../../../events/tests/support/database.rs"]
mod support;
#[path = "../../../events/tests/support/wait.rs"]
mod wait;
