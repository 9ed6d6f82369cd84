//! Carts of users and guests: lines name offers, prices come from catalog.
//!
//! Invariants: one cart for each user and for each guest; an offer stands in a cart once; every change is one
//! transaction on the cart's rows, so that parallel changes all count.

mod graphql;
mod service;
mod store;

pub use graphql::{Cart, CartMutation, CartQuery, wanted};
pub use service::{CartError, Carts, Owner, UserCarts};
