//! Finishes what a carrier was asked for: buys the label, and gives it back where its shipment was called off meanwhile.

use chrono::TimeDelta;
use logistics_entities::booking::{Model, Status};
use logistics_entities::shipment;
use platform_commerce::PostalAddress;
use platform_core::id::ShipmentId;

use super::error::BookingError;
use super::store;
use crate::app::App;
use crate::carrier::{Bought, CarrierError, LabelOrder, Parcel};
use crate::delivery;
use crate::shipment::{Event, Report, ShipmentError, change_if_possible, find, is_at_seller, lock};

/// How long it is waited for a carrier to tell by itself what happened, before it is asked.
pub const ASKED_EVERY: TimeDelta = TimeDelta::minutes(15);

/// What became of a shipment that was to be given to a carrier.
#[derive(Debug)]
pub enum HandedOver {
    /// The carrier has it.
    To(shipment::Model),
    /// It has left, or is not sent; nothing was changed.
    Refused(shipment::Model),
    /// The carrier does not take it, in its words; nothing was changed.
    Declined(shipment::Model, String),
}

/// What is done with a label that was bought.
enum Settled {
    Kept(shipment::Model),
    /// Nobody needs it.
    ToGiveBack(shipment::Model),
}

/// Asks the carrier for the label, under the shipment's id, and writes down what it answers.
pub async fn finish(app: &App, booking: Model) -> Result<HandedOver, BookingError> {
    let carrier = app.carriers().get(&booking.carrier)?;
    let id = booking.shipment_id;
    let shipment = find(app.database(), id).await?.ok_or(ShipmentError::NotFound)?;
    if !is_at_seller(shipment.status) {
        return take_back(app, booking, shipment).await;
    }
    let order =
        LabelOrder { key: id.to_string(), service: booking.service.clone(), parcel: parcel(app, id).await? };
    let bought = match carrier.buy(&order).await {
        Ok(bought) => bought,
        Err(CarrierError::Refused(words)) => {
            store::forget_asked(app.database(), id).await?;
            return Ok(HandedOver::Declined(shipment, words));
        }
        // It may have bought it: the booking stays, and is finished later.
        Err(error @ (CarrierError::Unknown(_) | CarrierError::Unavailable(_))) => return Err(error.into()),
    };
    settled(app, booking, &bought).await
}

/// Gives the label back, if one was bought, of a shipment that was called off while the carrier was asked: where it was to go is
/// forgotten, so it cannot be asked for anew.
async fn take_back(app: &App, booking: Model, shipment: shipment::Model) -> Result<HandedOver, BookingError> {
    let found = app.carriers().get(&booking.carrier)?.find(&booking.shipment_id.to_string()).await?;
    match found {
        Some(bought) => settled(app, booking, &bought).await,
        None => {
            store::forget_asked(app.database(), booking.shipment_id).await?;
            Ok(HandedOver::Refused(shipment))
        }
    }
}

async fn settled(app: &App, booking: Model, bought: &Bought) -> Result<HandedOver, BookingError> {
    match settle(app, booking.clone(), bought).await? {
        Settled::Kept(shipment) => Ok(HandedOver::To(shipment)),
        Settled::ToGiveBack(shipment) => {
            give_back(app, &booking.carrier, booking.shipment_id, &bought.reference).await?;
            Ok(HandedOver::Refused(shipment))
        }
    }
}

/// Gives a label back to its carrier.
pub async fn give_back(
    app: &App,
    carrier: &str,
    id: ShipmentId,
    reference: &str,
) -> Result<(), BookingError> {
    app.carriers().get(carrier)?.cancel(reference).await?;
    store::set_cancelled(app.database(), id, app.now()).await?;
    Ok(())
}

async fn settle(app: &App, booking: Model, bought: &Bought) -> Result<Settled, BookingError> {
    let now = app.now();
    let tx = app.begin().await?;
    let shipment = lock(&tx, booking.shipment_id).await?.ok_or(ShipmentError::NotFound)?;
    let known = store::find_in(&tx, booking.shipment_id).await?;
    if known.as_ref().is_some_and(|known| known.status == Status::Booked) {
        return Ok(Settled::Kept(shipment));
    }
    let is_kept = is_at_seller(shipment.status);
    let row = Model {
        status: if is_kept { Status::Booked } else { Status::Cancelling },
        reference: Some(bought.reference.clone()),
        tracking_number: Some(bought.tracking_number.clone()),
        price_minor: Some(bought.price.minor()),
        currency: Some(bought.price.currency().to_string()),
        next_at: Some(now + ASKED_EVERY),
        updated_at: now,
        ..booking
    };
    store::put(&tx, &row).await?;
    if !is_kept {
        tx.commit().await?;
        return Ok(Settled::ToGiveBack(shipment));
    }
    let given = shipment::Model { carrier: Some(row.carrier), ..shipment.clone() };
    let report = Report::by_seller(Event::HandedOver, row.seller_id);
    let shipment = change_if_possible(&tx, app, given, report).await?.unwrap_or(shipment);
    tx.commit().await?;
    Ok(Settled::Kept(shipment))
}

/// A shipment as a carrier has to know it.
pub async fn parcel(app: &App, id: ShipmentId) -> Result<Parcel, BookingError> {
    let shipment = find(app.database(), id).await?.ok_or(ShipmentError::NotFound)?;
    let delivery = delivery::of_order(app.database(), shipment.order_id).await?;
    let address = delivery.and_then(|delivery| delivery.address).ok_or(BookingError::NoAddress)?;
    let recipient: PostalAddress = serde_json::from_value(address)?;
    Ok(Parcel {
        sender: app.config.fulfilment.label_sender.clone(),
        recipient,
        reference: shipment.tracking_number,
    })
}
