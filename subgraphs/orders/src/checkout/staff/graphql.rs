//! The sagas of orders in the schema, for staff.

use async_graphql::{Context, Enum, ID, InputObject, Object, Result, SimpleObject, Union};
use chrono::{DateTime, Utc};
use orders_entities::order::Entity;
use platform_core::id::SagaId;
use platform_core::page::{Connection, Page};
use platform_identity::Scope;
use platform_sagas::{Abandonment, SagaFilter, SagaInfo, SagaStatus};
use platform_server::{access, caller, rows};
use platform_text::token;

use super::StaffError;
use super::service::{Ended, abandon, order_of, retry};
use crate::app::App;
use crate::order::{Order, OrderError};

const MAX_KIND: usize = 50;

/// Where a saga stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum OrderSagaStatus {
    /// A step runs, or waits to be tried again.
    Running,
    /// A step waits, for the customer or its deadline.
    Parked,
    /// The steps are being undone.
    Compensating,
    /// A step or an undo failed for good, or too often: staff must look.
    Stuck,
    /// It has ended; with `failure`, where staff ended it.
    Completed,
    /// Every step that was begun is undone.
    Compensated,
}

impl From<SagaStatus> for OrderSagaStatus {
    fn from(status: SagaStatus) -> Self {
        match status {
            SagaStatus::Running => Self::Running,
            SagaStatus::Parked => Self::Parked,
            SagaStatus::Compensating => Self::Compensating,
            SagaStatus::Stuck => Self::Stuck,
            SagaStatus::Completed => Self::Completed,
            SagaStatus::Compensated => Self::Compensated,
        }
    }
}

impl From<OrderSagaStatus> for SagaStatus {
    fn from(status: OrderSagaStatus) -> Self {
        match status {
            OrderSagaStatus::Running => Self::Running,
            OrderSagaStatus::Parked => Self::Parked,
            OrderSagaStatus::Compensating => Self::Compensating,
            OrderSagaStatus::Stuck => Self::Stuck,
            OrderSagaStatus::Completed => Self::Completed,
            OrderSagaStatus::Compensated => Self::Compensated,
        }
    }
}

/// The checkout of an order, or its cancellation.
pub struct OrderSaga(SagaInfo);

/// The checkout of an order, or its cancellation.
#[Object]
impl OrderSaga {
    /// Identifier; see `retryOrderSaga` and `abandonOrderSaga`.
    async fn id(&self) -> ID {
        self.0.id.to_graphql()
    }

    /// `checkout` or `cancellation`.
    async fn kind(&self) -> &str {
        &self.0.kind
    }

    /// Where it stands.
    async fn status(&self) -> OrderSagaStatus {
        self.0.status.into()
    }

    /// The step that runs, waits or failed, or whose undo did.
    async fn step(&self) -> &str {
        &self.0.step
    }

    /// Attempts of the step so far.
    async fn attempts(&self) -> i32 {
        self.0.attempts
    }

    /// Why it is or was undone, or ended by staff.
    async fn failure(&self) -> Option<&str> {
        self.0.failure.as_deref()
    }

    /// Why the last attempt failed.
    async fn last_error(&self) -> Option<&str> {
        self.0.last_error.as_deref()
    }

    /// When it is looked at next, unless it has ended or is stuck.
    async fn due_at(&self) -> Option<DateTime<Utc>> {
        let rests = self.0.status.is_final() || self.0.status == SagaStatus::Stuck;
        (!rests).then_some(self.0.due_at)
    }

    /// When it began.
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime<Utc> {
        self.0.updated_at
    }

    /// The order that it makes or calls off.
    async fn order(&self, ctx: &Context<'_>) -> Result<Option<Order>> {
        Ok(rows(ctx).by_id::<Entity>(order_of(&self.0)?).await?.map(Order))
    }

    /// The steps that `abandonOrderSaga` would undo, in that order.
    async fn undone_if_abandoned(&self, ctx: &Context<'_>) -> Vec<String> {
        if self.0.status.is_final() {
            return Vec::new();
        }
        ctx.data_unchecked::<App>().sagas().abandonment(&self.0).undone
    }
}

/// Which sagas to list; every field that is given must hold.
#[derive(InputObject, Default)]
pub struct OrderSagaFilter {
    /// Those that stand so.
    pub status: Option<OrderSagaStatus>,
    /// `checkout` or `cancellation`.
    pub kind: Option<String>,
}

/// A stuck saga to try again.
#[derive(InputObject)]
pub struct RetryOrderSagaInput {
    /// A saga that is STUCK; `orderSagas` lists them.
    pub saga_id: SagaId,
}

