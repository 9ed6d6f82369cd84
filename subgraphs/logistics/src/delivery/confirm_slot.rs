//! Makes the place in a slot that was held an order's, once the order is paid.

use logistics_entities::slot_hold::Status;
use platform_database::Transaction;

use super::error::DeliveryError;
use super::store;
use crate::app::App;
use crate::slot::{self, SlotError, SlotHolds};

/// Whether the order has a place. One that has lapsed is taken anew if the slot has one left; where it has none, the buyer has
/// to choose another slot.
pub async fn confirm_slot(app: &App, key: &str) -> Result<bool, DeliveryError> {
    let status: Result<Status, SlotError> = platform_holds::commit(&SlotHolds(app), key).await;
    if status? == Status::Committed {
        return Ok(true);
    }
    let tx = app.begin().await?;
    let has_place = take_anew(&tx, app, key).await?;
    tx.commit().await?;
    Ok(has_place)
}

async fn take_anew(tx: &Transaction, app: &App, key: &str) -> Result<bool, DeliveryError> {
    let Some(delivery) = store::lock(tx, key).await? else { return Ok(false) };
    if delivery.slot_key.as_deref() != Some(key) {
        // It was taken anew before, chosen anew by the buyer, or is to be.
        return Ok(delivery.slot_key.is_some());
    }
    let again = format!("{key}/again");
    let has_place = match slot::slot_of(tx, key).await? {
        Some(slot) => slot::commit_place(tx, app, &again, slot).await?,
        None => false,
    };
    match has_place {
        true => store::set_slot_key(tx, key, &again).await?,
        false => store::set_needs_slot(tx, key).await?,
    }
    Ok(has_place)
}
