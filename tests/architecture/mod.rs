//! The invariants of the layout that Cargo alone does not keep, read from the workspace's own metadata.

mod app;
mod closure;
mod dependencies;
mod descriptions;
mod licences;
mod metadata;
mod nullability;
mod references;
mod rings;
mod scopes;
mod stores;
mod unit_tests;

pub use metadata::root;