/// A stuck saga to give up.
#[derive(InputObject)]
pub struct AbandonOrderSagaInput {
    /// A saga that is STUCK; `orderSagas` lists them.
    pub saga_id: SagaId,
}

/// The saga was taken up again.
#[derive(SimpleObject)]
pub struct OrderSagaPayload {
    /// The saga as it is now.
    saga: OrderSaga,
}

/// Only what is stuck can be tried again or given up.
#[derive(SimpleObject)]
pub struct OrderSagaNotStuck {
    /// The saga as it is now.
    saga: OrderSaga,
}

/// What giving the saga up comes to.
#[derive(SimpleObject)]
pub struct OrderSagaAbandoned {
    /// The saga as it is now.
    saga: OrderSaga,
    /// The steps that are undone, in this order.
    undone: Vec<String>,
    /// The steps that are neither done nor undone: what they may have left behind is to be seen to by hand.
    given_up: Vec<String>,
    /// The steps that run all the same.
    goes_on: Vec<String>,
    /// The order was confirmed before: it is called off as by `cancelOrder`, and what the checkout did is given back.
    cancels_order: bool,
}

/// Outcome of `retryOrderSaga`.
#[derive(Union)]
pub enum RetryOrderSagaResult {
    Retried(OrderSagaPayload),
    NotStuck(OrderSagaNotStuck),
}

/// Outcome of `abandonOrderSaga`.
#[derive(Union)]
pub enum AbandonOrderSagaResult {
    Abandoned(OrderSagaAbandoned),
    NotStuck(OrderSagaNotStuck),
}

#[derive(Default)]
pub struct SagaQuery;

#[Object]
impl SagaQuery {
    /// The checkouts and cancellations of orders, oldest first, for staff.
    #[graphql(directive = access::scope::apply(Scope::OrdersManage))]
    async fn order_sagas(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "All sagas unless given.")] filter: Option<OrderSagaFilter>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Option<Connection<OrderSaga>>> {
        let page = Page::<SagaId>::parse(first, after.as_deref())?;
        let filter = filter.unwrap_or_default();
        if let Some(kind) = &filter.kind {
            token("kind", kind, 1..=MAX_KIND).map_err(OrderError::from)?;
        }
        let wanted = SagaFilter {
            status: filter.status.map(Into::into),
            kind: filter.kind.as_deref(),
            after: page.after,
        };
        let sagas = ctx.data_unchecked::<App>().sagas();
        let rows = sagas.list(wanted, page.first.saturating_add(1)).await.map_err(StaffError::from)?;
        Ok(Some(page.connection(rows, |saga| saga.id, OrderSaga)))
    }
}

#[derive(Default)]
pub struct SagaMutation;

#[Object]
impl SagaMutation {
    /// Tries the step of a stuck saga again, with all its attempts.
    #[graphql(directive = access::scope::apply(Scope::OrdersManage))]
    async fn retry_order_saga(
        &self,
        ctx: &Context<'_>,
        input: RetryOrderSagaInput,
    ) -> Result<Option<RetryOrderSagaResult>> {
        let (is_retried, saga) = retry(ctx.data_unchecked::<App>(), input.saga_id).await?;
        let saga = OrderSaga(saga);
        Ok(Some(if is_retried {
            RetryOrderSagaResult::Retried(OrderSagaPayload { saga })
        } else {
            RetryOrderSagaResult::NotStuck(OrderSagaNotStuck { saga })
        }))
    }

    /// Gives a stuck saga up: a checkout is undone, or, when the order was confirmed already, the order is called off; an
    /// undo that fails is left out; a cancellation goes on without the step that fails.
    #[graphql(directive = access::scope::apply(Scope::OrdersManage))]
    async fn abandon_order_saga(
        &self,
        ctx: &Context<'_>,
        input: AbandonOrderSagaInput,
    ) -> Result<Option<AbandonOrderSagaResult>> {
        let app = ctx.data_unchecked::<App>();
        Ok(Some(match abandon(app, input.saga_id, caller(ctx)?.user).await? {
            Ended::Not(saga) => AbandonOrderSagaResult::NotStuck(OrderSagaNotStuck { saga: OrderSaga(saga) }),
            Ended::Abandoned { saga, abandonment, cancels_order } => {
                let (saga, Abandonment { undone, given_up, goes_on, .. }) = (OrderSaga(saga), abandonment);
                let abandoned = OrderSagaAbandoned { saga, undone, given_up, goes_on, cancels_order };
                AbandonOrderSagaResult::Abandoned(abandoned)
            }
        }))
    }
}
