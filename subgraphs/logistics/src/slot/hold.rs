//! Holds a place in a slot for a checkout, once for its caller's key.

use chrono::{DateTime, Utc};
use logistics_entities::slot::Model as Row;
use logistics_entities::slot_hold::{Model, Status};
use platform_core::id::SlotId;
use platform_holds::{Holder, Opened, check, open, stands, take};
use sea_orm::IntoActiveModel;

use super::error::SlotError;
use super::find::{NotOpen, find};
use super::holds::SlotHolds;
use super::name::SlotName;
use super::store::{self, HoldsOfSlots, Places};
use super::window::Slot;
use crate::app::App;

/// What became of a request to hold a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SlotHeld {
    Held,
    /// Others have all of its places.
    Full,
    NotOpen(NotOpen),
    /// The key's hold ended before.
    KeyClosed,
}

/// Holds a place in a slot until `expires_at`.
pub async fn hold(
    app: &App,
    key: &str,
    name: SlotName,
    holder: Holder,
    expires_at: DateTime<Utc>,
) -> Result<SlotHeld, SlotError> {
    let holds = SlotHolds(app);
    if let Some(known) = check(&holds, key, expires_at).await? {
        return again_by_name(app, &known, name).await;
    }
    match find(app, name).await? {
        Ok(slot) => {
            let id = row_of(app, &slot).await?;
            hold_now(app, key, id, holder, expires_at).await
        }
        // A key that is known is answered as before, whatever became of the slot.
        Err(not_open) => match platform_holds::find(&holds, key).await? {
            Some(known) => again_by_name(app, &known, name).await,
            None => Ok(SlotHeld::NotOpen(not_open)),
        },
    }
}

async fn again_by_name(app: &App, known: &Model, name: SlotName) -> Result<SlotHeld, SlotError> {
    let slot = store::find_slot(app.database(), name.service, name.begins_at).await?;
    again(known, slot.map(|slot| slot.id))
}

async fn hold_now(
    app: &App,
    key: &str,
    slot: SlotId,
    holder: Holder,
    expires_at: DateTime<Utc>,
) -> Result<SlotHeld, SlotError> {
    let holds = SlotHolds(app);
    let row = Model {
        slot_id: Some(slot),
        status: Status::Held,
        holder: holder.name,
        network: holder.network,
        expires_at,
        ..holds.nothing(key)
    };
    let tx = match open(&holds, key, row.into_active_model()).await? {
        Opened::Known(known) => return again(&known, Some(slot)),
        Opened::New(tx) => tx,
    };
    if !take::<Places>(&tx, slot, 1, app.now()).await? {
        tx.rollback().await?;
        return Ok(SlotHeld::Full);
    }
    tx.commit().await?;
    Ok(SlotHeld::Held)
}

/// The row of a slot, with as many places as its window has now; written where there is none.
pub async fn row_of(app: &App, slot: &Slot) -> Result<SlotId, SlotError> {
    let known = match store::find_slot(app.database(), slot.name.service, slot.begins_at()).await? {
        Some(known) => known,
        None => {
            let row = Row {
                id: app.next_id(),
                service_id: slot.name.service,
                begins_at: slot.begins_at(),
                ends_at: slot.ends_at,
                capacity: slot.capacity,
                taken: 0,
                updated_at: app.now(),
            };
            store::insert_slot(app.database(), row).await?;
            let written = store::find_slot(app.database(), slot.name.service, slot.begins_at()).await?;
            written.ok_or(SlotError::Unknown)?
        }
    };
    if known.capacity != slot.capacity.max(known.taken) || known.ends_at != slot.ends_at {
        let tx = app.begin().await?;
        store::resize(&tx, known.id, slot.capacity, slot.ends_at).await?;
        tx.commit().await?;
    }
    Ok(known.id)
}

/// The answer to a key that is known already.
fn again(known: &Model, slot: Option<SlotId>) -> Result<SlotHeld, SlotError> {
    let is_same = known.slot_id.map(|held| slot == Some(held));
    match stands::<HoldsOfSlots>(known, is_same)? {
        true => Ok(SlotHeld::Held),
        false => Ok(SlotHeld::KeyClosed),
    }
}
