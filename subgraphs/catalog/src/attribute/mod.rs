//! Typed attributes: making them, and a product's values as the API shows them.

mod create;
pub mod graphql;
mod store;
