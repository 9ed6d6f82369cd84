//! Calling an order off: a checkout under way is undone; a paid order is refunded, restocked and closed by a saga of
//! its own.

use async_trait::async_trait;
use orders_entities::order::{Model, Status};
use platform_core::id::{OrderId, PaymentId, SagaId, UserId};
use platform_database::is_unique_violation;
use platform_sagas::{Outcome, Saga, Sagas, Step, StepContext, StepError};
use platform_server::Peers;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::place::PlaceError;
use super::problem::Problem;
use super::saga::saga_id;
use crate::order::{self, Change, Event, OrderError, Orders};
use crate::peers::{catalog, payments};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CancellationState {
    order_id: OrderId,
    payment_id: Option<PaymentId>,
    coupon: bool,
    points: bool,
    actor: Option<UserId>,
    by_staff: bool,
}

pub struct Cancellation {
    pub peers: Peers,
    pub orders: Orders,
}

impl Saga for Cancellation {
    const KIND: &'static str = "cancellation";
    // Once an order is being called off, every step is repeated until it succeeds.
    const PIVOT: Option<&'static str> = Some("give_money_back");
    type State = CancellationState;

    fn steps(&self) -> &'static [&'static dyn Step<Self>] {
        &[&GiveMoneyBack, &GiveGoodsBack, &CloseOrder]
    }
}

struct GiveMoneyBack;

#[async_trait]
impl Step<Cancellation> for GiveMoneyBack {
    fn name(&self) -> &'static str {
        "give_money_back"
    }

    async fn run(
        &self,
        saga: &Cancellation,
        _: &StepContext,
        state: &mut CancellationState,
    ) -> Result<Outcome, StepError> {
        let key = format!("order:{}", state.order_id);
        match state.payment_id {
            // The refund gives the points back too, in the measure of the money.
            Some(payment) => {
                payments::refund_remaining(&saga.peers, payment, &key, "order cancelled").await?
            }
            None if state.points => payments::release_points(&saga.peers, &key).await?,
            None => {}
        }
        Ok(Outcome::Done)
    }
}

struct GiveGoodsBack;

#[async_trait]
impl Step<Cancellation> for GiveGoodsBack {
    fn name(&self) -> &'static str {
        "give_goods_back"
    }

    async fn run(
        &self,
        saga: &Cancellation,
        _: &StepContext,
        state: &mut CancellationState,
    ) -> Result<Outcome, StepError> {
        let key = format!("order:{}", state.order_id);
        catalog::give_back_stock(&saga.peers, &key).await?;
        if state.coupon {
            catalog::release_coupon(&saga.peers, &key).await?;
        }
        Ok(Outcome::Done)
    }
}

struct CloseOrder;

#[async_trait]
impl Step<Cancellation> for CloseOrder {
    fn name(&self) -> &'static str {
        "close_order"
    }

    async fn run(
        &self,
        saga: &Cancellation,
        ctx: &StepContext,
        state: &mut CancellationState,
    ) -> Result<Outcome, StepError> {
        let problem = if state.by_staff { Problem::CancelledByStaff } else { Problem::CancelledByBuyer };
        let change = Change {
            reason: Some(problem.code().to_owned()),
            cancellation: Some(problem.cancellation_reason()),
            actor: state.actor,
            ..Change::default()
        };
        let tx = saga.orders.database.begin().await?;
        saga.orders.change(&tx, state.order_id, Event::Cancelled, change).await?;
        ctx.finish_in(tx);
        Ok(Outcome::Done)
    }
}

/// What became of a request to call an order off.
#[derive(Debug)]
pub enum Cancelled {
    Order(Model),
    /// It is delivered, closed, or just being decided.
    NotPossible(Model),
}

#[derive(Clone)]
pub struct Cancellations {
    pub orders: Orders,
    pub sagas: Sagas,
}

impl Cancellations {
    #[tracing::instrument(name = "orders.cancel", skip_all, fields(order.id = %order.id))]
    pub async fn cancel(
        &self,
        order: Model,
        actor: Option<UserId>,
        by_staff: bool,
    ) -> Result<Cancelled, PlaceError> {
        let id = match order.status {
            Status::AwaitingPayment => {
                let problem = if by_staff { Problem::CancelledByStaff } else { Problem::CancelledByBuyer };
                let saga = saga_id(order.id);
                if !self.sagas.compensate(saga, problem.code()).await? {
                    return Ok(Cancelled::NotPossible(order));
                }
                saga
            }
            Status::Paid => self.start(&order, actor, by_staff).await?,
            Status::Cancelled => return Ok(Cancelled::Order(order)),
            Status::Pending | Status::Confirmed | Status::Completed | Status::Failed => {
                return Ok(Cancelled::NotPossible(order));
            }
        };
        self.sagas.drive(id).await?;
        let order = order::find_order(&self.orders.database, order.id).await?.ok_or(OrderError::NotFound)?;
        Ok(Cancelled::Order(order))
    }

    /// One cancellation for each order: its saga's id follows from the order's.
    async fn start(
        &self,
        order: &Model,
        actor: Option<UserId>,
        by_staff: bool,
    ) -> Result<SagaId, PlaceError> {
        let id = SagaId(Uuid::from_u128(order.id.0.as_u128() ^ 1));
        if self.sagas.get(id).await?.is_none() {
            let state = CancellationState {
                order_id: order.id,
                payment_id: order.payment_id,
                coupon: order.coupon_code.is_some(),
                points: order.points_minor > 0,
                actor,
                by_staff,
            };
            let tx = self.orders.database.begin().await?;
            match self.sagas.start::<Cancellation>(&tx, id, &state).await {
                Ok(()) => tx.commit().await?,
                // Another request came first: its saga is this one's too.
                Err(error) if is_unique_violation(&error) => tx.rollback().await?,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(id)
    }
}
