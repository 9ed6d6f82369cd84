//! In work.

mod migration;

pub use migration::migrations;
