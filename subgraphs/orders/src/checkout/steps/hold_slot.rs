//! Holds a place in the slot that the buyer has chosen, for a short while, and a little longer while a payment waits: one that
//! lapses then is free for others, and taken anew once the order is paid, or another is chosen.

use async_trait::async_trait;
use platform_sagas::{Outcome, Step, StepContext, StepError};

use super::abort;
use crate::checkout::problem::Problem;
use crate::checkout::saga::{Checkout, CheckoutState};
use crate::peers::logistics::{self, DeliveryProblem, SlotHold};

pub struct HoldSlot;

#[async_trait]
impl Step<Checkout> for HoldSlot {
    fn name(&self) -> &'static str {
        "hold_slot"
    }

    async fn run(
        &self,
        saga: &Checkout,
        _: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<Outcome, StepError> {
        let holder = state.holder();
        // Nobody asks for it after this.
        state.network = None;
        let Some(slot) = state.slot() else { return Ok(Outcome::Skipped) };
        let (key, until) = (state.hold_key(), state.hold_until);
        let held = logistics::hold_slot(saga.app.peers(), &key, slot, &holder, until).await?;
        let problem = match held {
            SlotHold::Held => return Ok(Outcome::Done),
            SlotHold::Full => DeliveryProblem::SlotFull,
            SlotHold::NotOpen { is_closed: true } => DeliveryProblem::SlotClosed,
            SlotHold::NotOpen { is_closed: false } => DeliveryProblem::UnknownSlot,
            SlotHold::Closed => return Ok(abort(state, Problem::ReservationExpired)),
        };
        Ok(abort(state, Problem::DeliveryNotPossible { problem }))
    }

    async fn undo(
        &self,
        saga: &Checkout,
        _: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<(), StepError> {
        if state.slot().is_some() {
            logistics::release_slot(saga.app.peers(), &state.hold_key()).await?;
        }
        Ok(())
    }
}
