//! How much of a service's slots is taken, for staff.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use platform_core::id::DeliveryServiceId;

use super::error::SlotError;
use super::list::{MAX_SLOTS, MAX_SPAN};
use super::store;
use super::window::{Slot, slots};
use crate::app::App;

/// A slot, and how many of its places are held or committed.
#[derive(Debug, Clone, Copy)]
pub struct SlotUse {
    pub slot: Slot,
    pub taken: i64,
}

/// The slots of a service that begin in a span of time; `None` for a service that belongs to no zone in use.
pub async fn usage(
    app: &App,
    service: DeliveryServiceId,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Result<Option<Vec<SlotUse>>, SlotError> {
    if from > to || to - from > MAX_SPAN {
        return Err(SlotError::InvalidSpan);
    }
    let zones = app.zones().get().await?;
    let Some(service) = zones.service(service) else { return Ok(None) };
    let rows = store::taken(app.database(), &[service.row.id], from, to).await?;
    let taken: HashMap<_, i64> = rows.into_iter().map(|row| (row.begins_at, row.taken)).collect();
    let of = |slot: Slot| SlotUse { slot, taken: taken.get(&slot.begins_at()).copied().unwrap_or(0) };
    Ok(Some(slots(service, from, to).into_iter().take(MAX_SLOTS).map(of).collect()))
}
