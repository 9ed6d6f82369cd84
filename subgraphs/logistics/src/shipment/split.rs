//! Splits a shipment that is not packed: some of its pieces go into a parcel of their own.

use async_graphql::InputObject;
use logistics_entities::shipment::{Model, Status};
use logistics_entities::shipment_item;
use platform_core::id::{OrderLineId, ShipmentId};

use super::change::touch;
use super::create::{Consignee, NewItem, NewShipment, create};
use super::error::ShipmentError;
use super::store;
use crate::app::App;

/// The most parcels of a vendor's part into which it is split.
pub const MAX_OF_PART: usize = 50;

/// Pieces that go into a parcel of their own.
#[derive(Debug, InputObject)]
pub struct SplitShipmentInput {
    /// The shipment, which is not packed yet.
    pub shipment_id: ShipmentId,
    /// What goes into the new one: each line at most once, and not everything.
    pub items: Vec<SplitItemInput>,
}

/// Pieces of one line.
#[derive(Debug, InputObject)]
pub struct SplitItemInput {
    /// Of `ShipmentItem.lineId`.
    pub line_id: OrderLineId,
    /// How many pieces, at least one.
    pub quantity: i32,
}

/// What became of a request to split a shipment.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "made once for an answer")]
pub enum Split {
    /// What is left of it, and the new one.
    Into(Model, Model),
    /// It is packed, or not sent; nothing was changed.
    Refused(Model),
}

/// Splits a shipment.
pub async fn split(app: &App, input: &SplitShipmentInput) -> Result<Split, ShipmentError> {
    let order =
        store::find(app.database(), input.shipment_id).await?.ok_or(ShipmentError::NotFound)?.order_id;
    let tx = app.begin().await?;
    // All of them, so that each has a number of its own.
    let all = store::lock_of_order(&tx, order).await?;
    let next = all.last().map_or(1, |last| last.number.saturating_add(1));
    let found = all.iter().find(|shipment| shipment.id == input.shipment_id);
    let shipment = found.ok_or(ShipmentError::NotFound)?.clone();
    if all.iter().filter(|other| other.vendor_order_id == shipment.vendor_order_id).count() >= MAX_OF_PART {
        return Err(ShipmentError::TooManyParcels);
    }
    if shipment.status != Status::Created {
        tx.rollback().await?;
        return Ok(Split::Refused(shipment));
    }
    let (rest, taken) = divide(store::items(&*tx, shipment.id).await?, &input.items)?;
    for item in &rest {
        store::set_quantity(&tx, item).await?;
    }
    let consignee =
        Consignee { order: shipment.order_id, user: shipment.user_id, guest: shipment.guest_id.clone() };
    let parcel = NewShipment {
        vendor_order: shipment.vendor_order_id,
        vendor: shipment.vendor_id,
        warehouse: shipment.warehouse_id,
        items: taken,
    };
    let shipment = touch(&tx, app, shipment).await?;
    let made =
        create(&tx, app, &consignee, next, vec![parcel]).await?.pop().ok_or(ShipmentError::NotFound)?;
    tx.commit().await?;
    Ok(Split::Into(shipment, made))
}

/// The items that have fewer pieces afterwards, and what is taken out of them.
fn divide(
    items: Vec<shipment_item::Model>,
    wanted: &[SplitItemInput],
) -> Result<(Vec<shipment_item::Model>, Vec<NewItem>), ShipmentError> {
    let all: i64 = items.iter().map(|item| i64::from(item.quantity)).sum();
    let (mut rest, mut taken) = (Vec::with_capacity(wanted.len()), Vec::with_capacity(wanted.len()));
    let mut sum = 0_i64;
    for wish in wanted {
        let item = items.iter().find(|item| item.line_id == wish.line_id);
        let item = item.filter(|item| (1..=item.quantity).contains(&wish.quantity));
        let item = item.filter(|item| !rest.iter().any(|r: &shipment_item::Model| r.line_id == item.line_id));
        let mut item = item.ok_or(ShipmentError::InvalidSplit)?.clone();
        sum = sum.saturating_add(i64::from(wish.quantity));
        taken.push(NewItem::of(&item, wish.quantity));
        item.quantity = item.quantity.saturating_sub(wish.quantity);
        rest.push(item);
    }
    if taken.is_empty() || sum >= all {
        return Err(ShipmentError::InvalidSplit);
    }
    Ok((rest, taken))
}
