//! Calling an order off: a checkout under way is undone; what was secured is given back by a saga of its own.
//!
//! Whatever state an order and its checkout are in, there is a way to an end: a checkout that waits or is stuck is
//! undone; one that is past its pivot ends where it stands, and what it did is given back; for staff also one that is
//! tried again and again is taken from its worker.

use std::time::Duration;

use orders_entities::order::{Model, Status};
use platform_core::id::{OrderId, SagaId, UserId};
use platform_database::{Transaction, Violation};
use platform_jobs::{JobContext, JobError, JobHandlers, RecurringJob};
use platform_sagas::{Abandoned, Reach, SagaStatus};
use uuid::Uuid;

use contracts::orders::CancellationReason;

use super::cancellation::{Cancellation, CancellationState};
use super::follow;
use super::place::PlaceError;
use super::problem::Problem;
use super::saga::{saga_id, wake};
use crate::app::App;
use crate::order::{self, Change, Event, OrderError, RefundNews};
use crate::peers::payments::Taking;

/// Rounds while the order goes from one status to the next.
const ROUNDS: usize = 4;
/// Cancellations of one order: another is begun only after staff gave up the one before.
const MOST: u128 = 8;

/// Orders that are looked up at once to be settled.
const SETTLED_AT_ONCE: u64 = 100;

/// The job that settles what earlier releases left.
pub fn settling(cancellations: &Cancellations) -> JobHandlers {
    JobHandlers::new().every(SettleEarlier(cancellations.clone()))
}

struct SettleEarlier(Cancellations);

impl RecurringJob for SettleEarlier {
    const NAME: &'static str = "orders.refunds";
    /// A release before this one may serve beside it for a while.
    const EVERY: Duration = Duration::from_secs(3_600);

    async fn run(&self, _: JobContext) -> Result<(), JobError> {
        Ok(self.0.settle_earlier().await?)
    }
}

/// What became of a request to call an order off.
#[derive(Debug)]
pub enum Cancelled {
    /// As it stands: called off, or still being undone because somebody who is needed for it does not answer.
    Order(Model),
    /// It is delivered, closed, or just being decided.
    NotPossible(Model),
}

/// What a round has come to.
enum Round {
    /// It is being undone by this saga.
    Follow(SagaId),
    /// It was being undone before, and still is.
    Undone,
    NotPossible,
    /// Something else was decided meanwhile.
    Again,
}

#[derive(Clone)]
pub struct Cancellations {
    pub app: App,
}

impl Cancellations {
    #[tracing::instrument(name = "orders.cancel", skip_all, fields(order.id = %order.id))]
    pub async fn cancel(
        &self,
        mut order: Model,
        actor: Option<UserId>,
        by_staff: bool,
    ) -> Result<Cancelled, PlaceError> {
        for _ in 0..ROUNDS {
            let round = match order.status {
                Status::Cancelled => return Ok(Cancelled::Order(order)),
                Status::Completed | Status::Failed | Status::Refunded => break,
                Status::Paid => Round::Follow(self.start(&order, actor, by_staff).await?),
                Status::Pending | Status::AwaitingPayment | Status::Confirmed => {
                    self.end_checkout(&order, actor, by_staff).await?
                }
            };
            if let Round::Follow(saga) = &round {
                follow(self.app.sagas(), *saga).await?;
            }
            order = order::find_order(self.app.database(), order.id).await?.ok_or(OrderError::NotFound)?;
            match round {
                // All of its money went back by another way just before.
                Round::Follow(_) | Round::Undone if order.status == Status::Refunded => break,
                Round::Follow(_) | Round::Undone => return Ok(Cancelled::Order(order)),
                Round::NotPossible => break,
                Round::Again => {}
            }
        }
        Ok(Cancelled::NotPossible(order))
    }

    /// Ends the checkout of an order that is not paid.
    async fn end_checkout(
        &self,
        order: &Model,
        actor: Option<UserId>,
        by_staff: bool,
    ) -> Result<Round, PlaceError> {
        let saga = saga_id(order.id);
        let problem = Problem::cancelled(by_staff);
        if self.app.sagas().compensate(saga, problem.code()).await? {
            return Ok(Round::Follow(saga));
        }
        let mut ended = self.app.sagas().abandon(saga, problem.code(), Reach::Stuck).await?;
        if let Abandoned::No(status @ (SagaStatus::Running | SagaStatus::Compensating)) = ended {
            // Mostly it is decided in a moment.
            if follow(self.app.sagas(), saga).await?.is_some() {
                return Ok(Round::Again);
            }
            match status {
                SagaStatus::Running if by_staff => {
                    ended = self.app.sagas().abandon(saga, problem.code(), Reach::AtWork).await?;
                }
                SagaStatus::Running => return Ok(Round::NotPossible),
                _ => return Ok(Round::Undone),
            }
        }
        match ended {
            Abandoned::Yes(abandonment) if !abandonment.undone.is_empty() => Ok(Round::Follow(saga)),
            Abandoned::No(status) if !status.is_final() => Ok(Round::Again),
            // There is no checkout any more that could end the order.
            Abandoned::Yes(_) | Abandoned::No(_) | Abandoned::Unknown => {
                self.close(order, actor, by_staff).await
            }
        }
    }

    /// Calls an order off that its checkout has left behind, unless that has decided it after all.
    async fn close(&self, order: &Model, actor: Option<UserId>, by_staff: bool) -> Result<Round, PlaceError> {
        let now = order::find_order(self.app.database(), order.id).await?.ok_or(OrderError::NotFound)?;
        if now.status != order.status {
            return Ok(Round::Again);
        }
        Ok(Round::Follow(self.start(&now, actor, by_staff).await?))
    }

