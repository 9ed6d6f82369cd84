//! Events reach their consumers: once in effect, in order per key, whatever fails on the way.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod failures;
mod log;
mod ordinary;
#[path = "../support/shop.rs"]
mod shop;
#[path = "../support/mod.rs"]
mod support;
