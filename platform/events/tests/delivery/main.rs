//! Events reach their consumers: once in effect, in order per key, whatever fails on the way.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod failures;
mod log;
mod ordinary;
#[path = "../support/shop.rs"]
mod shop;
#[path = "../support/database.rs"]
mod support;
mod test_shop;
#[path = "../support/wait.rs"]
mod wait;
