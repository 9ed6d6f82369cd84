//! The order stands: customer and vendors are told, and what was bought leaves the cart.

use async_trait::async_trait;
use platform_sagas::{Outcome, Step, StepContext, StepError};

use crate::checkout::saga::{Checkout, CheckoutState};
use crate::order::{Change, Event};

pub struct ConfirmOrder;

#[async_trait]
impl Step<Checkout> for ConfirmOrder {
    fn name(&self) -> &'static str {
        "confirm_order"
    }

    async fn run(
        &self,
        saga: &Checkout,
        ctx: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<Outcome, StepError> {
        let tx = saga.orders.database.begin().await?;
        // The cart is locked before the order, as wherever both are.
        saga.carts.take_bought(&tx, state.order_id, state.owner().as_ref(), &state.lines).await?;
        let change = Change { payment_id: state.payment_id, ..Change::default() };
        saga.orders.change(&tx, state.order_id, Event::Confirmed, change).await?;
        ctx.finish_in(tx);
        Ok(Outcome::Done)
    }
}
