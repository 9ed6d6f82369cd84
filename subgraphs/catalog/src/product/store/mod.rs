//! Queries of products, their variants and their offers where they are read.

mod current;
mod find;
pub mod listing;
mod load;
mod prices;

pub use current::{Current, CurrentOffer, current};
pub use find::{
    available, count, id_of_slug, ids_on_offer, products_of_offers, products_of_variants, vendor_of_offer,
    versions_on_offer,
};
pub use load::{group_prices, load};
