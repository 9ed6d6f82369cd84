//! Places in slots whose payments wait for their customers: within limits for each holder and network.

use logistics_entities::slot_hold::{Column, Model};
use platform_core::id::SlotId;
use platform_database::{StoreError, Transaction};
use platform_holds::{Extendable, Limits, Waiting};

use super::error::SlotError;
use super::holds::SlotHolds;
use super::store;

/// Places of a slot that may always be kept waiting.
const LIMITS: Limits = Limits { of_holder: 1, of_network: 3 };

impl Extendable for SlotHolds<'_> {
    type Of = SlotId;

    async fn within_limits(&self, tx: &Transaction, row: &Model) -> Result<Option<SlotId>, SlotError> {
        let Some(id) = row.slot_id else { return Ok(None) };
        let slot = store::lock_slot(tx, id).await?.ok_or(SlotError::Unknown)?;
        let waiting = waiting(tx, row, id).await?;
        Ok(LIMITS.allow(slot.capacity, waiting).then_some(id))
    }
}

/// Places of the slot that the holder and the network of `own` keep waiting, this one among them.
async fn waiting(tx: &Transaction, own: &Model, slot: SlotId) -> Result<Waiting, StoreError> {
    let of_holder = match &own.holder {
        Some(holder) => store::waiting(tx, slot, Column::Holder, holder).await?,
        None => 0,
    };
    let of_network = match &own.network {
        Some(network) => store::waiting(tx, slot, Column::Network, network).await?,
        None => 0,
    };
    Ok(Waiting { of_holder, of_network })
}
