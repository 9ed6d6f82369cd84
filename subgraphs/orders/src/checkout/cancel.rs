//! Calling an order off: a checkout under way is undone; what was secured is given back by a saga of its own.
//!
//! Whatever state an order and its checkout are in, there is a way to an end: a checkout that waits or is stuck is
//! undone; one that is past its pivot ends where it stands, and what it did is given back; for staff also one that is
//! tried again and again is taken from its worker.

use orders_entities::order::{Model, Status};
use platform_core::id::{OrderId, SagaId, UserId};
use platform_sagas::{Abandoned, Reach, SagaStatus};

use super::call_off::start;
use super::follow;
use super::place::PlaceError;
use super::problem::Problem;
use super::saga::saga_id;
use crate::app::App;
use crate::order::{self, OrderError};
use crate::peers::logistics;

/// Rounds while the order goes from one status to the next.
const ROUNDS: usize = 4;

/// What became of a request to call an order off.
#[derive(Debug)]
pub enum Cancelled {
    /// As it stands: called off, or still being undone because somebody who is needed for it does not answer or refuses.
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

#[tracing::instrument(name = "orders.cancel", skip_all, fields(order.id = %order.id))]
pub async fn cancel(
    app: &App,
    mut order: Model,
    actor: Option<UserId>,
    by_staff: bool,
) -> Result<Cancelled, PlaceError> {
    for _ in 0..ROUNDS {
        let round = match order.status {
            Status::Cancelled => return Ok(Cancelled::Order(order)),
            Status::Shipped | Status::Delivered | Status::Completed | Status::Failed | Status::Refunded => {
                break;
            }
            Status::Paid if has_left(app, order.id).await => break,
            Status::Paid => Round::Follow(start(app, &order, actor, by_staff).await?),
            Status::Pending | Status::AwaitingPayment | Status::Confirmed => {
                end_checkout(app, &order, actor, by_staff).await?
            }
        };
        let rests = match &round {
            Round::Follow(saga) => follow(app, *saga).await?,
            _ => None,
        };
        order = order::find_order(app.database(), order.id).await?.ok_or(OrderError::NotFound)?;
        match round {
            // All of its money went back by another way just before.
            Round::Follow(_) | Round::Undone if order.status == Status::Refunded => break,
            // A parcel has left its seller just before.
            Round::Follow(_) if rests == Some(SagaStatus::Completed) && order::is_paid(order.status) => break,
            Round::Follow(_) | Round::Undone => return Ok(Cancelled::Order(order)),
            Round::NotPossible => break,
            Round::Again => {}
        }
    }
    Ok(Cancelled::NotPossible(order))
}

/// Whether a parcel of an order has left its seller, as far as logistics says now. The saga asks again, and decides; it is
/// spared for those that it would find so, because an order can have few of them.
async fn has_left(app: &App, order: OrderId) -> bool {
    logistics::has_left(app.peers(), &format!("order:{order}")).await.unwrap_or_else(|error| {
        tracing::warn!(order.id = %order, error = &error as &dyn std::error::Error, "what has left is not known now");
        false
    })
}

/// Ends the checkout of an order that is not paid.
async fn end_checkout(
    app: &App,
    order: &Model,
    actor: Option<UserId>,
    by_staff: bool,
) -> Result<Round, PlaceError> {
    let saga = saga_id(order.id);
    let problem = Problem::cancelled(by_staff);
    if app.sagas().compensate(saga, problem.code()).await? {
        return Ok(Round::Follow(saga));
    }
    let mut ended = app.sagas().abandon(saga, problem.code(), Reach::Stuck).await?;
    if let Abandoned::No(status @ (SagaStatus::Running | SagaStatus::Compensating)) = ended {
        // Mostly it is decided in a moment.
        if follow(app, saga).await?.is_some() {
            return Ok(Round::Again);
        }
        match status {
            SagaStatus::Running if by_staff => {
                ended = app.sagas().abandon(saga, problem.code(), Reach::AtWork).await?;
            }
            SagaStatus::Running => return Ok(Round::NotPossible),
            _ => return Ok(Round::Undone),
        }
    }
    match ended {
        Abandoned::Yes(abandonment) if !abandonment.undone.is_empty() => Ok(Round::Follow(saga)),
        Abandoned::No(status) if !status.is_final() => Ok(Round::Again),
        // There is no checkout any more that could end the order.
        Abandoned::Yes(_) | Abandoned::No(_) | Abandoned::Unknown => close(app, order, actor, by_staff).await,
    }
}

/// Calls an order off that its checkout has left behind, unless that has decided it after all.
async fn close(app: &App, order: &Model, actor: Option<UserId>, by_staff: bool) -> Result<Round, PlaceError> {
    let now = order::find_order(app.database(), order.id).await?.ok_or(OrderError::NotFound)?;
    if now.status != order.status {
        return Ok(Round::Again);
    }
    Ok(Round::Follow(start(app, &now, actor, by_staff).await?))
}
