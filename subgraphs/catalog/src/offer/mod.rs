//! Offers as those who make them keep them: paused ones too, with all prices, in every currency and for every group.
//!
//! Deliberately absent: what buyers see of an offer, and making one, which change with the product.

pub mod graphql;
mod remove_price;
mod store;
