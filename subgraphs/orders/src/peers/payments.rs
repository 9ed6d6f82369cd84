//! Money and points, asked of payments.

mod free_sale;
mod means;
mod payment;
mod points;
mod refund_part;
mod split;

/// The documents beside this file, with their answers.
mod asked {
    platform_server::questions!("payments");
}

pub use free_sale::{book_free_sale, reverse_free_sale};
pub use means::PaymentMeans;
pub use payment::{
    AuthorizeRequest, PaymentState, PaymentStatus, Takeable, Taking, authorize_payment, capture_payment,
    claim_payments, get_payment, refund_remaining, take_back,
};
pub use points::{PointsHold, available_points, commit_points, hold_points, release_points};
pub use refund_part::{PartRefusal, RefundedPart, refund_part};
pub use split::{Split, VendorPart};
