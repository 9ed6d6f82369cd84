//! Products with their variants and offers as they are read: whole, in lists, and in the API.

pub mod data;
pub mod graphql;
pub mod list;
pub mod loaders;
pub mod objects;
pub mod price;
pub mod reader;
pub mod store;
mod visibility;
