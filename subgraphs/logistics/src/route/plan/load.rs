//! What waits for a courier, and which couriers are free.

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use logistics_entities::{courier, delivery, depot, shipment};
use platform_core::id::OrderId;
use platform_fleet::Window;
use platform_geo::{GeocoderError, Position};

use super::locate::{locate, on_roads};
use super::{MAX_ATTEMPTS, MAX_SHIPMENTS, Wanted};
use crate::app::App;
use crate::fleet::{self, Shift};
use crate::route::error::RouteError;
use crate::route::store;

/// How long before its slot a shipment is given to a courier: until then the courier is free for others.
const AHEAD_OF_SLOT: TimeDelta = TimeDelta::minutes(30);
/// For how long a round looks up where addresses are: a geocoder answers as seldom as once a second.
const LOOK_UP_FOR: TimeDelta = TimeDelta::seconds(5);

/// A courier who is free, and until when.
#[derive(Debug, Clone)]
pub struct Free {
    pub courier: courier::Model,
    pub depot: Position,
    /// In seconds since 1970.
    pub shift: Window,
}

/// A shipment that waits, and where it goes.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub shipment: shipment::Model,
    pub place: Position,
    /// When it has to be brought; at any time if `None`.
    pub window: Option<Window>,
}

/// What a plan is made of.
#[derive(Debug, Default)]
pub struct Load {
    /// Everything that waits, also for staff to decide.
    pub waiting: Vec<shipment::Model>,
    /// What waits of which somebody knows where it goes.
    pub located: Vec<Waiting>,
    pub free: Vec<Free>,
}

pub async fn load(app: &App, wanted: &Wanted) -> Result<Load, RouteError> {
    let among = wanted.shipments.as_deref();
    let waiting = store::waiting(app.database(), among, app.now(), MAX_SHIPMENTS).await?;
    if waiting.is_empty() {
        return Ok(Load::default());
    }
    let mut free = free(app).await?;
    free.retain(|free| wanted.couriers.as_ref().is_none_or(|ids| ids.contains(&free.courier.id)));
    let mut located = Vec::new();
    if !free.is_empty() {
        let wanted = worth_trying(app, &waiting, among.is_some()).await?;
        let goals = goals(app, &wanted, among.is_some()).await?;
        let of = |row: &shipment::Model| {
            let Goal { place, window } = *goals.get(&row.order_id)?;
            Some(Waiting { shipment: row.clone(), place, window })
        };
        located.extend(wanted.iter().filter_map(of));
    }
    Ok(Load { waiting, located, free })
}

/// What a courier goes out with again: all that staff names; otherwise what was not tried too often, refused, or brought to an
/// address that there is not.
async fn worth_trying(
    app: &App,
    waiting: &[shipment::Model],
    are_named: bool,
) -> Result<Vec<shipment::Model>, RouteError> {
    if are_named {
        return Ok(waiting.to_vec());
    }
    let tried = waiting.iter().filter(|row| row.attempts > 0).map(|row| row.id).collect::<Vec<_>>();
    let of_no_use = store::of_no_use(app.database(), &tried).await?;
    let is_worth = |row: &&shipment::Model| row.attempts < MAX_ATTEMPTS && !of_no_use.contains(&row.id);
    Ok(waiting.iter().filter(is_worth).cloned().collect())
}

/// Where a delivery goes, and when.
#[derive(Debug, Clone, Copy)]
struct Goal {
    place: Position,
    window: Option<Window>,
}

/// Where the deliveries of shipments go and when, by their orders. Those of a later slot, or of none yet, wait unless staff names
/// them.
async fn goals(
    app: &App,
    waiting: &[shipment::Model],
    are_named: bool,
) -> Result<HashMap<OrderId, Goal>, RouteError> {
    let mut orders: Vec<OrderId> = waiting.iter().map(|row| row.order_id).collect();
    orders.sort_unstable();
    orders.dedup();
    let mut goals = HashMap::new();
    let mut unavailable = None;
    let until = app.now() + LOOK_UP_FOR;
    for delivery in store::deliveries(app.database(), orders).await? {
        let due = due(&delivery, app.now());
        // The next round goes on with what is left to look up.
        if due == Due::Later && !are_named || !delivery.is_located && app.now() >= until {
            continue;
        }
        let window = if let Due::Within(window) = due { Some(window) } else { None };
        match locate(app, &delivery).await {
            Ok(place) => goals.extend(delivery.order_id.zip(place.map(|place| Goal { place, window }))),
            // It is looked up again in the next round, and nothing else waits for it.
            Err(RouteError::Geocoder(error)) => unavailable = Some(error),
            Err(error) => return Err(error),
        }
    }
    if let Some(GeocoderError::Unavailable(error)) = unavailable {
        tracing::warn!(%error, "some addresses could not be looked up; their deliveries wait");
    }
    Ok(goals)
}

/// When a delivery is to be brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Due {
    Now,
    Within(Window),
    Later,
}

fn due(delivery: &delivery::Model, now: DateTime<Utc>) -> Due {
    if delivery.needs_slot {
        return Due::Later;
    }
    match delivery.slot_begins_at.zip(delivery.slot_ends_at) {
        Some((begins, _)) if begins > now + AHEAD_OF_SLOT => Due::Later,
        // In seconds, so that a slot that ends within this one is over.
        Some((begins, ends)) if ends.timestamp() > now.timestamp() => {
            Due::Within(Window { from: begins.timestamp(), to: ends.timestamp() })
        }
        // It is late: the sooner the better.
        Some(_) | None => Due::Now,
    }
}

/// The couriers who have no open route and whose shift of today is not over.
async fn free(app: &App) -> Result<Vec<Free>, RouteError> {
    let mut couriers = fleet::active_couriers(app.database()).await?;
    let ids: Vec<_> = couriers.iter().map(|courier| courier.id).collect();
    let busy = store::busy(app.database().read(), &ids, app.now()).await?;
    couriers.retain(|courier| !busy.contains(&courier.id));
    let depots = couriers.iter().map(|courier| courier.depot_id).collect();
    let depots = fleet::depots_of(app.database(), depots).await?;
    let mut places = HashMap::new();
    for depot in depots {
        let Some(place) = place_of(app, &depot).await? else { continue };
        places.insert(depot.id, (depot, place));
    }
    let of = |courier: courier::Model| {
        let (depot, place) = places.get(&courier.depot_id)?;
        let zone: Tz = depot.time_zone.parse().ok()?;
        let shift = Shift { begins: courier.shift_begins, ends: courier.shift_ends };
        let shift = shift.today(app.now(), zone)?;
        Some(Free { courier, depot: *place, shift })
    };
    Ok(couriers.into_iter().filter_map(of).collect())
}

/// Where a depot is; `None` where no street leads there any more, as after a change of the map: it keeps nobody else waiting.
async fn place_of(app: &App, depot: &depot::Model) -> Result<Option<Position>, RouteError> {
    on_roads(app, Position::from_micro(depot.latitude, depot.longitude)?).await
}
