//! Sagas are finished or undone, by one worker at a time, whatever fails on the way.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod failing;
mod ordinary;
mod parking;
mod replicas;
#[path = "../../../events/tests/support/mod.rs"]
mod support;
mod trip;
