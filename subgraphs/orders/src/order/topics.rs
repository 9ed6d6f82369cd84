//! On which topics changes of orders are told to every process.

use std::sync::Arc;

use platform_cache::Broadcast;
use platform_core::id::{OrderId, UserId, VendorId};
use platform_database::Database;

pub fn order_topic(order: OrderId) -> String {
    format!("orders.order.{order}")
}

pub fn user_topic(user: UserId) -> String {
    format!("orders.user.{user}")
}

pub fn vendor_topic(vendor: VendorId) -> String {
    format!("orders.vendor.{vendor}")
}

/// Where subscriptions hear of changes.
#[derive(Clone)]
pub struct OrderUpdates {
    pub database: Database,
    pub broadcast: Arc<dyn Broadcast>,
}
