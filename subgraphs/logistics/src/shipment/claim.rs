//! A guest's shipments become a user's: the guest who ordered them loses them.

use logistics_entities::shipment::Model;
use platform_core::id::{OrderId, UserId};
use platform_database::Transaction;

use super::change::touch;
use super::error::ShipmentError;
use super::store;
use crate::app::App;

/// Gives the shipments of an order to a user; who follows them as the guest hears nothing more.
pub async fn give_to_user(
    tx: &Transaction,
    app: &App,
    order: OrderId,
    user: UserId,
) -> Result<(), ShipmentError> {
    for shipment in store::lock_of_order(tx, order).await? {
        touch(tx, app, Model { user_id: Some(user), guest_id: None, ..shipment }).await?;
    }
    Ok(())
}
