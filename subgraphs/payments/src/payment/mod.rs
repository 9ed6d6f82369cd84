//! Payments: authorise, capture, void, expire; by the checkout's calls, the customer's confirmation and webhooks alike.

mod authorize;
mod claimed;
mod error;
mod give_up;
mod graphql;
mod internal;
mod jobs;
mod request;
mod service;
mod status;
mod store;
mod webhook;

pub use claimed::consumer;
pub use error::PaymentError;
pub use graphql::{Payment, PaymentMutation, PaymentQuery};
pub use internal::{InternalPaymentMutation, InternalPaymentQuery};
pub use jobs::ExpirePayment;
pub use service::{Payments, split};
pub use store::{find, update};
pub use webhook::routes;
