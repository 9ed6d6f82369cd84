//! Refunds: partial, several for a payment, never more than was captured.

mod graphql;
mod internal;
mod jobs;
mod service;

pub use graphql::{Refund, RefundMutation};
pub use internal::InternalRefundMutation;
pub use jobs::FinishRefund;
pub use service::{PaymentRefunds, Refunds};
