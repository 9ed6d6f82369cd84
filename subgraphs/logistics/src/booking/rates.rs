//! What carriers would bring a shipment for.

use futures::future::join_all;
use platform_core::id::ShipmentId;

use super::error::BookingError;
use super::finish::parcel;
use crate::app::App;
use crate::carrier::{CarrierError, Rate};

/// What one carrier would bring a shipment for.
#[derive(Debug)]
pub struct Offer {
    pub carrier: String,
    pub rate: Rate,
}

/// The rates of all carriers, the cheapest of each currency first. A carrier that does not answer has none; if none answers,
/// that is an error.
pub async fn rates(app: &App, id: ShipmentId) -> Result<Vec<Offer>, BookingError> {
    let parcel = parcel(app, id).await?;
    let asked = app.carriers().all().map(|(name, carrier)| {
        let parcel = &parcel;
        async move { (name, carrier.rates(parcel).await) }
    });
    let (mut offers, mut failed, mut answers) = (Vec::new(), None, 0_usize);
    for (name, answer) in join_all(asked).await {
        match answer {
            Ok(rates) => {
                answers += 1;
                offers.extend(rates.into_iter().map(|rate| Offer { carrier: name.to_owned(), rate }));
            }
            // It does not take such a parcel.
            Err(CarrierError::Refused(_)) => answers += 1,
            Err(error) => {
                tracing::warn!(carrier = name, %error, "a carrier does not tell its rates");
                failed = Some(error);
            }
        }
    }
    match failed {
        Some(error) if answers == 0 => Err(error.into()),
        _ => {
            offers.sort_by_key(|offer| (offer.rate.price.currency(), offer.rate.price.minor()));
            Ok(offers)
        }
    }
}
