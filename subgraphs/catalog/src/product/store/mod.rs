//! Queries of products, their variants and their offers.

mod current;
mod find;
pub mod listing;
mod load;
mod lowest;
pub mod offer;
mod prices;
pub mod variant;
pub mod write;

pub use current::{Current, CurrentOffer, current};
pub use find::{
    available, count, id_of_slug, ids_on_offer, products_of_offers, products_of_variants, vendor_of_offer,
    versions_on_offer,
};
pub use load::load;
pub use lowest::{prices_of, replace_lowest_prices, sold_offers};
