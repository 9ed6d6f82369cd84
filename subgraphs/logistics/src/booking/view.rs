//! Outside carriers as clients see them.

use async_graphql::SimpleObject;
use logistics_entities::booking::Model;
use platform_commerce::Money;

use super::rates::Offer;

/// The outside carrier that brings a shipment.
#[derive(SimpleObject)]
pub struct ShipmentCarrier {
    /// As the shop calls it.
    name: String,
    /// How it is brought, in the carrier's code.
    service: String,
    /// What a person reads from the parcel at the carrier; `Shipment.trackingNumber` is the shop's own.
    tracking_number: Option<String>,
}

impl ShipmentCarrier {
    pub fn of(booking: Model) -> Self {
        let Model { carrier, service, tracking_number, .. } = booking;
        Self { name: carrier, service, tracking_number }
    }
}

/// What an outside carrier would bring a shipment for.
#[derive(SimpleObject)]
pub struct CarrierRate {
    /// As the shop calls the carrier: the `name` of `HandOverToCarrierInput`.
    carrier: String,
    /// In the carrier's code: the `service` of `HandOverToCarrierInput`.
    service: String,
    /// The service as the carrier calls it.
    name: String,
    /// What the carrier asks for.
    price: Money,
}

impl From<Offer> for CarrierRate {
    fn from(offer: Offer) -> Self {
        let Offer { carrier, rate } = offer;
        Self { carrier, service: rate.service, name: rate.name, price: rate.price }
    }
}
