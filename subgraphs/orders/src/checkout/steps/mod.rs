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
mod hold_slot;
mod keep_holding;
mod plan_delivery;
mod reserve_coupon;
mod reserve_stock;

use platform_sagas::{Outcome, Step};

use super::problem::Problem;
use super::saga::{Checkout, CheckoutState};

/// In their order.
pub const ALL: &[&dyn Step<Checkout>] = &[
    &create_order::CreateOrder,
    &reserve_stock::ReserveStock,
    &reserve_coupon::ReserveCoupon,
    &hold_slot::HoldSlot,
    &plan_delivery::PlanDelivery,
    &hold_points::HoldPoints,
    &authorize_payment::AuthorizePayment,
    &commit_holds::CommitHolds,
    &confirm_order::ConfirmOrder,
    &capture_payment::CapturePayment,
];

/// Ends the checkout for a reason that the customer is told.
fn abort(state: &mut CheckoutState, problem: Problem) -> Outcome {
    let reason = problem.code().to_owned();
    state.problem = Some(problem);
    state.means = None;
    Outcome::Abort(reason)
}
