//! A seller gives a shipment to an outside carrier.

use logistics_entities::booking::{Model, Status};
use platform_core::id::{ShipmentId, UserId};
use platform_text::line;

use super::error::BookingError;
use super::finish::{HandedOver, finish};
use super::store;
use crate::app::App;
use crate::shipment::{self, ShipmentError, is_at_seller};

const MAX_SERVICE: usize = 100;
/// When it is asked again for a label of which the answer was lost.
pub const ASKED_AGAIN: chrono::TimeDelta = chrono::TimeDelta::minutes(2);

/// Which carrier is to bring a shipment, and how.
#[derive(Debug, Clone)]
pub struct Chosen {
    pub carrier: String,
    pub service: String,
}

/// What is to be done for a shipment.
enum Asked {
    /// The carrier is to be asked, now or again.
    Open(Model),
    Done(HandedOver),
}

/// Buys the label of a shipment, which the carrier has from then on. It is written down first that the carrier is asked: what
/// was asked is finished as it was asked, whoever comes again and whenever the process dies.
pub async fn hand_over(
    app: &App,
    id: ShipmentId,
    chosen: Chosen,
    seller: Option<UserId>,
) -> Result<HandedOver, BookingError> {
    app.carriers().get(&chosen.carrier)?;
    let service = line("service", &chosen.service, MAX_SERVICE)?;
    match ask(app, id, Chosen { service, ..chosen }, seller).await? {
        Asked::Open(booking) => finish(app, booking).await,
        Asked::Done(outcome) => Ok(outcome),
    }
}

async fn ask(
    app: &App,
    id: ShipmentId,
    chosen: Chosen,
    seller: Option<UserId>,
) -> Result<Asked, BookingError> {
    let tx = app.begin().await?;
    let shipment = shipment::lock(&tx, id).await?.ok_or(ShipmentError::NotFound)?;
    let known = store::find_in(&tx, id).await?;
    if !is_at_seller(shipment.status) {
        let is_done =
            known.is_some_and(|known| known.status == Status::Booked && known.carrier == chosen.carrier);
        let outcome = if is_done { HandedOver::To(shipment) } else { HandedOver::Refused(shipment) };
        return Ok(Asked::Done(outcome));
    }
    if let Some(known) = known {
        return Ok(Asked::Open(known));
    }
    let now = app.now();
    let booking = Model {
        shipment_id: id,
        carrier: chosen.carrier,
        service: chosen.service,
        status: Status::Asked,
        seller_id: seller,
        reference: None,
        tracking_number: None,
        price_minor: None,
        currency: None,
        next_at: Some(now + ASKED_AGAIN),
        created_at: now,
        updated_at: now,
    };
    store::insert(&tx, &booking).await?;
    tx.commit().await?;
    Ok(Asked::Open(booking))
}
