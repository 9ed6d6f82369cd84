//! What a cart costs: lines priced by catalog, shipping, points, and how the total divides.

mod graphql;
mod rounding;
mod service;
mod shipping;
mod split;

pub use graphql::{CartProblem, CheckoutQuote};
pub use rounding::rounding;
pub use service::{Quote, QuoteError, QuoteInput, quote};
