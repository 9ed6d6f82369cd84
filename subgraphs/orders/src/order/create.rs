//! Keeps a new order.

use orders_entities::order::{ActiveModel, Status};
use orders_entities::{order_event, order_line, vendor_order};
use platform_database::Transaction;
use sea_orm::ActiveValue::Set;

use super::error::OrderError;
use super::store;
use crate::app::App;

/// A new order with all its rows.
#[derive(Debug, Clone)]
pub struct NewOrder {
    pub order: ActiveModel,
    pub lines: Vec<order_line::ActiveModel>,
    pub vendor_orders: Vec<vendor_order::ActiveModel>,
}

/// Keeps a new order; false if its idempotency key is taken, and then nothing was written.
pub async fn create(tx: &Transaction, app: &App, new: NewOrder) -> Result<bool, OrderError> {
    let (id, at) = (new.order.id.clone().take(), app.now());
    if !store::insert_unless_known(tx, new.order).await? {
        return Ok(false);
    }
    let placed = order_event::ActiveModel {
        order_id: Set(id.ok_or(OrderError::NotFound)?),
        version: Set(1),
        status: Set(Status::Pending),
        reason: Set(None),
        actor_id: Set(None),
        at: Set(at),
    };
    store::insert_vendor_orders(tx, new.vendor_orders).await?;
    store::insert_lines(tx, new.lines).await?;
    store::insert_history(tx, vec![placed]).await?;
    Ok(true)
}
