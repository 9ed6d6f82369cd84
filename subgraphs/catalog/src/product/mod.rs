//! Products with their variants and offers: reading, listing, writing.

pub mod check;
mod create;
pub mod data;
mod describe;
mod error;
pub mod graphql;
mod input;
pub mod list;
pub mod loaders;
pub mod objects;
pub mod price;
pub mod reader;
mod set_offer;
pub mod store;
mod update;
mod variants;
mod visibility;
pub mod write;

pub use error::EditError;
