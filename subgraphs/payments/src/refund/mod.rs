//! Refunds: partial, several for a payment, never more than was captured. One of a gateway that is not served any more
//! waits for staff, who give the money back by other means and say so.

mod finish;
mod graphql;
mod internal;
mod jobs;
mod key;
mod left;
mod make;
mod rest;
mod store;
mod told;

pub use finish::finish;
pub use graphql::{Refund, RefundMutation, RefundQuery};
pub use internal::InternalRefundMutation;
pub use jobs::{FinishRefund, GiveBackRest};
pub use left::refunded;
pub use rest::refund_remaining;
pub use store::OfPayment;
