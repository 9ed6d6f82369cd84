//! A courier accepts a route and starts it; staff calls one off.

use logistics_entities::RouteId;
use logistics_entities::route::{Model, Status};
use logistics_entities::shipment::Status as ShipmentStatus;
use logistics_entities::stop;
use logistics_entities::tracking_event::Source;
use platform_core::id::{ShipmentId, UserId};
use platform_database::Transaction;

use super::change::change;
use super::error::RouteError;
use super::status::Event;
use super::store;
use crate::app::App;
use crate::shipment::{self, Report};

/// What became of a request to change a route.
#[derive(Debug)]
pub enum Changed {
    /// As it is now.
    To(Model),
    /// It cannot happen to the route as it stands; nothing was changed.
    Refused(Model),
}

/// Its courier will drive the route.
pub async fn accept(app: &App, id: RouteId, courier: UserId) -> Result<Changed, RouteError> {
    let tx = app.begin().await?;
    let route = lock_own(&tx, id, courier).await?;
    let Some(changed) = change(&tx, app, route.clone(), Some(Event::Accepted)).await? else {
        return Ok(Changed::Refused(route));
    };
    tx.commit().await?;
    Ok(Changed::To(changed))
}

/// Its courier leaves the depot: what is to be delivered on the route is on its way.
pub async fn start(app: &App, id: RouteId, courier: UserId) -> Result<Changed, RouteError> {
    let tx = app.begin().await?;
    let route = lock_own(&tx, id, courier).await?;
    let is_on_the_road = route.status == Status::Started;
    let Some(changed) = change(&tx, app, route.clone(), Some(Event::Started)).await? else {
        return Ok(Changed::Refused(route));
    };
    if !is_on_the_road {
        let report = Report::by_courier(shipment::Event::OutForDelivery, courier);
        tell_all(&tx, app, id, &report, |_| true).await?;
    }
    tx.commit().await?;
    Ok(Changed::To(changed))
}

/// Staff calls a route off: what was left on it waits at the depot again.
pub async fn cancel(app: &App, id: RouteId, actor: Option<UserId>) -> Result<Changed, RouteError> {
    let tx = app.begin().await?;
    let route = store::lock(&tx, id).await?.ok_or(RouteError::NotFound)?;
    call_off(tx, app, route, actor).await
}

/// Calls a route off unless its courier has left with it.
pub async fn take_back(app: &App, id: RouteId) -> Result<Changed, RouteError> {
    let tx = app.begin().await?;
    let route = store::lock(&tx, id).await?.ok_or(RouteError::NotFound)?;
    match route.status {
        Status::Started => Ok(Changed::Refused(route)),
        Status::Planned | Status::Accepted | Status::Finished | Status::Cancelled => {
            call_off(tx, app, route, None).await
        }
    }
}

/// Calls a route off that is locked in `tx`, and commits.
async fn call_off(
    tx: Transaction,
    app: &App,
    route: Model,
    actor: Option<UserId>,
) -> Result<Changed, RouteError> {
    let Some(changed) = change(&tx, app, route.clone(), Some(Event::Cancelled)).await? else {
        return Ok(Changed::Refused(route));
    };
    let source = if actor.is_some() { Source::Staff } else { Source::Shop };
    let back = Report { source, actor, ..Report::by_shop(shipment::Event::InTransit) };
    // What has not left the depot stays as it is.
    tell_all(&tx, app, changed.id, &back, |status| status == ShipmentStatus::OutForDelivery).await?;
    store::drop_pending(&tx, &changed).await?;
    tx.commit().await?;
    Ok(Changed::To(changed))
}

/// The route, locked, if it is the courier's: others do not learn that there is one.
pub async fn lock_own(tx: &Transaction, id: RouteId, courier: UserId) -> Result<Model, RouteError> {
    let route = store::lock(tx, id).await?;
    route.filter(|route| route.user_id == courier).ok_or(RouteError::NotFound)
}

/// Says the same of the shipments that are to be delivered on a route that is locked, and stand so that it concerns them. What
/// went another way meanwhile stays as it is.
async fn tell_all(
    tx: &Transaction,
    app: &App,
    route: RouteId,
    report: &Report,
    concerns: impl Fn(ShipmentStatus) -> bool,
) -> Result<(), RouteError> {
    let pending = store::stops(&**tx, route).await?.into_iter();
    let pending = pending.filter(|stop| stop.status == stop::Status::Pending);
    let ids: Vec<ShipmentId> = pending.map(|stop| stop.shipment_id).collect();
    let locked = shipment::lock_all(tx, &ids).await?;
    for row in locked.into_iter().filter(|row| concerns(row.status)) {
        shipment::change_if_possible(tx, app, row, report.clone()).await?;
    }
    Ok(())
}
