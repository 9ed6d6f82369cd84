//! The catalog's behaviour, seen through HTTP as its callers see it, on SQLite and on PostgreSQL alike.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

mod access;
mod cost;
mod coupon_keeping;
mod coupons;
mod demo;
mod fields;
mod holds;
mod lines;
mod listing;
mod media;
mod offered_prices;
mod offers;
mod products;
mod queries;
mod quotes;
mod search;
mod shop;
mod shown_prices;
mod stock;
mod structure;
mod tax_zones;
mod taxes;
mod texts;
mod vendors;
mod warehouses;

platform_testkit::subgraph_tests!(catalog::CatalogSubgraph);
