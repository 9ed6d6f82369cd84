//! The order exists already, pending, when the saga starts; its undo closes it and sets its cart free.

use async_trait::async_trait;
use platform_sagas::{Outcome, Step, StepContext, StepError};

use crate::cart;
use crate::checkout::problem::Problem;
use crate::checkout::saga::{Checkout, CheckoutState};
use crate::order::{self, Change, Event};

pub struct CreateOrder;

#[async_trait]
impl Step<Checkout> for CreateOrder {
    fn name(&self) -> &'static str {
        "create_order"
    }

    async fn run(&self, _: &Checkout, _: &StepContext, _: &mut CheckoutState) -> Result<Outcome, StepError> {
        Ok(Outcome::Skipped)
    }

    async fn undo(
        &self,
        saga: &Checkout,
        ctx: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<(), StepError> {
        state.means = None;
        let problem = state.problem.clone().unwrap_or_else(|| Problem::of_failure(ctx.failure()));
        let event = if problem.is_cancellation() { Event::Cancelled } else { Event::Failed };
        let change = Change {
            reason: Some(problem.code().to_owned()),
            cancellation: Some(problem.cancellation_reason()),
            problem: Some(serde_json::to_value(&problem)?),
            ..Change::default()
        };
        let tx = saga.app.begin().await?;
        cart::set_free(&tx, &saga.app, state.order_id, &state.lines).await?;
        order::change(&tx, &saga.app, state.order_id, &[event], change).await?;
        ctx.finish_in(tx);
        Ok(())
    }
}
