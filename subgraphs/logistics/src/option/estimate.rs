//! When a piece of a product would arrive.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use logistics_entities::service::Kind;
use platform_commerce::CurrencyCode;

use super::offer::services;
use crate::address::Address;
use crate::app::App;
use crate::coverage::{Arrival, CoverageError, Load, Service};
use crate::slot::soonest_slot;

/// How far ahead a slot is looked for.
const WEEK: TimeDelta = TimeDelta::days(7);

/// The service by which something would be there first, and when.
#[derive(Debug, Clone)]
pub struct Estimate {
    pub service: Arc<Service>,
    pub arrival: Arrival,
}

/// When a parcel of so many grams would be at an address's door at the earliest; `None` where nobody brings it, or not for
/// this currency. Of a slot it counts when it is, whether it has places left or not.
pub async fn estimate(
    app: &App,
    address: &Address,
    currency: CurrencyCode,
    grams: i64,
) -> Result<Option<Estimate>, CoverageError> {
    let load = Load { grams, value_minor: 0 };
    let carries =
        |service: &Arc<Service>| service.rate(currency).is_some_and(|rate| rate.fee(load).is_some());
    let services = services(app, address).await?;
    let to_door = services.iter().filter(|service| service.row.kind != Kind::PickUp && carries(service));
    let estimates = to_door.filter_map(|service| {
        let arrival = arrival(service, app.now())?;
        Some(Estimate { service: Arc::clone(service), arrival })
    });
    Ok(estimates.min_by_key(|estimate| estimate.arrival.by))
}

fn arrival(service: &Service, now: DateTime<Utc>) -> Option<Arrival> {
    match service.row.kind {
        Kind::Slot => soonest_slot(service, now, now + WEEK),
        Kind::Standard | Kind::SameDay | Kind::PickUp => service.arrival(now),
    }
}
