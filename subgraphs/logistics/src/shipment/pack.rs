//! A seller has packed a shipment, or gives it to the carrier.

use logistics_entities::shipment::Model;
use platform_core::id::{ShipmentId, UserId};
use platform_database::Transaction;

use super::change::{Report, change_if_possible};
use super::error::ShipmentError;
use super::status::Event;
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
async fn report(app: &App, id: ShipmentId, report: Report) -> Result<Changed, ShipmentError> {
    let tx = app.begin().await?;
    let changed = report_in(&tx, app, id, report).await?;
    tx.commit().await?;
    Ok(changed)
}

/// The same within a transaction.
pub async fn report_in(
    tx: &Transaction,
    app: &App,
    id: ShipmentId,
    report: Report,
) -> Result<Changed, ShipmentError> {
    let shipment = store::lock(tx, id).await?.ok_or(ShipmentError::NotFound)?;
    if report.at.is_some_and(|at| at < shipment.created_at) {
        return Err(ShipmentError::BeforeItWasMade(shipment.created_at));
    }
    match change_if_possible(tx, app, shipment.clone(), report).await? {
        Some(changed) => Ok(Changed::To(changed)),
        None => Ok(Changed::Refused(shipment)),
    }
}

/// The shipment is packed.
pub async fn pack(app: &App, id: ShipmentId, seller: Option<UserId>) -> Result<Changed, ShipmentError> {
    report(app, id, Report::by_seller(Event::Packed, seller)).await
}

/// The carrier has the shipment; its order can no longer be called off.
pub async fn hand_over(app: &App, id: ShipmentId, seller: Option<UserId>) -> Result<Changed, ShipmentError> {
    report(app, id, Report::by_seller(Event::HandedOver, seller)).await
}
