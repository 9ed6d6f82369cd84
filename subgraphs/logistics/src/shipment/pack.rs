//! A seller has packed a shipment, or gives it to the carrier.

use logistics_entities::shipment::Model;
use platform_core::id::{ShipmentId, UserId};

use super::change::{Report, change};
use super::error::ShipmentError;
use super::status::{Event, apply};
use super::store;
use crate::app::App;

/// What became of what somebody says of a shipment.
#[derive(Debug)]
pub enum Changed {
    /// As it is now.
    To(Model),
    /// It cannot happen to the shipment as it stands; nothing was changed.
    Refused(Model),
}

/// Writes down what happened to a shipment, unless that cannot be.
pub async fn report(app: &App, id: ShipmentId, report: Report) -> Result<Changed, ShipmentError> {
    let tx = app.begin().await?;
    let shipment = store::lock(&tx, id).await?.ok_or(ShipmentError::NotFound)?;
    if report.at.is_some_and(|at| at < shipment.created_at) {
        return Err(ShipmentError::BeforeItWasMade(shipment.created_at));
    }
    if apply(shipment.status, report.event).is_err() {
        tx.rollback().await?;
        return Ok(Changed::Refused(shipment));
    }
    let shipment = change(&tx, app, shipment, report).await?;
    tx.commit().await?;
    Ok(Changed::To(shipment))
}

/// The shipment is packed.
pub async fn pack(app: &App, id: ShipmentId, seller: Option<UserId>) -> Result<Changed, ShipmentError> {
    report(app, id, Report::by_seller(Event::Packed, seller)).await
}

/// The carrier has the shipment; its order can no longer be called off.
pub async fn hand_over(app: &App, id: ShipmentId, seller: Option<UserId>) -> Result<Changed, ShipmentError> {
    report(app, id, Report::by_seller(Event::HandedOver, seller)).await
}
