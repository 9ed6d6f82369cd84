//! One binary for everything that crosses a crate: the architecture's invariants, journeys through the router as a
//! client makes them, commands, faults.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stderr,
    reason = "a test fails by panicking and shows what the processes said"
)]

mod access;
mod architecture;
mod commands;
mod edge;
mod faults;
mod journeys;
mod limits;
mod pages;
mod router;
mod shopper;
mod support;
