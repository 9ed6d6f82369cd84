//! Typed attributes: making and changing them, and a product's values as the API shows them.

mod check;
mod create;
mod error;
pub mod graphql;
mod store;
mod update;
pub mod view;
