//! Keeps the tours that were worked out.

use logistics_entities::route::{Model, Status};
use logistics_entities::{RouteId, stop};
use platform_core::id::ShipmentId;
use platform_database::Violation;

use super::solve::{Tour, Visit};
use crate::app::App;
use crate::fleet;
use crate::route::error::RouteError;
use crate::route::store;
use crate::route::topics::announce;
use crate::route::whole::whole;
use crate::shipment;

/// A tour that was kept.
#[derive(Debug)]
pub struct Kept {
    pub route: Model,
    pub shipments: Vec<ShipmentId>,
}

/// Makes a route of a tour, unless its courier has another meanwhile. What does not wait any more is not on it; the ways to
/// the stops after it are those that were planned.
pub async fn keep(app: &App, tour: Tour) -> Result<Option<Kept>, RouteError> {
    let tx = app.begin().await?;
    let Some(courier) = fleet::lock_couriers(&tx, &[tour.courier.id]).await?.pop() else { return Ok(None) };
    if !courier.is_active || !store::busy(&*tx, &[courier.id], app.now()).await?.is_empty() {
        return Ok(None);
    }
    let ids: Vec<ShipmentId> = tour.visits.iter().map(|visit| visit.shipment.id).collect();
    let mut waiting = shipment::lock_all(&tx, &ids).await?;
    let in_vans = store::in_vans(&*tx, &ids, app.now()).await?;
    waiting.retain(|row| store::still_waits(row) && !in_vans.contains(&row.id));
    let visits = tour.visits.into_iter().filter(|v| waiting.iter().any(|row| row.id == v.shipment.id));
    let (now, id) = (app.now(), app.next_id());
    let mut meters = 0.0;
    let mut stops = Vec::new();
    for (number, visit) in (1..).zip(visits) {
        meters += visit.leg.meters();
        stops.push(row(app, id, number, visit)?);
    }
    if stops.is_empty() {
        return Ok(None);
    }
    let route = Model {
        id,
        courier_id: courier.id,
        user_id: courier.user_id,
        depot_id: courier.depot_id,
        status: Status::Planned,
        meters: whole(meters),
        starts_at: tour.starts_at,
        started_at: None,
        ended_at: None,
        way_back: whole(tour.way_back),
        back_at: None,
        at_latitude: None,
        at_longitude: None,
        at_heading: None,
        at_speed: None,
        at_time: None,
        at_seconds_left: None,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    match store::insert(&tx, &route, &stops).await {
        Ok(()) => {}
        // Somebody planned one of the shipments meanwhile; what is left is planned next time.
        Err(error) if error.is_unique_violation() => return Ok(None),
        Err(error) => return Err(error.into()),
    }
    for row in waiting {
        shipment::give_to_courier(&tx, app, row, courier.user_id).await?;
    }
    announce(&tx, app, &route);
    tx.commit().await?;
    let shipments = stops.into_iter().map(|stop| stop.shipment_id).collect();
    Ok(Some(Kept { route, shipments }))
}

fn row(app: &App, route_id: RouteId, number: i32, visit: Visit) -> Result<stop::Model, RouteError> {
    let (latitude, longitude) = visit.place.micro();
    Ok(stop::Model {
        id: app.next_id(),
        route_id,
        number,
        shipment_id: visit.shipment.id,
        status: stop::Status::Pending,
        latitude,
        longitude,
        arrives_after: whole(visit.arrives_after),
        leg: serde_json::to_value(&visit.leg)?,
        reason: None,
        proof: None,
        received_by: None,
        photo: None,
        ended_at: None,
    })
}
