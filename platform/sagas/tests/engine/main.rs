//! Sagas are finished or undone, by one worker at a time, whatever fails on the way.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod failing;
mod giving_up;
mod ordinary;
mod parking;
mod replicas;
#[path = "../../../events/tests/support/database.rs"]
mod support;
mod trip;
#[path = "../../../events/tests/support/wait.rs"]
mod wait;