    /// Begins the cancellation of an order whose checkout is over.
    pub async fn start(
        &self,
        order: &Model,
        actor: Option<UserId>,
        by_staff: bool,
    ) -> Result<SagaId, PlaceError> {
        let state = CancellationState { actor, by_staff, ..CancellationState::of(order) };
        for number in 1..MOST {
            let id = cancellation_id(order.id, number);
            match self.app.sagas().get(id).await? {
                Some(earlier) if earlier.status.is_final() => {
                    let now = order::find_order(self.app.database(), order.id).await?;
                    if now.is_none_or(|now| now.status != order.status) {
                        return Ok(id);
                    }
                    // The order is as it was: staff gave up on closing it.
                }
                Some(_) => return Ok(id),
                None => {
                    let tx = self.app.begin().await?;
                    match self.app.sagas().start::<Cancellation>(&tx, id, &state).await {
                        Ok(()) => tx.commit().await?,
                        // Another request came first: its saga is this one's too.
                        Err(error) if error.is_unique_violation() => tx.rollback().await?,
                        Err(error) => return Err(error.into()),
                    }
                    return Ok(id);
                }
            }
        }
        Ok(cancellation_id(order.id, MOST))
    }

    /// Calls an order off whose money nobody can take, in the transaction that ends its checkout. A payment that was given
    /// up was so by staff.
    pub async fn call_off_unpayable(
        &self,
        tx: &Transaction,
        order: OrderId,
        taking: Taking,
    ) -> Result<(), PlaceError> {
        let id = cancellation_id(order, 1);
        if self.app.sagas().is_known(tx, id).await? {
            return Ok(());
        }
        let order = order::lock_order(tx, order).await?.ok_or(OrderError::NotFound)?;
        let unpayable = taking == Taking::GatewayGone;
        let state = CancellationState { by_staff: true, unpayable, ..CancellationState::of(&order) };
        Ok(self.app.sagas().start::<Cancellation>(tx, id, &state).await?)
    }

    /// Writes down what payments tells of refunds, and closes an order of which nothing is left to pay for.
    pub async fn note_refund(
        &self,
        tx: &Transaction,
        order: OrderId,
        refunded_minor: i64,
        news: RefundNews,
    ) -> Result<(), PlaceError> {
        match order::set_refunded(tx, &self.app, order, refunded_minor, news).await? {
            Some(order) => self.settle(tx, &order).await,
            None => Ok(()),
        }
    }

    /// Settles the orders that an earlier release left as they were when all of their money was given back.
    pub async fn settle_earlier(&self) -> Result<(), PlaceError> {
        let database = self.app.database();
        let mut last = OrderId(Uuid::nil());
        let mut first_failure = Ok(());
        loop {
            let page = order::refunded_and_not_settled(database, last, SETTLED_AT_ONCE).await?;
            for id in &page {
                // One that cannot be settled keeps none behind it waiting.
                if let Err(error) = self.settle_one_earlier(*id).await {
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

    async fn settle_one_earlier(&self, id: OrderId) -> Result<(), PlaceError> {
        let tx = self.app.begin().await?;
        if let Some(order) = order::lock_order(&tx, id).await? {
            self.settle_as(&tx, &order, true).await?;
        }
        Ok(tx.commit().await?)
    }

    /// Waits until what goes back on the shelf of a refunded order is there.
    pub async fn follow_restocking(&self, order: OrderId) -> Result<(), PlaceError> {
        let restocking = cancellation_id(order, 1);
        if self.app.sagas().get(restocking).await?.is_some() {
            follow(self.app.sagas(), restocking).await?;
        }
        Ok(())
    }

    /// Lets a checkout that waits for its payment go on, and waits until it rests. One that does not wait, or is over, stays
    /// as it is.
    pub async fn resume_checkout(&self, order: OrderId) -> Result<(), PlaceError> {
        let tx = self.app.begin().await?;
        let is_known = self.app.sagas().is_known(&tx, saga_id(order)).await?;
        wake(self.app.sagas(), &tx, order).await?;
        tx.commit().await?;
        if is_known {
            follow(self.app.sagas(), saga_id(order)).await?;
        }
        Ok(())
    }

    /// An order whose money was given back in full, by whatever path, is refunded: nothing of it is to be shipped, and
    /// what was not delivered goes back on the shelf. One that is being called off ends as such.
    pub async fn settle(&self, tx: &Transaction, order: &Model) -> Result<(), PlaceError> {
        self.settle_as(tx, order, false).await
    }

    async fn settle_as(&self, tx: &Transaction, order: &Model, is_old: bool) -> Result<(), PlaceError> {
        let (is_delivered, id) = (order.status == Status::Completed, cancellation_id(order.id, 1));
        if !order::is_refunded(order)
            || !(is_delivered || order.status == Status::Paid)
            || self.app.sagas().is_known(tx, id).await?
        {
            return Ok(());
        }
        let change = Change {
            reason: Some("REFUNDED".to_owned()),
            cancellation: Some(CancellationReason::Staff),
            is_old,
            ..Change::default()
        };
        order::change(tx, &self.app, order.id, Event::Refunded, change).await?;
        if !is_delivered {
            let state = CancellationState {
                points: false,
                by_staff: true,
                unpaid: false,
                refunded: true,
                ..CancellationState::of(order)
            };
            self.app.sagas().start::<Cancellation>(tx, id, &state).await?;
        }
        Ok(())
    }
}

/// The ids of an order's cancellations follow from the order's, so that there is one at a time.
fn cancellation_id(order: OrderId, number: u128) -> SagaId {
    SagaId(Uuid::from_u128(order.0.as_u128() ^ number))
}
