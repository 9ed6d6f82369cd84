//! Sets aside the points that pay part of the order.

use async_trait::async_trait;
use platform_sagas::{Outcome, Step, StepContext, StepError};

use super::abort;
use crate::checkout::problem::Problem;
use crate::checkout::saga::{Checkout, CheckoutState};
use crate::peers::payments::{self, PointsHold};

pub struct HoldPoints;

#[async_trait]
impl Step<Checkout> for HoldPoints {
    fn name(&self) -> &'static str {
        "hold_points"
    }

    async fn run(
        &self,
        saga: &Checkout,
        _: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<Outcome, StepError> {
        let Some(user) = state.user_id.filter(|_| state.points > 0) else { return Ok(Outcome::Skipped) };
        let key = state.hold_key();
        let held =
            payments::hold_points(saga.app.peers(), &key, user, state.points, state.waiting_hold_until());
        Ok(match held.await? {
            PointsHold::PointsHeld => Outcome::Done,
            PointsHold::NotEnoughPoints { available } => abort(state, Problem::NotEnoughPoints { available }),
            PointsHold::Released => abort(state, Problem::ReservationExpired),
        })
    }

    async fn undo(
        &self,
        saga: &Checkout,
        _: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<(), StepError> {
        if state.points > 0 {
            payments::release_points(saga.app.peers(), &state.hold_key()).await?;
        }
        Ok(())
    }
}
