//! Turns what is held into what is sold: stock, the use of the coupon, points, the place in a slot. If a hold fell free while
//! the payment ran, the checkout is undone and the money given back; but of slots there are others to choose.

use async_trait::async_trait;
use platform_sagas::{Outcome, Step, StepContext, StepError};

use super::abort;
use crate::checkout::problem::Problem;
use crate::checkout::saga::{Checkout, CheckoutState};
use crate::peers::{catalog, logistics, payments};

pub struct CommitHolds;

#[async_trait]
impl Step<Checkout> for CommitHolds {
    fn name(&self) -> &'static str {
        "commit_holds"
    }

    async fn run(
        &self,
        saga: &Checkout,
        _: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<Outcome, StepError> {
        let key = state.hold_key();
        if !catalog::commit_reservation(saga.app.peers(), &key).await? {
            return Ok(abort(state, Problem::ReservationExpired));
        }
        if state.coupon_code.is_some() && !catalog::commit_coupon(saga.app.peers(), &key).await? {
            return Ok(abort(state, Problem::ReservationExpired));
        }
        // Without a payment, nobody else would book what the points paid for.
        let sale = state.amount.is_zero().then_some((state.amount.currency(), &state.split));
        if state.points > 0 && !payments::commit_points(saga.app.peers(), &key, sale).await? {
            return Ok(abort(state, Problem::ReservationExpired));
        }
        if state.slot().is_some() {
            logistics::confirm_slot(saga.app.peers(), &key).await?;
        }
        Ok(Outcome::Done)
    }
}
