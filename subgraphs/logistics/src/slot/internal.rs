//! Places in slots in the internal schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use chrono::{DateTime, Utc};
use logistics_entities::slot_hold::Status;

use super::find::NotOpen;
use super::hold::{SlotHeld, hold};
use super::holds::SlotHolds;
use super::name::SlotName;
use crate::app::App;

/// A place in a slot to hold for a checkout.
#[derive(Debug, InputObject)]
pub struct HoldSlotInput {
    /// The caller's idempotency key, unique for ever.
    pub key: String,
    /// The slot.
    pub slot_id: SlotName,
    /// When the hold ends unless it is committed; in the future.
    pub expires_at: DateTime<Utc>,
}

/// A place is held for this key until committed, released or expired.
#[derive(Debug, SimpleObject)]
pub struct SlotPlaceHeld {
    /// The caller's key.
    pub key: String,
}

/// Others have all places of the slot; nothing is held.
#[derive(Debug, SimpleObject)]
pub struct SlotFull {
    /// The slot.
    pub slot_id: SlotName,
}

/// The slot cannot be chosen any more, or there is none; nothing is held.
#[derive(Debug, SimpleObject)]
pub struct SlotNotOpen {
    /// The slot.
    pub slot_id: SlotName,
    /// Whether it is too late to choose it; otherwise no service has it.
    pub is_closed: bool,
}

/// The hold with this key ended before.
#[derive(Debug, SimpleObject)]
pub struct SlotHoldClosed {
    /// The caller's key.
    pub key: String,
}

/// Outcome of `holdSlot`.
#[derive(Debug, Union)]
pub enum HoldSlotResult {
    Held(SlotPlaceHeld),
    Full(SlotFull),
    NotOpen(SlotNotOpen),
    Closed(SlotHoldClosed),
}

/// A hold to be given back.
#[derive(Debug, InputObject)]
pub struct ReleaseSlotInput {
    /// The key that it is held for.
    pub key: String,
}

/// The hold after it was given back: RELEASED, or EXPIRED where it had run out before.
#[derive(Debug, SimpleObject)]
pub struct SlotReleased {
    /// The caller's key.
    pub key: String,
    /// What became of the hold.
    pub status: Status,
}

#[derive(Default)]
pub struct InternalSlotMutation;

#[Object]
impl InternalSlotMutation {
    /// Holds a place in a slot. The same key again gives the same answer.
    async fn hold_slot(&self, ctx: &Context<'_>, input: HoldSlotInput) -> Result<HoldSlotResult> {
        let HoldSlotInput { key, slot_id, expires_at } = input;
        let held = hold(ctx.data_unchecked::<App>(), &key, slot_id, expires_at).await?;
        Ok(match held {
            SlotHeld::Held => HoldSlotResult::Held(SlotPlaceHeld { key }),
            SlotHeld::Full => HoldSlotResult::Full(SlotFull { slot_id }),
            SlotHeld::NotOpen(why) => {
                let is_closed = why == NotOpen::Closed;
                HoldSlotResult::NotOpen(SlotNotOpen { slot_id, is_closed })
            }
            SlotHeld::KeyClosed => HoldSlotResult::Closed(SlotHoldClosed { key }),
        })
    }

    /// Gives a place back that is held or committed under its key. An unknown key is closed.
    async fn release_slot(&self, ctx: &Context<'_>, input: ReleaseSlotInput) -> Result<SlotReleased> {
        let holds = SlotHolds(ctx.data_unchecked::<App>());
        let status = platform_holds::undo(&holds, &input.key).await?;
        Ok(SlotReleased { key: input.key, status })
    }
}
