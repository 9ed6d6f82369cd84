//! Holds stock and coupon for as long as the customer may take to pay; catalog refuses who keeps too much waiting.

use platform_sagas::StepError;

use crate::checkout::problem::{HeldThing, Problem};
use crate::checkout::saga::{Checkout, CheckoutState};
use crate::peers::catalog::{self, Extended};

/// `None` if everything is held; otherwise why the checkout has to be undone.
pub(super) async fn keep_holding(
    saga: &Checkout,
    state: &CheckoutState,
) -> Result<Option<Problem>, StepError> {
    let (key, until) = (state.hold_key(), state.waiting_hold_until());
    // Looked at again after the deadline, the payment is given up at once: there is nothing to hold for.
    if until <= saga.app.now() {
        return Ok(None);
    }
    let stock = catalog::extend_reservation(saga.app.peers(), &key, until).await?;
    if let Some(problem) = problem(stock, HeldThing::Stock) {
        return Ok(Some(problem));
    }
    if state.coupon_code.is_none() {
        return Ok(None);
    }
    let coupon = catalog::extend_coupon(saga.app.peers(), &key, until).await?;
    Ok(problem(coupon, HeldThing::Coupon))
}

fn problem(extended: Extended, of: HeldThing) -> Option<Problem> {
    match extended {
        Extended::Held => None,
        Extended::LimitReached => Some(Problem::HoldLimitReached { of }),
        Extended::Closed => Some(Problem::ReservationExpired),
    }
}
