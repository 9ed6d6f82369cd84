//! Changes a route that is locked.

use chrono::TimeDelta;
use logistics_entities::route::Model;
use platform_database::Transaction;

use super::error::RouteError;
use super::status::{Event, apply, is_open};
use super::store;
use super::topics::announce;
use crate::app::App;

/// Makes a new version of a route that is locked in `tx`: to which `event` happened, or of which a stop is another. `None`
/// where the event cannot happen; what happened already changes nothing.
pub async fn change(
    tx: &Transaction,
    app: &App,
    route: Model,
    event: Option<Event>,
) -> Result<Option<Model>, RouteError> {
    let status = match event {
        Some(event) => match apply(route.status, event) {
            Some(status) if status == route.status => return Ok(Some(route)),
            Some(status) => status,
            None => return Ok(None),
        },
        None => route.status,
    };
    let now = app.now();
    let has_ended = !is_open(status);
    // A van that never left is at the depot.
    let way_back = if route.started_at.is_some() { route.way_back } else { 0 };
    let row = Model {
        status,
        started_at: route.started_at.or_else(|| (event == Some(Event::Started)).then_some(now)),
        ended_at: route.ended_at.or_else(|| has_ended.then_some(now)),
        back_at: route.back_at.or_else(|| has_ended.then(|| now + TimeDelta::seconds(way_back.into()))),
        version: route.version.saturating_add(1),
        updated_at: now,
        ..route
    };
    store::update(tx, &row).await?;
    announce(tx, app, &row);
    Ok(Some(row))
}
