//! Stops the delivery of an order that is called off, was given back, or never came about.

use super::error::DeliveryError;
use super::holds::Deliveries;
use super::store;
use crate::app::App;
use crate::shipment::{self, Shipped};

/// What became of a request to stop a delivery.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stopped {
    /// Nothing of it is sent, now or later.
    Stopped,
    /// A parcel has left its seller. These pieces have: told where the rest was to be called off.
    Underway(Vec<Shipped>),
}

/// Calls off all that is still at its sellers; where something has left, nothing, or with `rest` what has not left. A key
/// that nobody knows is closed: what it was to be kept for may be on its way.
pub async fn stop(app: &App, key: &str, rest: bool) -> Result<Stopped, DeliveryError> {
    match platform_holds::undo(&Deliveries(app), key).await {
        Ok(_) => Ok(Stopped::Stopped),
        Err(DeliveryError::Underway) if rest => stop_rest(app, key).await,
        Err(DeliveryError::Underway) => Ok(Stopped::Underway(Vec::new())),
        Err(error) => Err(error),
    }
}

async fn stop_rest(app: &App, key: &str) -> Result<Stopped, DeliveryError> {
    let tx = app.begin().await?;
    let mut shipped = Vec::new();
    if let Some(order) = store::lock(&tx, key).await?.and_then(|delivery| delivery.order_id) {
        shipped = shipment::call_off_rest(&tx, app, order).await?;
    }
    tx.commit().await?;
    Ok(Stopped::Underway(shipped))
}
