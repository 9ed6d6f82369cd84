//! Shipments of an order that is called off.

use logistics_entities::shipment::{Model, Status};
use platform_core::id::{OrderId, OrderLineId};
use platform_database::Transaction;

use super::change::{Report, change};
use super::error::ShipmentError;
use super::status::{Event, is_at_seller};
use super::store;
use crate::app::App;

/// What became of a request to call an order's shipments off.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calling {
    /// None of them is sent.
    Off,
    /// One has left its seller: all are as they were.
    Underway,
}

/// Pieces of a line that have left their seller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shipped {
    pub line: OrderLineId,
    pub quantity: i32,
}

fn is_gone(shipment: &Model) -> bool {
    !is_at_seller(shipment.status) && shipment.status != Status::Cancelled
}

/// Whether a shipment of an order has left its seller.
pub async fn has_left(app: &App, order: OrderId) -> Result<bool, ShipmentError> {
    Ok(store::of_order(app.database(), order).await?.iter().any(is_gone))
}

/// Whether a shipment of an order is with a courier, or was, and is not waiting again: when it comes is settled.
pub async fn is_on_its_way(tx: &Transaction, order: OrderId) -> Result<bool, ShipmentError> {
    let is_settled = |shipment: &Model| match shipment.status {
        Status::Created | Status::Packed | Status::Attempted | Status::Cancelled => false,
        Status::HandedOver | Status::InTransit => {
            shipment.courier_user_id.is_some() || shipment.carrier.is_some()
        }
        Status::OutForDelivery | Status::Delivered | Status::Returned | Status::Lost => true,
    };
    Ok(store::lock_of_order(tx, order).await?.iter().any(is_settled))
}

/// Calls all shipments of an order off, or none where one has left.
pub async fn call_off(tx: &Transaction, app: &App, order: OrderId) -> Result<Calling, ShipmentError> {
    let shipments = store::lock_of_order(tx, order).await?;
    if shipments.iter().any(is_gone) {
        return Ok(Calling::Underway);
    }
    for shipment in shipments {
        change(tx, app, shipment, Report::by_shop(Event::Cancelled)).await?;
    }
    Ok(Calling::Off)
}

/// Calls those shipments of an order off that have not left; returns what has.
pub async fn call_off_rest(
    tx: &Transaction,
    app: &App,
    order: OrderId,
) -> Result<Vec<Shipped>, ShipmentError> {
    let mut shipped = Vec::new();
    for shipment in store::lock_of_order(tx, order).await? {
        if is_at_seller(shipment.status) {
            change(tx, app, shipment, Report::by_shop(Event::Cancelled)).await?;
        } else if is_gone(&shipment) {
            let items = store::items(&**tx, shipment.id).await?.into_iter();
            shipped.extend(items.map(|item| Shipped { line: item.line_id, quantity: item.quantity }));
        }
    }
    Ok(shipped)
}
