//! Checkout: from a cart to a paid order, as a saga that survives the death of any process.
//!
//! create order (pending, numbered) → reserve stock → reserve coupon → hold points → authorise payment (may park for
//! the customer) → commit stock, coupon and points → confirm → capture. Each step stands beside its undo in `steps/`.
//! Stock is committed before the order is confirmed, so that no customer is told of an order that stock then denies.

mod cancel;
mod graphql;
mod place;
mod problem;
mod saga;
mod steps;

pub use cancel::{Cancellation, Cancellations, Cancelled};
pub use graphql::{CancelOrderPayload, CheckoutMutation, OrderNotCancellable};
pub use place::Checkouts;
pub use saga::{Checkout, wake};
