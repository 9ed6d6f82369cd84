//! What the tests of a subgraph stand on: a server with a migrated database of its own, clients of every kind of
//! caller, scripted peers and topics, and checks of its schemas.
//!
//! The same tests run on SQLite (a file each) and, with `SOUK_TEST_DATABASE=postgres`, on the PostgreSQL server that
//! `SOUK_TEST_POSTGRES_URL` names (a database each, dropped afterwards).
#![expect(clippy::panic, clippy::expect_used, reason = "a test fails by panicking")]

mod answer;
mod app;
mod client;
mod database;
mod migrated;
mod peer;
pub mod pictures;
mod postgres;
mod rules;
mod schema;
mod topic;
mod wait;

pub use answer::Answer;
pub use app::{TestSubgraph, TestSubgraphBuilder};
pub use client::{TestClient, TestSubscription};
pub use database::TestDatabase;
pub use peer::{PeerCall, ScriptedPeer, Side, Wire};
pub use rules::{RootOperation, assert_rules_hold, declared_rules, root_operations};
pub use schema::{assert_committed_sdl, assert_every_root_field_has_a_rule, rewrite};
pub use wait::{eventually, eventually_some};
