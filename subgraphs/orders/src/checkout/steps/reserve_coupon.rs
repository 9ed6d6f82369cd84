//! Takes one use of the coupon, within its limits.

use async_trait::async_trait;
use platform_sagas::{Outcome, Step, StepContext, StepError};

use super::abort;
use crate::checkout::problem::Problem;
use crate::checkout::saga::{Checkout, CheckoutState};
use crate::peers::catalog::{self, CouponHold};

pub struct ReserveCoupon;

#[async_trait]
impl Step<Checkout> for ReserveCoupon {
    fn name(&self) -> &'static str {
        "reserve_coupon"
    }

    async fn run(
        &self,
        saga: &Checkout,
        _: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<Outcome, StepError> {
        let holder = state.holder();
        let Some(code) = state.coupon_code.clone() else { return Ok(Outcome::Skipped) };
        let key = state.hold_key();
        let (user, until) = (state.user_id, state.hold_until);
        let held = catalog::reserve_coupon(saga.app.peers(), &key, &code, user, &holder, until).await?;
        Ok(match held {
            CouponHold::Held => Outcome::Done,
            CouponHold::Rejected { reason } => abort(state, Problem::CouponRejected { code, reason }),
            CouponHold::Closed => abort(state, Problem::ReservationExpired),
        })
    }

    async fn undo(
        &self,
        saga: &Checkout,
        _: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<(), StepError> {
        if state.coupon_code.is_some() {
            catalog::release_coupon(saga.app.peers(), &state.hold_key()).await?;
        }
        Ok(())
    }
}
