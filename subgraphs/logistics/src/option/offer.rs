//! The services that deliver a cart to an address.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use logistics_entities::service::Kind;
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::{DeliveryZoneId, VendorId};

use crate::address::Address;
use crate::app::App;
use crate::coverage::{Arrival, CoverageError, Load, Service};

/// A cart, and where it shall go.
#[derive(Debug, Clone)]
pub struct Wanted {
    pub address: Address,
    pub currency: CurrencyCode,
    /// A parcel of each vendor.
    pub parcels: Vec<(VendorId, Load)>,
}

/// A service that delivers it.
#[derive(Debug, Clone)]
pub struct Offered {
    pub service: Arc<Service>,
    /// Of each vendor's parcel, as entered.
    pub fees: Vec<(VendorId, Money)>,
    /// `None` for slots, which are chosen.
    pub arrival: Option<Arrival>,
}

/// The services that deliver it, in the order in which buyers see them; none where nobody comes.
pub async fn offers(app: &App, wanted: &Wanted) -> Result<Vec<Offered>, CoverageError> {
    let mut offered = Vec::new();
    for service in services(app, &wanted.address).await? {
        let Some(offer) = offer(&service, wanted, app.now()) else { continue };
        if service.row.kind == Kind::PickUp && !has_points(app, service.row.zone_id).await? {
            continue;
        }
        offered.push(offer);
    }
    Ok(offered)
}

/// The services that come to an address, whatever they carry.
pub async fn services(app: &App, address: &Address) -> Result<Vec<Arc<Service>>, CoverageError> {
    let zones = app.zones().get().await?;
    let at = address.position(app.geocoder()).await;
    Ok(zones.zone_of(&address.country, at).map(|zone| zone.services.clone()).unwrap_or_default())
}

fn offer(service: &Arc<Service>, wanted: &Wanted, now: DateTime<Utc>) -> Option<Offered> {
    let rate = service.rate(wanted.currency)?;
    let fees = wanted.parcels.iter().map(|(vendor, load)| Some((*vendor, rate.fee(*load)?)));
    let fees = fees.collect::<Option<Vec<_>>>()?;
    let arrival = service.arrival(now);
    let is_possible = arrival.is_some() || service.row.kind == Kind::Slot;
    is_possible.then(|| Offered { service: Arc::clone(service), fees, arrival })
}

async fn has_points(app: &App, zone: DeliveryZoneId) -> Result<bool, CoverageError> {
    let (points, zones) = (app.points().get().await?, app.zones().get().await?);
    Ok(points.iter().any(|point| zones.has_point(zone, point)))
}
