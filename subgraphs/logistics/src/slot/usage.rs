//! How much of a service's slots is taken, for staff.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use platform_core::id::DeliveryServiceId;

use super::error::SlotError;
use super::list::{MAX_SLOTS, MAX_SPAN};
use super::name::SlotName;
use super::store;
use super::window::slots;
use crate::app::App;

/// A slot, and how many of its places are held or committed.
#[derive(Debug, Clone, Copy)]
pub struct SlotUse {
    pub name: SlotName,
    pub ends_at: DateTime<Utc>,
    /// At least as many as are taken.
    pub capacity: i64,
    pub taken: i64,
}

/// The slots of a service in a span of time: those that its windows make, and those in which somebody has a place whatever
/// became of their windows.
pub async fn usage(
    app: &App,
    service: DeliveryServiceId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Vec<SlotUse>, SlotError> {
    if from > to || to - from > MAX_SPAN {
        return Err(SlotError::InvalidSpan);
    }
    let zones = app.zones().get().await?;
    let known = zones.service(service).map(|service| slots(service, from, to)).unwrap_or_default();
    let mut used = BTreeMap::new();
    for slot in known {
        let made = SlotUse { name: slot.name, ends_at: slot.ends_at, capacity: slot.capacity, taken: 0 };
        used.insert(slot.begins_at(), made);
    }
    for row in store::taken(app.database(), &[service], from, to).await? {
        let name = SlotName { service, begins_at: row.begins_at };
        let made = SlotUse { name, ends_at: row.ends_at, capacity: 0, taken: 0 };
        let slot = used.entry(row.begins_at).or_insert(made);
        slot.taken = row.taken;
        slot.capacity = slot.capacity.max(row.taken);
    }
    used.retain(|_, slot| slot.capacity > 0);
    Ok(used.into_values().take(MAX_SLOTS).collect())
}
