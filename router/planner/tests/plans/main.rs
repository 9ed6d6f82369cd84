//! Plans, one file per concept. Every plan that is shown is also run (see `support`).

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod abstract_types;
mod aliases;
mod authorization;
mod conditions;
mod contexts;
mod corpus_work;
mod entities;
mod interface_objects;
mod mutations;
mod overrides;
mod planning_time;
mod provides;
mod random_operations;
mod requires;
mod roots;
mod support;

#[path = "../../../../bench/router/src/corpus.rs"]
mod corpus;
