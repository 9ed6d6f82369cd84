//! What the executor does with a plan, whoever made it: plans by hand, subgraphs by script.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

#[path = "support/scripted.rs"]
mod support;

#[path = "plans/entities.rs"]
mod entities;
#[path = "plans/errors.rs"]
mod errors;
#[path = "plans/projection.rs"]
mod projection;
#[path = "plans/schedule.rs"]
mod schedule;
#[path = "plans/subscriptions.rs"]
mod subscriptions;
