//! Products with their variants and offers: reading, listing, writing.

pub mod data;
pub mod editing;
pub mod graphql;
pub mod input;
pub mod list;
pub mod loaders;
pub mod mutations;
pub mod objects;
pub mod price;
mod prices;
pub mod reader;
pub mod store;
pub mod variants;
pub mod write;
