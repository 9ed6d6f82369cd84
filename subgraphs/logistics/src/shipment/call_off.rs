//! Shipments of an order that is called off.

use logistics_entities::shipment::{Model, Status};
use platform_core::id::OrderId;
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

/// Calls all shipments of an order off, or none where one has left.
pub async fn call_off(tx: &Transaction, app: &App, order: OrderId) -> Result<Calling, ShipmentError> {
    let shipments = store::lock_of_order(tx, order).await?;
    let has_left = |shipment: &Model| !is_at_seller(shipment.status) && shipment.status != Status::Cancelled;
    if shipments.iter().any(has_left) {
        return Ok(Calling::Underway);
    }
    for shipment in shipments {
        change(tx, app, shipment, Report::by_shop(Event::Cancelled)).await?;
    }
    Ok(Calling::Off)
}

/// Calls those shipments of an order off that have not left.
pub async fn call_off_rest(tx: &Transaction, app: &App, order: OrderId) -> Result<(), ShipmentError> {
    for shipment in store::lock_of_order(tx, order).await? {
        if is_at_seller(shipment.status) {
            change(tx, app, shipment, Report::by_shop(Event::Cancelled)).await?;
        }
    }
    Ok(())
}
