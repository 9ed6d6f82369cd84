//! On which topics changes of orders are told to those who watch them.

use bytes::Bytes;
use orders_entities::order::Model;
use orders_entities::vendor_order;
use platform_core::id::{OrderId, UserId, VendorId};
use platform_database::Transaction;

use crate::app::App;

pub fn order_topic(order: OrderId) -> String {
    format!("orders.order.{order}")
}

pub fn user_topic(user: UserId) -> String {
    format!("orders.user.{user}")
}

pub fn vendor_topic(vendor: VendorId) -> String {
    format!("orders.vendor.{vendor}")
}

/// Tells subscribers after the commit; the vendors of parts that are `confirmed` that there is something to prepare.
pub fn announce(tx: &Transaction, app: &App, order: &Model, confirmed: &[vendor_order::Model]) {
    let message = Bytes::from(format!("{}:{}", order.id, order.version));
    let mut messages = vec![(order_topic(order.id), message.clone())];
    if let Some(user) = order.user_id {
        messages.push((user_topic(user), message));
    }
    messages.extend(confirmed.iter().map(|p| (vendor_topic(p.vendor_id), Bytes::from(p.id.to_string()))));
    let broadcast = app.broadcast.clone();
    tx.on_commit(move || {
        for (topic, message) in messages {
            broadcast.publish(&topic, message);
        }
    });
}
