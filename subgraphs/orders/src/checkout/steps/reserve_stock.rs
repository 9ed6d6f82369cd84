//! Holds the stock of all lines, or of none.

use async_trait::async_trait;
use platform_sagas::{Outcome, Step, StepContext, StepError};

use super::abort;
use crate::checkout::parcels::Allocation;
use crate::checkout::problem::Problem;
use crate::checkout::saga::{Checkout, CheckoutState};
use crate::peers::catalog::{self, Reserved, ReservedLine};

pub struct ReserveStock;

fn allocation(line: ReservedLine) -> Allocation {
    let ReservedLine { offer_id, warehouse_id, quantity } = line;
    Allocation { offer_id, warehouse_id, quantity }
}

#[async_trait]
impl Step<Checkout> for ReserveStock {
    fn name(&self) -> &'static str {
        "reserve_stock"
    }

    async fn run(
        &self,
        saga: &Checkout,
        _: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<Outcome, StepError> {
        let key = state.hold_key();
        let (lines, holder) = (&state.lines, state.holder());
        Ok(match catalog::reserve_stock(saga.app.peers(), &key, lines, &holder, state.hold_until).await? {
            Reserved::Held { lines } => {
                state.allocations = lines.into_iter().map(allocation).collect();
                Outcome::Done
            }
            Reserved::OutOfStock { lines } => abort(state, Problem::OutOfStock { lines }),
            Reserved::Closed => abort(state, Problem::ReservationExpired),
        })
    }

    async fn undo(
        &self,
        saga: &Checkout,
        _: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<(), StepError> {
        Ok(catalog::give_back_stock(saga.app.peers(), &state.hold_key()).await?)
    }
}
