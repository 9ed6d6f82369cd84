//! The buyer of an order chooses another slot for it.

use logistics_entities::delivery::{Model, Status};
use logistics_entities::service::Kind;
use platform_core::id::{OrderId, SlotId};
use platform_database::Transaction;
use platform_identity::Identity;

use super::error::DeliveryError;
use super::store;
use crate::access::may_reschedule;
use crate::app::App;
use crate::shipment;
use crate::slot::{self, Hours, NotOpen, SlotName};

/// What became of a choice.
#[derive(Debug)]
pub enum Choosing {
    /// The delivery as it is now.
    Chosen(Box<Model>),
    /// Others have all of its places.
    Full,
    NotOpen(NotOpen),
}

/// Gives an order a place in a slot, in return for the one that it has. It keeps that until it has the other.
pub async fn choose_slot(
    app: &App,
    caller: &Identity,
    order: OrderId,
    name: SlotName,
) -> Result<Choosing, DeliveryError> {
    let found = slot::find(app, name).await?;
    let row = match &found {
        Ok(slot) => Some(slot::row_of(app, slot).await?),
        Err(_) => None,
    };
    let tx = app.begin().await?;
    let delivery = changeable(&tx, caller, order, name).await?;
    let (slot, new) = match (found, row) {
        (Ok(slot), Some(row)) => (slot, row),
        (Err(not_open), _) => return Ok(Choosing::NotOpen(not_open)),
        (Ok(_), None) => return Ok(Choosing::NotOpen(NotOpen::Unknown)),
    };
    let old = match &delivery.slot_key {
        Some(key) => slot::slot_of(&tx, key).await?,
        None => None,
    };
    if old == Some(new) && !delivery.needs_slot {
        return Ok(Choosing::Chosen(Box::new(delivery)));
    }
    let both: Vec<_> = old.into_iter().chain([new]).collect();
    slot::lock_slots(&tx, &both).await?;
    let key = format!("{}/{}", delivery.key, app.next_id::<SlotId>());
    if !slot::commit_place(&tx, app, &key, new).await? {
        return Ok(Choosing::Full);
    }
    if let Some(old) = &delivery.slot_key {
        slot::free_place(&tx, app, old).await?;
    }
    let hours = Hours { begins_at: slot.begins_at(), ends_at: slot.ends_at };
    store::set_slot(&tx, &delivery.key, &key, hours, app.now()).await?;
    let chosen = store::lock(&tx, &delivery.key).await?.ok_or(DeliveryError::NoDelivery)?;
    tx.commit().await?;
    Ok(Choosing::Chosen(Box::new(chosen)))
}

/// The delivery of an order, locked, if the caller may have it in a slot of this name now.
async fn changeable(
    tx: &Transaction,
    caller: &Identity,
    order: OrderId,
    name: SlotName,
) -> Result<Model, DeliveryError> {
    let delivery = store::lock_of_order(tx, order).await?;
    let delivery = delivery.filter(|delivery| may_reschedule(caller, delivery));
    let delivery = delivery.ok_or(DeliveryError::NoDelivery)?;
    if delivery.service_kind != Some(Kind::Slot) {
        return Err(DeliveryError::NoSlots);
    }
    if delivery.status == Status::Released || shipment::is_on_its_way(tx, order).await? {
        return Err(DeliveryError::TooLate);
    }
    // Until then its place is held for a while, which no choice makes longer; there are shipments once it is paid.
    if delivery.parcels.is_some() && !delivery.needs_slot {
        return Err(DeliveryError::NotPaid);
    }
    if delivery.service_id != Some(name.service) {
        return Err(DeliveryError::OtherService);
    }
    Ok(delivery)
}
