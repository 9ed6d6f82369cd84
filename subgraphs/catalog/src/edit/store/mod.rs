//! Queries of products, their variants and their offers where they are changed.

mod lowest;
pub mod offer;
pub mod product;
pub mod variant;

pub use lowest::{prices_of, replace_lowest_prices, sold_offers};
