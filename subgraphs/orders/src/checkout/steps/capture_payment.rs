//! Takes the money at once (the only policy there is so far), and marks the order as confirmed and paid. Where nothing is
//! left to pay, it has the sale booked in place of a payment. Where the gateway that holds the money is gone, or the payment
//! was given up or lapsed in the last moment, nobody can take it: the order is called off.

use async_trait::async_trait;
use platform_sagas::{Outcome, Step, StepContext, StepError};

use super::confirm_order::confirm;
use crate::checkout::call_off::call_off_unpayable;
use crate::checkout::saga::{Checkout, CheckoutState};
use crate::checkout::settle::settle;
use crate::order::Event;
use crate::peers::payments::{self, Taking};

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
        let taken = match state.payment_id {
            Some(id) => payments::capture_payment(saga.app.peers(), id).await,
            None if state.is_free() => {
                let (key, currency) = (state.hold_key(), state.amount.currency());
                payments::book_free_sale(saga.app.peers(), &key, currency, &state.split)
                    .await
                    .map(|()| Taking::Taken)
            }
            // Spending the points has booked it.
            None => Ok(Taking::Taken),
        };
        let tx = saga.app.begin().await?;
        match taken {
            Ok(Taking::Taken) => {
                let order = confirm(saga, &tx, state, &[Event::Confirmed, Event::Paid]).await?;
                // Staff may have given the money back already.
                settle(&tx, &saga.app, &order).await?;
                ctx.finish_in(tx);
                Ok(Outcome::Done)
            }
            Ok(taking @ (Taking::Lost | Taking::GivenUp)) => {
                confirm(saga, &tx, state, &[Event::Confirmed]).await?;
                call_off_unpayable(&tx, &saga.app, state.order_id, taking).await?;
                ctx.finish_in(tx);
                Ok(Outcome::Done)
            }
            Err(error) if state.confirmed => Err(error.into()),
            Err(error) => {
                // The goods are the buyer's all the same.
                confirm(saga, &tx, state, &[Event::Confirmed]).await?;
                ctx.checkpoint_in(&tx, state).await?;
                tx.commit().await?;
                Err(error.into())
            }
        }
    }
}
