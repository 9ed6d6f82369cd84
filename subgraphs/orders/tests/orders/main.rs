//! The orders subgraph through its server, with catalog and payments played by the tests: every test has an own
//! migrated database, on SQLite or PostgreSQL.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod carts;
mod checkout;
mod delivery;
mod fields;
mod guests;
mod harness;
mod holds;
mod keys;
mod lifecycle;
mod line_refunds;
mod lists;
mod live;
mod mails;
mod migration;
mod mistakes;
mod one_cart;
mod outages;
mod parcels;
mod partner_keys;
mod queries;
mod refunds;
mod shop;
mod staff;
mod stuck;
mod taxes;
mod texts;
mod visibility;

platform_testkit::subgraph_tests!(orders::OrdersSubgraph);
