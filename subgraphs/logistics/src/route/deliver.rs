//! What a courier says at a stop: that the shipment was delivered, or that it could not be.

use logistics_entities::StopId;
use logistics_entities::route::{Model as Route, Status as RouteStatus};
use logistics_entities::shipment::Status as ShipmentStatus;
use logistics_entities::stop::{Model as Stop, Proof, Reason, Status};
use platform_core::id::{ShipmentId, UploadId, UserId};
use platform_database::Transaction;
use platform_files::UploadError;
use platform_identity::Identity;

use super::change::change;
use super::drive::lock_own;
use super::error::RouteError;
use super::photo::PURPOSE;
use super::status::Event;
use super::store;
use crate::app::App;
use crate::shipment::{self, Report};

/// What a courier says at a stop.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It was delivered: to whom, or where it was left, and the upload of a photo that shows it.
    Delivered { proof: Proof, received_by: Option<String>, photo: Option<UploadId> },
    /// It could not be delivered.
    Attempted { reason: Reason },
}

/// What became of what a courier says at a stop.
#[derive(Debug)]
pub enum Marked {
    /// The stop as it is now.
    Stop(Stop),
    /// The route is not on the road; nothing was changed.
    NotStarted(Route),
    /// The stop has ended otherwise; nothing was changed.
    Ended(Stop),
}

/// Writes down what a courier says of a shipment on their route. The same said again changes nothing.
pub async fn mark(
    app: &App,
    shipment: ShipmentId,
    caller: &Identity,
    outcome: Outcome,
) -> Result<Marked, RouteError> {
    let courier = caller.user.ok_or(RouteError::NotFound)?;
    let stop = match store::pending_stop(app.database(), shipment).await? {
        Some(stop) => stop,
        None => store::last_stop(app.database(), shipment).await?.ok_or(RouteError::NotOnYourRoute)?,
    };
    serve_photo(app, shipment, caller, &outcome).await?;
    let tx = app.begin().await?;
    let route = lock_own(&tx, stop.route_id, courier).await.map_err(|error| match error {
        RouteError::NotFound => RouteError::NotOnYourRoute,
        other => other,
    })?;
    let stops = store::stops(&*tx, route.id).await?;
    let found = stops.iter().find(|row| row.id == stop.id);
    let stop = found.cloned().ok_or(RouteError::NotOnYourRoute)?;
    match (stop.status, &outcome) {
        (Status::Delivered, Outcome::Delivered { .. }) | (Status::Attempted, Outcome::Attempted { .. }) => {
            return Ok(Marked::Stop(stop));
        }
        (Status::Pending, _) | (Status::Attempted, Outcome::Delivered { .. })
            if route.status == RouteStatus::Started => {}
        (Status::Pending, _) => return Ok(Marked::NotStarted(route)),
        (Status::Delivered | Status::Attempted | Status::Dropped, _) => return Ok(Marked::Ended(stop)),
    }
    let stop = written(&tx, app, stop, (caller, courier), outcome).await?;
    end_if_done(&tx, app, route, &stops, stop.id).await?;
    tx.commit().await?;
    Ok(match stop.status {
        Status::Dropped => Marked::Ended(stop),
        Status::Pending | Status::Delivered | Status::Attempted => Marked::Stop(stop),
    })
}

/// Has the photo served before the transaction that writes it down. One that was written down is told by what stands there.
async fn serve_photo(
    app: &App,
    shipment: ShipmentId,
    caller: &Identity,
    outcome: &Outcome,
) -> Result<(), RouteError> {
    let Outcome::Delivered { photo: Some(photo), .. } = outcome else { return Ok(()) };
    match app.proofs().serve_upload(caller, *photo, PURPOSE, shipment.0).await {
        Err(UploadError::AttachedAlready) => Ok(()),
        served => Ok(served?),
    }
}

/// The stop as it is after what the courier said of it, and its shipment with it. What staff said meanwhile stands.
async fn written(
    tx: &Transaction,
    app: &App,
    stop: Stop,
    (caller, courier): (&Identity, UserId),
    outcome: Outcome,
) -> Result<Stop, RouteError> {
    let (event, ended, photo) = match outcome {
        Outcome::Delivered { proof, received_by, photo } => (
            shipment::Event::Delivered,
            Stop { status: Status::Delivered, proof: Some(proof), received_by, reason: None, ..stop.clone() },
            photo,
        ),
        Outcome::Attempted { reason } => (
            shipment::Event::Attempted,
            Stop { status: Status::Attempted, reason: Some(reason), ..stop.clone() },
            None,
        ),
    };
    let mut stop = Stop { ended_at: Some(app.now()), ..ended };
    let row = shipment::lock_all(tx, &[stop.shipment_id]).await?.pop().ok_or(RouteError::NotOnYourRoute)?;
    if shipment::change_if_possible(tx, app, row, Report::by_courier(event, courier)).await?.is_none() {
        stop = Stop { status: Status::Dropped, proof: None, received_by: None, reason: None, ..stop };
    } else if let Some(photo) = photo {
        let attached = app.proofs().attach(tx, caller, photo, PURPOSE, stop.shipment_id.0).await?;
        stop.photo = Some(attached.name.as_str().to_owned());
    }
    store::end_stop(tx, &stop).await?;
    Ok(stop)
}

/// Ends a route that is locked once nothing is left on it but the stop that has just ended; otherwise it is another version.
async fn end_if_done(
    tx: &Transaction,
    app: &App,
    route: Route,
    stops: &[Stop],
    ended: StopId,
) -> Result<(), RouteError> {
    let is_left = stops.iter().any(|stop| stop.id != ended && stop.status == Status::Pending);
    let event = (!is_left).then_some(Event::Finished);
    change(tx, app, route, event).await?;
    Ok(())
}

/// What staff says of a shipment on a route: locks the route first, as couriers do. The stop ends as the shipment stands
/// then; the transaction is the caller's, who changes the shipment in it.
pub async fn lock_route_of(
    tx: &Transaction,
    app: &App,
    shipment: ShipmentId,
) -> Result<Option<Route>, RouteError> {
    match store::pending_stop(app.database(), shipment).await? {
        Some(stop) => Ok(store::lock(tx, stop.route_id).await?),
        None => Ok(None),
    }
}

/// Ends the stop of a shipment on a route that is locked in `tx` where the shipment is not on its way to it any more.
pub async fn follow_shipment(
    tx: &Transaction,
    app: &App,
    route: Route,
    shipment: ShipmentId,
    status: ShipmentStatus,
) -> Result<(), RouteError> {
    let stops = store::stops(&**tx, route.id).await?;
    let pending = stops.iter().find(|stop| stop.shipment_id == shipment && stop.status == Status::Pending);
    let Some(stop) = pending else { return Ok(()) };
    let ended = match status {
        ShipmentStatus::Delivered => Status::Delivered,
        ShipmentStatus::Attempted => Status::Attempted,
        ShipmentStatus::Returned | ShipmentStatus::Lost | ShipmentStatus::Cancelled => Status::Dropped,
        // It was seen elsewhere while the van is on the road.
        ShipmentStatus::InTransit if route.status == RouteStatus::Started => Status::Dropped,
        ShipmentStatus::Created
        | ShipmentStatus::Packed
        | ShipmentStatus::HandedOver
        | ShipmentStatus::InTransit
        | ShipmentStatus::OutForDelivery => return Ok(()),
    };
    store::end_stop(tx, &Stop { status: ended, ended_at: Some(app.now()), ..stop.clone() }).await?;
    end_if_done(tx, app, route, &stops, stop.id).await
}
