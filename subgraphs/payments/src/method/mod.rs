//! Saved means of payment: tokens of the gateways and what may be shown of them. No card number ever reaches Souk.

mod graphql;
mod service;
mod store;

pub use graphql::{MethodMutation, PaymentMethod};
pub use store::{OfUser, find_of};
