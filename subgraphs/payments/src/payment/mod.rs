//! Payments: authorise, capture, void, expire; by the checkout's calls, the customer's confirmation and webhooks alike.

mod authorize;
mod capture;
mod claimed;
mod error;
mod give_back;
mod give_up;
mod graphql;
mod internal;
mod jobs;
mod record;
mod request;
mod row;
mod status;
mod store;
mod taken;
mod view;
mod webhook;

pub use claimed::consumer;
pub use error::PaymentError;
pub use give_up::{expire, give_up_stranded};
pub use graphql::{PaymentMutation, PaymentQuery};
pub use internal::{InternalPaymentMutation, InternalPaymentQuery};
pub use jobs::ExpirePayment;
pub use row::{find, lock, split, touched};
pub use store::update;
pub use view::Payment;
pub use webhook::{handle_webhook, routes};
