//! Stops the delivery of an order that is called off, or never came about.

use super::error::DeliveryError;
use super::holds::Deliveries;
use crate::app::App;

/// What became of a request to stop a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stopped {
    /// Nothing of it is sent, now or later.
    Stopped,
    /// A parcel has left its seller: nothing was changed.
    Underway,
}

/// Calls off all that is still at its sellers, or nothing where something has left. A key that nobody knows is closed:
/// what it was to be kept for may be on its way.
pub async fn stop(app: &App, key: &str) -> Result<Stopped, DeliveryError> {
    match platform_holds::undo(&Deliveries(app), key).await {
        Ok(_) => Ok(Stopped::Stopped),
        Err(DeliveryError::Underway) => Ok(Stopped::Underway),
        Err(error) => Err(error),
    }
}
