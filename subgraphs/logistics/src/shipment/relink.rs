//! Takes the tracking link of a shipment back, for which there is another.

use logistics_entities::shipment::Model;
use platform_core::id::ShipmentId;

use super::change::touch;
use super::error::ShipmentError;
use super::{number, store};
use crate::app::App;

/// Gives a shipment a fresh token; who follows by the old one hears nothing more.
pub async fn relink(app: &App, id: ShipmentId) -> Result<Model, ShipmentError> {
    let tx = app.begin().await?;
    let mut shipment = store::lock(&tx, id).await?.ok_or(ShipmentError::NotFound)?;
    shipment.tracking_token = number::token(app.next_id(), app.next_id());
    let shipment = touch(&tx, app, shipment).await?;
    tx.commit().await?;
    Ok(shipment)
}
