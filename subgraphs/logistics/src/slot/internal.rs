//! Places in slots in the internal schema.

use async_graphql::{Context, InputObject, Object, Result, SimpleObject, Union};
use chrono::{DateTime, Utc};
use logistics_entities::slot_hold::Status;
use platform_holds::{Extended, Holder};

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
    /// The user or guest it is held for; forgotten when the hold ends.
    pub holder: Option<String>,
    /// The network that the request came from; forgotten when the hold ends.
    pub network: Option<String>,
}

/// A held place, to be held longer while its payment waits.
#[derive(Debug, InputObject)]
pub struct ExtendSlotInput {
    /// The key that it is held for.
    pub key: String,
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

/// The holder, or all holders of the network, keep too many places waiting for payments; the hold stays as it was.
#[derive(Debug, SimpleObject)]
pub struct SlotHoldLimitReached {
    /// The caller's key.
    pub key: String,
}

/// Outcome of `extendSlot`.
#[derive(Debug, Union)]
pub enum ExtendSlotResult {
    Held(SlotPlaceHeld),
    LimitReached(SlotHoldLimitReached),
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
        let HoldSlotInput { key, slot_id, expires_at, holder, network } = input;
        let holder = Holder { name: holder, network };
        let held = hold(ctx.data_unchecked::<App>(), &key, slot_id, holder, expires_at).await?;
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

    /// Holds a place longer, while its payment waits. An unknown key is refused.
    async fn extend_slot(&self, ctx: &Context<'_>, input: ExtendSlotInput) -> Result<ExtendSlotResult> {
        let ExtendSlotInput { key, expires_at } = input;
        let holds = SlotHolds(ctx.data_unchecked::<App>());
        Ok(match platform_holds::extend(&holds, &key, expires_at).await? {
            Extended::Held(..) => ExtendSlotResult::Held(SlotPlaceHeld { key }),
            Extended::LimitReached => ExtendSlotResult::LimitReached(SlotHoldLimitReached { key }),
            Extended::Closed(_) => ExtendSlotResult::Closed(SlotHoldClosed { key }),
        })
    }

    /// Gives a place back that is held or committed under its key. An unknown key is closed.
    async fn release_slot(&self, ctx: &Context<'_>, input: ReleaseSlotInput) -> Result<SlotReleased> {
        let holds = SlotHolds(ctx.data_unchecked::<App>());
        let status = platform_holds::undo(&holds, &input.key).await?;
        Ok(SlotReleased { key: input.key, status })
    }
}
