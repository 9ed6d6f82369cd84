//! From here on the checkout only goes forward: the goods are the buyer's and the money is held. The order is confirmed in
//! the transaction that notes its money, or that notes that the money is not to be had yet.

use async_trait::async_trait;
use orders_entities::order::Model;
use platform_database::Transaction;
use platform_sagas::{Outcome, Step, StepContext, StepError};

use crate::cart;
use crate::checkout::saga::{Checkout, CheckoutState};
use crate::order::{self, Change, Event, OrderError};

pub struct ConfirmOrder;

#[async_trait]
impl Step<Checkout> for ConfirmOrder {
    fn name(&self) -> &'static str {
        "confirm_order"
    }

    async fn run(&self, _: &Checkout, _: &StepContext, _: &mut CheckoutState) -> Result<Outcome, StepError> {
        Ok(Outcome::Skipped)
    }
}

/// The order stands, and is what `events` make of it: what was bought leaves the cart, customer and vendors are told.
pub(super) async fn confirm(
    saga: &Checkout,
    tx: &Transaction,
    state: &mut CheckoutState,
    events: &[Event],
) -> Result<Model, StepError> {
    let change = Change { payment_id: state.payment_id, ..Change::default() };
    if state.confirmed {
        return Ok(order::change(tx, &saga.app, state.order_id, events, change).await?);
    }
    // The cart is locked before the order, as wherever both are.
    let order =
        cart::take_bought(tx, &saga.app, state.order_id, state.owner().as_ref(), &state.lines).await?;
    state.confirmed = true;
    Ok(order::change_locked(tx, &saga.app, order.ok_or(OrderError::NotFound)?, events, change).await?)
}
