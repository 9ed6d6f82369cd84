//! The logistics subgraph through its server: every test has an own migrated database, on SQLite or PostgreSQL.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod deliveries;
mod live;
mod queries;
mod shipments;
mod support;
mod visibility;

platform_testkit::subgraph_tests!(logistics::LogisticsSubgraph);
