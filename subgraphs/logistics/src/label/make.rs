//! What stands on the label of a shipment.

use logistics_entities::shipment::{Model, Status};
use platform_commerce::PostalAddress;
use platform_core::id::ShipmentId;

use super::error::LabelError;
use crate::app::App;
use crate::booking;
use crate::delivery;
use crate::print::{Label, Recipient};
use crate::shipment;

/// A label as a file.
#[derive(Debug)]
pub struct Printed {
    pub tracking_number: String,
    /// A PDF.
    pub bytes: Vec<u8>,
}

/// The label of a shipment; `None` where there is no such shipment, or none that is to be delivered any more.
pub async fn make(app: &App, id: ShipmentId) -> Result<Option<Printed>, LabelError> {
    let Some(shipment) = shipment::find(app.database(), id).await?.filter(|row| is_printed(row.status))
    else {
        return Ok(None);
    };
    let tracking_number = shipment.tracking_number.clone();
    if shipment.carrier.is_some() {
        let bytes = booking::label(app, id).await?;
        return Ok(bytes.map(|bytes| Printed { tracking_number, bytes }));
    }
    let Some(delivery) = delivery::of_order(app.database(), shipment.order_id).await? else {
        return Ok(None);
    };
    let Some(address) = delivery.address else { return Ok(None) };
    let address: PostalAddress = serde_json::from_value(address)?;
    let bytes = app.printer().print(label(app, shipment, delivery.order_number, address)).await?;
    Ok(Some(Printed { tracking_number, bytes }))
}

/// Whether somebody still needs the label of a shipment.
pub const fn is_printed(status: Status) -> bool {
    match status {
        Status::Created
        | Status::Packed
        | Status::HandedOver
        | Status::InTransit
        | Status::OutForDelivery
        | Status::Attempted
        | Status::Lost => true,
        Status::Delivered | Status::Returned | Status::Cancelled => false,
    }
}

fn label(app: &App, shipment: Model, order_number: Option<String>, address: PostalAddress) -> Label {
    let config = &app.config.fulfilment;
    let link = match config.tracking_url.as_str() {
        "" => None,
        begin => Some(format!("{begin}{}", shipment.tracking_token)),
    };
    Label {
        sender: config.label_sender.clone(),
        recipient: Recipient::of(address),
        order_number,
        parcel: shipment.number,
        tracking_number: shipment.tracking_number,
        link,
    }
}
