//! Carts of users and guests: lines name offers, prices come from catalog.
//!
//! Invariants: what cannot be bought does not enter a cart, and a cart that holds it says so on the line; one cart for
//! each user and for each guest; an offer stands in a cart once; every change is one transaction on the cart's rows, so
//! that parallel changes all count; while an order is being made of a cart, no other is.

mod add;
mod check;
mod claim;
mod graphql;
mod line;
mod merge;
mod service;
mod store;

pub use claim::Claim;
pub use graphql::{Cart, CartMutation, CartQuery, wanted};
pub use service::{CartError, CartRows, Carts, Owner};
