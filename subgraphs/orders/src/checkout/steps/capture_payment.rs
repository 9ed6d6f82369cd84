//! Takes the money at once (the only policy there is so far) and marks the order as paid.

use async_trait::async_trait;
use platform_sagas::{Outcome, Step, StepContext, StepError};

use crate::checkout::saga::{Checkout, CheckoutState};
use crate::order::{Change, Event};
use crate::peers::payments;

pub struct CapturePayment;

#[async_trait]
impl Step<Checkout> for CapturePayment {
    fn name(&self) -> &'static str {
        "capture_payment"
    }

    async fn run(
        &self,
        saga: &Checkout,
        ctx: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<Outcome, StepError> {
        if let Some(id) = state.payment_id {
            payments::capture_payment(&saga.peers, id).await?;
        }
        let tx = saga.orders.database.begin().await?;
        let order = saga.orders.change(&tx, state.order_id, Event::Paid, Change::default()).await?;
        // Staff may have given the money back already.
        saga.cancellations.settle(&tx, &order).await?;
        ctx.finish_in(tx);
        Ok(Outcome::Done)
    }
}
