//! Holds stock and coupon for as long as the customer may take to pay, and a place in a slot for a while; who keeps too much
//! waiting is refused.

use chrono::TimeDelta;
use platform_sagas::StepError;

use crate::checkout::problem::{HeldThing, Problem};
use crate::checkout::saga::{Checkout, CheckoutState};
use crate::peers::catalog::{self, Extended};
use crate::peers::logistics;

/// How much longer a place in a slot is kept for a payment that waits.
const PLACE_LONGER: TimeDelta = TimeDelta::minutes(10);

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
    if state.coupon_code.is_some() {
        let coupon = catalog::extend_coupon(saga.app.peers(), &key, until).await?;
        if let Some(problem) = problem(coupon, HeldThing::Coupon) {
            return Ok(Some(problem));
        }
    }
    keep_place(saga, state).await
}

/// A place in a slot is kept a quarter of an hour: it is scarcer than goods. One that has lapsed is taken anew later.
async fn keep_place(saga: &Checkout, state: &CheckoutState) -> Result<Option<Problem>, StepError> {
    let until = state.hold_until + PLACE_LONGER;
    if state.slot().is_none() || until <= saga.app.now() {
        return Ok(None);
    }
    let place = logistics::extend_slot(saga.app.peers(), &state.hold_key(), until).await?;
    Ok(match place {
        Extended::Held | Extended::Closed => None,
        Extended::LimitReached => Some(Problem::HoldLimitReached { of: HeldThing::Slot }),
    })
}

fn problem(extended: Extended, of: HeldThing) -> Option<Problem> {
    match extended {
        Extended::Held => None,
        Extended::LimitReached => Some(Problem::HoldLimitReached { of }),
        Extended::Closed => Some(Problem::ReservationExpired),
    }
}
