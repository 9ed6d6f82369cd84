//! The label of a shipment that an outside carrier brings.

use platform_core::id::ShipmentId;

use super::error::BookingError;
use super::store;
use crate::app::App;

/// The carrier's label, a PDF; `None` where there is none. Asked for each time, and kept nowhere.
pub async fn label(app: &App, shipment: ShipmentId) -> Result<Option<Vec<u8>>, BookingError> {
    let Some(booking) = store::find(app.database(), shipment).await? else { return Ok(None) };
    let Some(reference) = &booking.reference else { return Ok(None) };
    Ok(Some(app.carriers().get(&booking.carrier)?.label(reference).await?))
}
