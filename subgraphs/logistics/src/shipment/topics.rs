//! On which topics changes of shipments are told to those who watch them.

use bytes::Bytes;
use logistics_entities::shipment::Model;
use platform_core::id::{OrderId, ShipmentId};
use platform_database::Transaction;

use crate::app::App;

pub fn shipment_topic(shipment: ShipmentId) -> String {
    format!("logistics.shipment.{shipment}")
}

pub fn order_topic(order: OrderId) -> String {
    format!("logistics.order.{order}")
}

/// Tells subscribers after the commit which shipment changed.
pub fn announce(tx: &Transaction, app: &App, shipment: &Model) {
    let topics = [shipment_topic(shipment.id), order_topic(shipment.order_id)];
    let (message, broadcast) = (Bytes::from(shipment.id.to_string()), app.broadcast.clone());
    tx.on_commit(move || {
        for topic in topics {
            broadcast.publish(&topic, message.clone());
        }
    });
}
