//! Closes orders of which nothing is left to pay for: all of their money was given back, though nobody called them off.

use std::time::Duration;

use contracts::orders::CancellationReason;
use orders_entities::order::Model;
use platform_core::id::{OrderId, SagaId};
use platform_database::Transaction;
use platform_jobs::{JobContext, JobError, RecurringJob};
use uuid::Uuid;

use super::call_off::{last_id, next_id};
use super::cancellation::{Cancellation, CancellationState};
use super::follow;
use super::place::PlaceError;
use crate::app::App;
use crate::order::{self, Change, Event, RefundNews, Refunded};

/// Orders that are looked up at once to be settled.
const SETTLED_AT_ONCE: u64 = 100;

/// Writes down what payments tells of refunds, and closes an order of which nothing is left to pay for.
pub async fn note_refund(
    tx: &Transaction,
    app: &App,
    order: OrderId,
    refunded: Refunded,
    news: RefundNews,
) -> Result<(), PlaceError> {
    match order::set_refunded(tx, app, order, refunded, news).await? {
        Some(order) => settle(tx, app, &order).await,
        None => Ok(()),
    }
}

/// An order of which nothing is left to give back, by whatever path, is refunded: nothing of it is to be shipped, and
/// what was not delivered goes back on the shelf. One that is being called off ends as such.
pub async fn settle(tx: &Transaction, app: &App, order: &Model) -> Result<(), PlaceError> {
    settle_as(tx, app, order, false, None).await
}

/// The same in the transaction that ends a cancellation which found that a parcel has left, and changed nothing.
pub(super) async fn settle_after(
    tx: &Transaction,
    app: &App,
    order: OrderId,
    cancellation: SagaId,
) -> Result<(), PlaceError> {
    match order::lock_order(tx, order).await? {
        Some(order) => settle_as(tx, app, &order, false, Some(cancellation)).await,
        None => Ok(()),
    }
}

async fn settle_as(
    tx: &Transaction,
    app: &App,
    order: &Model,
    is_old: bool,
    ending: Option<SagaId>,
) -> Result<(), PlaceError> {
    let has_left = order::has_left(order.status);
    if !order::is_paid(order.status) || !order::has_nothing_left(tx, order).await? {
        return Ok(());
    }
    let Some(id) = next_id(tx, app, order.id, ending).await? else { return Ok(()) };
    let change = Change {
        reason: Some("REFUNDED".to_owned()),
        cancellation: Some(CancellationReason::Staff),
        is_old,
        ..Change::default()
    };
    order::change(tx, app, order.id, &[Event::Refunded], change).await?;
    if !has_left {
        let state = CancellationState {
            points: false,
            by_staff: true,
            unpaid: false,
            refunded: true,
            ..CancellationState::of(order)
        };
        app.sagas().start::<Cancellation>(tx, id, &state).await?;
    }
    Ok(())
}

/// Waits until what goes back on the shelf of a refunded order is there.
pub async fn follow_restocking(app: &App, order: OrderId) -> Result<(), PlaceError> {
    if let Some(restocking) = last_id(app, order).await? {
        follow(app, restocking).await?;
    }
    Ok(())
}

/// The job that settles what earlier releases left.
pub struct SettleEarlier(pub App);

impl RecurringJob for SettleEarlier {
    const NAME: &'static str = "orders.refunds";
    /// A release before this one may serve beside it for a while.
    const EVERY: Duration = Duration::from_secs(3_600);

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        Ok(settle_earlier(&self.0).await?)
    }
}

/// Settles the orders that an earlier release left as they were when all of their money was given back.
async fn settle_earlier(app: &App) -> Result<(), PlaceError> {
    let database = app.database();
    let mut last = OrderId(Uuid::nil());
    let mut first_failure = Ok(());
    loop {
        let page = order::refunded_and_not_settled(database, last, SETTLED_AT_ONCE).await?;
        for id in &page {
            // One that cannot be settled keeps none behind it waiting.
            if let Err(error) = settle_one_earlier(app, *id).await {
                tracing::warn!(target: "souk", order = %id, %error, "a refunded order could not be settled");
                first_failure = first_failure.and(Err(error));
            }
        }
        match page.last() {
            Some(id) => last = *id,
            None => return first_failure,
        }
    }
}

async fn settle_one_earlier(app: &App, id: OrderId) -> Result<(), PlaceError> {
    let tx = app.begin().await?;
    if let Some(order) = order::lock_order(&tx, id).await? {
        settle_as(&tx, app, &order, true, None).await?;
    }
    Ok(tx.commit().await?)
}
