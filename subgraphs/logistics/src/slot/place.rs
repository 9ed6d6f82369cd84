//! Places in slots in transactions of others.

use chrono::{DateTime, Utc};
use logistics_entities::slot_hold::{Model, Status};
use platform_core::id::SlotId;
use platform_database::Transaction;
use platform_holds::{take, undo_in};

use super::error::SlotError;
use super::holds::SlotHolds;
use super::store::{self, Places};
use crate::app::App;

/// Takes a place in a slot for good under a fresh key; false if it has none left.
pub async fn commit_place(tx: &Transaction, app: &App, key: &str, slot: SlotId) -> Result<bool, SlotError> {
    if !take::<Places>(tx, slot, 1, app.now()).await? {
        return Ok(false);
    }
    let row = Model { slot_id: Some(slot), status: Status::Committed, ..SlotHolds(app).nothing(key) };
    store::insert_committed(tx, row).await?;
    Ok(true)
}

/// Gives the place of a key back, unless it was given back.
pub async fn free_place(tx: &Transaction, app: &App, key: &str) -> Result<(), SlotError> {
    undo_in(tx, &SlotHolds(app), key).await
}

/// The slot in which a key has a place, or had one. The place is locked: before its slot, as wherever both are.
pub async fn slot_of(tx: &Transaction, key: &str) -> Result<Option<SlotId>, SlotError> {
    Ok(store::lock_held(tx, key).await?.and_then(|held| held.slot_id))
}

/// The hours of the slot in which a place is held or committed under a key; `None` where none is.
pub async fn hours_of(app: &App, key: &str) -> Result<Option<Hours>, SlotError> {
    let Some(held) = platform_holds::find(&SlotHolds(app), key).await? else { return Ok(None) };
    let Some(id) = held.slot_id else { return Ok(None) };
    let slot = store::slot_by_id(app.database(), id).await?;
    Ok(slot.map(|slot| Hours { begins_at: slot.begins_at, ends_at: slot.ends_at }))
}

/// From when to when a slot is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hours {
    pub begins_at: DateTime<Utc>,
    pub ends_at: DateTime<Utc>,
}
