//! The steps of the checkout, each beside its undo.
//!
//! A step may run again after a crash and an undo may run though its step never took effect; what they ask of other
//! subgraphs carries the order's key, so that it happens once.

mod authorize_payment;
mod capture_payment;
mod commit_holds;
mod confirm_order;
mod create_order;
mod hold_points;
mod keep_holding;
mod reserve_coupon;
mod reserve_stock;

pub use authorize_payment::AuthorizePayment;
pub use capture_payment::CapturePayment;
pub use commit_holds::CommitHolds;
pub use confirm_order::ConfirmOrder;
pub use create_order::CreateOrder;
pub use hold_points::HoldPoints;
pub use reserve_coupon::ReserveCoupon;
pub use reserve_stock::ReserveStock;

use platform_sagas::Outcome;

use super::problem::Problem;
use super::saga::CheckoutState;

/// Ends the checkout for a reason that the customer is told.
fn abort(state: &mut CheckoutState, problem: Problem) -> Outcome {
    let reason = problem.code().to_owned();
    state.problem = Some(problem);
    state.means = None;
    Outcome::Abort(reason)
}
