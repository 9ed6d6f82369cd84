//! A subgraph's own database: SQLite (WAL) or PostgreSQL behind one type, and its locked migrations.
//!
//! Invariants: SQLite has one writing connection whose transactions begin IMMEDIATE, so writers queue instead of
//! failing, and those that come at the same time are committed together (docs/decisions/0029); a [`Transaction`] that is
//! dropped is rolled back; no transaction is open across a call to another subgraph (nothing enforces this but review);
//! what asks the database fails with a [`StoreError`]. Deliberately absent: repositories; features query with sea-orm.

mod connection;
mod error;
mod frame;
mod group;
mod hooks;
mod insert;
mod lists;
mod migration;
mod open;
mod pools;
mod reader;
pub mod sql;
mod store_error;
mod transaction;
mod work;
mod writer;
mod writing;

pub use connection::{Backend, Database};
pub use error::DatabaseError;
pub use frame::{Migrations, Up, migration};
pub use insert::was_inserted;
pub use lists::read_lists;
pub use migration::{migrate, pending};
pub use pools::Pool;
pub use reader::Reader;
pub use store_error::{StoreError, Violation};
pub use transaction::Transaction;
pub use work::Work;
pub use writer::Writer;
