//! The categories of the tree, as staff keep them and buyers see them.

mod create;
pub mod graphql;
mod outcome;
mod store;
mod update;
pub mod view;
