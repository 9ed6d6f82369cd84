//! The logistics subgraph through its server: every test has an own migrated database, on SQLite or PostgreSQL.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod carriers;
mod couriers;
mod deliveries;
mod labels;
mod live;
mod maps;
mod pdf;
mod photos;
mod pick_up;
mod positions;
mod queries;
mod shipments;
mod slots;
mod support;
mod visibility;
mod zones;

platform_testkit::subgraph_tests!(logistics::LogisticsSubgraph);
