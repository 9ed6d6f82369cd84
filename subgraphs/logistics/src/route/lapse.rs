//! Takes routes back that nobody is going to drive.

use chrono::TimeDelta;

use super::drive::{Changed, take_back};
use super::error::RouteError;
use super::store;
use crate::app::App;
use crate::fleet;

/// How long a courier may take to accept a route after it was to begin.
const TO_ACCEPT: TimeDelta = TimeDelta::minutes(15);
/// How long a courier who has accepted a route may take to start it.
const TO_START: TimeDelta = TimeDelta::hours(1);

/// Calls off the routes that were not accepted or started in time, and those of couriers who are active no more before they
/// have started. Whoever lets a route lapse gets no other until staff makes the courier active again.
pub async fn lapse(app: &App) -> Result<(), RouteError> {
    let now = app.now();
    for route in store::idle(app.database(), now - TO_ACCEPT, now - TO_START).await? {
        if let Changed::To(route) = take_back(app, route.id).await? {
            fleet::rest(app.database(), route.courier_id, now).await?;
            tracing::warn!(route = %route.id, courier = %route.courier_id, "a route was not driven; its courier rests");
        }
    }
    Ok(())
}
