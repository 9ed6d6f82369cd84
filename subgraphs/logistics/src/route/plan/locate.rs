//! Where a delivery goes on the map.

use logistics_entities::delivery::Model;
use platform_commerce::PostalAddress;
use platform_geo::{Position, Precision, RoadsError, Wanted};

use crate::app::App;
use crate::route::error::RouteError;
use crate::route::store;

/// Where a delivery goes; `None` where nobody knows. It is looked up once.
pub async fn locate(app: &App, delivery: &Model) -> Result<Option<Position>, RouteError> {
    if delivery.is_located {
        let place = delivery.latitude.zip(delivery.longitude);
        return Ok(place
            .map(|(latitude, longitude)| Position::from_micro(latitude, longitude))
            .transpose()?);
    }
    let Some(address) = delivery.address.clone() else { return Ok(None) };
    let address: PostalAddress = serde_json::from_value(address)?;
    let wanted = Wanted {
        line1: address.line1,
        postal_code: address.postal_code.unwrap_or_default(),
        city: address.city,
        country: address.country,
    };
    let found = app.geocoder().find(&wanted).await?;
    // Somewhere in its district no courier finds anybody.
    let found = found.filter(|place| place.precision != Precision::PostalCode).map(|place| place.position);
    let found = match found {
        Some(place) => on_roads(app, place).await?,
        None => None,
    };
    store::set_place(app.database(), &delivery.key, found.map(Position::micro)).await?;
    Ok(found)
}

/// The place, if a road leads there. Asked as a way to itself.
pub async fn on_roads(app: &App, place: Position) -> Result<Option<Position>, RouteError> {
    match app.roads().leg(place, place).await {
        Ok(_) => Ok(Some(place)),
        Err(RoadsError::OffRoads { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}
