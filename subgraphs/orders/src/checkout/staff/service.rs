//! Tries a stuck saga again, or gives it up.

use orders_entities::order::Status;
use platform_core::id::{OrderId, SagaId, UserId};
use platform_sagas::{Abandoned, Abandonment, Reach, Saga, SagaInfo};
use serde::Deserialize;

use super::StaffError;
use crate::app::App;
use crate::checkout::call_off::start;
use crate::checkout::problem::Problem;
use crate::checkout::saga::Checkout;
use crate::checkout::{PlaceError, follow};
use crate::order::{self, OrderError};

/// Whether the saga was stuck, and is tried again; and how it stands after.
pub async fn retry(app: &App, id: SagaId) -> Result<(bool, SagaInfo), StaffError> {
    let is_retried = app.sagas().retry(id).await?;
    if is_retried {
        follow(app, id).await?;
    }
    Ok((is_retried, find(app, id).await?))
}

/// What became of a saga that was to be given up, as it stands after.
pub enum Ended {
    /// It is not stuck.
    Not(SagaInfo),
    Abandoned {
        saga: SagaInfo,
        abandonment: Abandonment,
        /// The order was left open, and is called off.
        cancels_order: bool,
    },
}

pub async fn abandon(app: &App, id: SagaId, actor: Option<UserId>) -> Result<Ended, StaffError> {
    match app.sagas().abandon(id, Problem::CancelledByStaff.code(), Reach::Stuck).await? {
        Abandoned::Unknown => Err(StaffError::NotFound),
        Abandoned::No(_) => Ok(Ended::Not(find(app, id).await?)),
        Abandoned::Yes(abandonment) => {
            follow(app, id).await?;
            let saga = find(app, id).await?;
            let cancels_order = cancel_left_behind(app, &saga, actor).await?;
            Ok(Ended::Abandoned { saga, abandonment, cancels_order })
        }
    }
}

/// Calls an order off that its checkout, which has ended, has left open; says whether it does.
async fn cancel_left_behind(app: &App, saga: &SagaInfo, actor: Option<UserId>) -> Result<bool, PlaceError> {
    if saga.kind != Checkout::KIND || !saga.status.is_final() {
        return Ok(false);
    }
    let id = order_of(saga).map_err(|_| OrderError::NotFound)?;
    let found = order::find_order(app.database(), id).await?.ok_or(OrderError::NotFound)?;
    if !matches!(found.status, Status::Pending | Status::AwaitingPayment | Status::Confirmed) {
        return Ok(false);
    }
    let cancellation = start(app, &found, actor, true).await?;
    follow(app, cancellation).await?;
    Ok(true)
}

async fn find(app: &App, id: SagaId) -> Result<SagaInfo, StaffError> {
    app.sagas().get(id).await?.ok_or(StaffError::NotFound)
}

/// The order that a saga makes or calls off.
pub fn order_of(saga: &SagaInfo) -> Result<OrderId, StaffError> {
    #[derive(Deserialize)]
    struct Named {
        order_id: OrderId,
    }
    Ok(serde_json::from_str::<Named>(&saga.state)?.order_id)
}
