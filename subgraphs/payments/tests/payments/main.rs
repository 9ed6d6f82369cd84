//! The payments subgraph through its server: every test has an own migrated database, on SQLite or PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test fails by panicking"
)]

mod authorise;
mod called_off;
mod earnings;
mod fields;
mod free_sales;
mod migration;
mod points;
mod queries;
mod races;
mod refunds;
mod sandbox;
mod support;
mod visibility;
mod webhooks;

platform_testkit::subgraph_tests!(payments::PaymentsSubgraph);
