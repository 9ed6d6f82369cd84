//! What a cart costs: lines priced by catalog, shipping, points, and how the total divides.

mod delivery;
mod delivery_view;
mod graphql;
mod rounding;
mod service;
mod shipping;
mod split;

pub use delivery::chosen;
pub use delivery_view::DeliveryChoiceInput;
pub use graphql::{CartProblem, CheckoutQuote};
pub use rounding::rounding;
pub use service::{Quote, QuoteError, QuoteInput, quote};
