//! Begins the saga that calls an order off, once its checkout is over.

use orders_entities::order::Model;
use platform_core::id::{OrderId, SagaId, UserId};
use platform_database::{Transaction, Violation};
use uuid::Uuid;

use super::cancellation::{Cancellation, CancellationState};
use super::place::PlaceError;
use crate::app::App;
use crate::order::{self, OrderError};
use crate::peers::payments::Taking;

/// Cancellations of one order: another is begun only after staff gave up the one before.
const MOST: u128 = 8;

/// The ids of an order's cancellations follow from the order's, so that there is one at a time.
pub(super) fn cancellation_id(order: OrderId, number: u128) -> SagaId {
    SagaId(Uuid::from_u128(order.0.as_u128() ^ number))
}

/// Begins the cancellation of an order whose checkout is over.
pub async fn start(
    app: &App,
    order: &Model,
    actor: Option<UserId>,
    by_staff: bool,
) -> Result<SagaId, PlaceError> {
    let state = CancellationState { actor, by_staff, ..CancellationState::of(order) };
    for number in 1..MOST {
        let id = cancellation_id(order.id, number);
        match app.sagas().get(id).await? {
            Some(earlier) if earlier.status.is_final() => {
                let now = order::find_order(app.database(), order.id).await?;
                if now.is_none_or(|now| now.status != order.status) {
                    return Ok(id);
                }
                // The order is as it was: staff gave up on closing it.
            }
            Some(_) => {
                // One that is stuck, as where a gateway refused to give the money back, tries again with whoever asks again.
                app.sagas().retry(id).await?;
                return Ok(id);
            }
            None => {
                let tx = app.begin().await?;
                match app.sagas().start::<Cancellation>(&tx, id, &state).await {
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

/// The id of an order's next cancellation, seen from within a transaction; `None` while there is one under way but `ending`,
/// which ends in that transaction.
pub(super) async fn next_id(
    tx: &Transaction,
    app: &App,
    order: OrderId,
    ending: Option<SagaId>,
) -> Result<Option<SagaId>, PlaceError> {
    for number in 1..=MOST {
        let id = cancellation_id(order, number);
        match app.sagas().status_in(tx, id).await? {
            None => return Ok(Some(id)),
            Some(status) if status.is_final() || ending == Some(id) => {}
            Some(_) => return Ok(None),
        }
    }
    Ok(None)
}

/// The last cancellation of an order that was begun.
pub(super) async fn last_id(app: &App, order: OrderId) -> Result<Option<SagaId>, PlaceError> {
    let mut last = None;
    for number in 1..=MOST {
        let id = cancellation_id(order, number);
        if app.sagas().get(id).await?.is_none() {
            break;
        }
        last = Some(id);
    }
    Ok(last)
}

/// Whether a saga is calling the order off.
pub async fn is_being_called_off(app: &App, order: OrderId) -> Result<bool, PlaceError> {
    for number in 1..=MOST {
        match app.sagas().get(cancellation_id(order, number)).await? {
            Some(saga) if saga.status.is_final() => {}
            Some(_) => return Ok(true),
            None => return Ok(false),
        }
    }
    Ok(false)
}

/// Calls an order off whose money nobody can take, in the transaction that ends its checkout. A payment that was given
/// up was so by staff.
pub async fn call_off_unpayable(
    tx: &Transaction,
    app: &App,
    order: OrderId,
    taking: Taking,
) -> Result<(), PlaceError> {
    let id = cancellation_id(order, 1);
    if app.sagas().is_known(tx, id).await? {
        return Ok(());
    }
    let order = order::lock_order(tx, order).await?.ok_or(OrderError::NotFound)?;
    let unpayable = taking == Taking::Lost;
    let state = CancellationState { by_staff: true, unpayable, ..CancellationState::of(&order) };
    Ok(app.sagas().start::<Cancellation>(tx, id, &state).await?)
}
