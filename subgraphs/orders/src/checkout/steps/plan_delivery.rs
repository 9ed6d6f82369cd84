//! Has logistics keep what is to be delivered: its shipments are made once the order is paid.

use async_trait::async_trait;
use platform_sagas::{Outcome, Step, StepContext, StepError};

use super::abort;
use crate::checkout::parcels::parcels;
use crate::checkout::problem::Problem;
use crate::checkout::saga::{Checkout, CheckoutState, ChosenDelivery};
use crate::order::{self, OrderError};
use crate::peers::logistics::{self, Plan, PlannedService, Stopped};

pub struct PlanDelivery;

#[async_trait]
impl Step<Checkout> for PlanDelivery {
    fn name(&self) -> &'static str {
        "plan_delivery"
    }

    async fn run(
        &self,
        saga: &Checkout,
        _: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<Outcome, StepError> {
        let database = saga.app.database();
        let order = order::find_order(database, state.order_id).await?.ok_or(OrderError::NotFound)?;
        let lines = order::lines(database.read(), state.order_id).await?;
        let address = serde_json::from_value(order.shipping_address).map_err(OrderError::from)?;
        let plan = Plan {
            key: state.hold_key(),
            order_id: state.order_id,
            order_number: order.number,
            user_id: state.user_id,
            guest_id: state.guest_id.clone(),
            address: logistics::stored(address),
            parcels: parcels(&lines, &state.allocations),
            service: state.delivery.as_ref().map(planned),
            expires_at: state.waiting_hold_until(),
        };
        match logistics::plan_delivery(saga.app.peers(), plan).await? {
            true => Ok(Outcome::Done),
            false => Ok(abort(state, Problem::ReservationExpired)),
        }
    }

    async fn undo(
        &self,
        saga: &Checkout,
        _: &StepContext,
        state: &mut CheckoutState,
    ) -> Result<(), StepError> {
        match logistics::stop_delivery(saga.app.peers(), &state.hold_key(), false).await? {
            Stopped::Stopped => Ok(()),
            // There are no shipments of what was never paid.
            Stopped::Underway(_) => Err(StepError::retry("a parcel of an order that is not paid has left")),
        }
    }
}

fn planned(delivery: &ChosenDelivery) -> PlannedService {
    PlannedService {
        id: delivery.service_id,
        kind: delivery.kind,
        name: delivery.name.clone(),
        time_zone: delivery.time_zone.clone(),
        arrives_from: delivery.arrives_from,
        arrives_by: delivery.arrives_by,
        pick_up_point_id: delivery.pick_up_point_id,
    }
}
