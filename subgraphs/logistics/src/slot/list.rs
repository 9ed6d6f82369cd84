//! The slots that can be chosen for an address.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use platform_core::id::DeliveryServiceId;

use super::error::SlotError;
use super::find::AHEAD;
use super::store;
use super::window::{Slot, slots};
use crate::address::Address;
use crate::app::App;
use crate::coverage::Service;

pub const MAX_SPAN: TimeDelta = TimeDelta::days(14);
/// The most slots that are listed at once.
pub const MAX_SLOTS: usize = 500;

/// A slot, and how many of its places are left.
#[derive(Debug, Clone)]
pub struct Listed {
    pub service: Arc<Service>,
    pub slot: Slot,
    pub left: i64,
}

/// The slots of all services that come to an address, by their begins: those that can be chosen now, full ones among them.
pub async fn list(
    app: &App,
    address: &Address,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<Listed>, SlotError> {
    if from > to || to - from > MAX_SPAN {
        return Err(SlotError::InvalidSpan);
    }
    let now = app.now();
    let (from, to) = (from.max(now), to.min(now + AHEAD));
    let zones = app.zones().get().await?;
    let at = address.position(app.geocoder()).await;
    let Some(zone) = zones.zone_of(&address.country, at).filter(|_| from <= to) else {
        return Ok(Vec::new());
    };
    of_services(app, &zone.services, from, to).await
}

/// The slots of services that begin in a span of time and can be chosen now, by their begins.
pub async fn of_services(
    app: &App,
    services: &[Arc<Service>],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<Listed>, SlotError> {
    let with_slots: Vec<&Arc<Service>> = services.iter().filter(|s| !s.windows.is_empty()).collect();
    if with_slots.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<DeliveryServiceId> = with_slots.iter().map(|service| service.row.id).collect();
    let rows = store::taken(app.database(), &ids, from, to).await?;
    let taken: HashMap<_, i64> =
        rows.into_iter().map(|row| ((row.service_id, row.begins_at), row.taken)).collect();
    let mut listed = Vec::new();
    for service in with_slots {
        for slot in slots(service, from, to).into_iter().filter(|slot| slot.is_open(app.now())) {
            let taken = taken.get(&(service.row.id, slot.begins_at())).copied().unwrap_or(0);
            let left = slot.capacity.saturating_sub(taken).max(0);
            listed.push(Listed { service: Arc::clone(service), slot, left });
        }
    }
    listed.sort_by_key(|listed| listed.slot.begins_at());
    listed.truncate(MAX_SLOTS);
    Ok(listed)
}
