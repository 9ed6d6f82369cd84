//! Carts of users and guests: lines name offers, prices come from catalog.
//!
//! Invariants: what cannot be bought does not enter a cart, and a cart that holds it says so on the line; one cart for
//! each user and for each guest; an offer stands in a cart once; every change is one transaction on the cart's rows, so
//! that parallel changes all count; while an order is being made of a cart, no other is.

mod add;
mod change;
mod check;
mod claim;
mod error;
mod graphql;
mod line;
mod merge;
mod owner;
mod seen_price;
mod store;

pub use claim::{Claim, claim, ordered_by, set_free, take_bought};
pub use error::CartError;
pub use graphql::{Cart, CartMutation, CartQuery, wanted};
pub use owner::Owner;
pub use store::{CartRows, find as find_cart};
