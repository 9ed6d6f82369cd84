//! Makes a pick-up point, or writes one anew.

use chrono_tz::Tz;
use logistics_entities::pick_up_point::Model;
use platform_commerce::{PostalAddress, PostalAddressInput};
use platform_geo::{Position, Wanted};
use platform_text::line;

use super::error::PickUpError;
use super::graphql::SetPickUpPointInput;
use super::hours::Hours;
use super::store;
use crate::app::App;
use crate::coverage::MAX_POINTS;

const MAX_NAME: usize = 100;

/// Makes a point, or writes the one of the given id anew. Its place is looked up where it is not given.
pub async fn set_point(app: &App, input: SetPickUpPointInput) -> Result<Model, PickUpError> {
    let name = line("name", &input.name, MAX_NAME)?;
    let time_zone: Tz = input.time_zone.trim().parse().map_err(|_| PickUpError::UnknownTimeZone)?;
    let hours = Hours::all(&input.hours)?;
    let address = input.address;
    let address = PostalAddress::try_from(PostalAddressInput {
        recipient: name.clone(),
        company: None,
        line1: address.line1,
        line2: address.line2,
        city: address.city,
        region: address.region,
        postal_code: address.postal_code,
        country: address.country,
        phone: None,
    })?;
    let place = match input.position {
        Some(position) => Some(Position::try_from(position)?),
        None => look_up(app, &address).await,
    };
    let place = place.map(Position::micro);
    let tx = app.begin().await?;
    let known = match input.id {
        Some(id) => Some(store::lock(&tx, id).await?.ok_or(PickUpError::NoPoint)?),
        None if store::count(&tx).await? >= MAX_POINTS => return Err(PickUpError::TooManyPoints),
        None => None,
    };
    let now = app.now();
    let row = Model {
        id: known.as_ref().map_or_else(|| app.next_id(), |known| known.id),
        name,
        country: address.country.clone(),
        address: serde_json::to_value(&address)?,
        latitude: place.map(|(latitude, _)| latitude),
        longitude: place.map(|(_, longitude)| longitude),
        time_zone: time_zone.name().to_owned(),
        hours: serde_json::to_value(hours)?,
        is_active: input.is_active,
        created_at: known.as_ref().map_or(now, |known| known.created_at),
        updated_at: now,
    };
    match known {
        Some(_) => store::update(&tx, &row).await?,
        None => store::insert(&tx, &row).await?,
    }
    tx.commit().await?;
    app.points().forget();
    Ok(row)
}

/// Where its address is; a point without a place is offered all the same.
async fn look_up(app: &App, address: &PostalAddress) -> Option<Position> {
    let wanted = Wanted {
        line1: address.line1.clone(),
        postal_code: address.postal_code.clone().unwrap_or_default(),
        city: address.city.clone(),
        country: address.country.clone(),
    };
    app.geocoder().find(&wanted).await.ok().flatten().map(|place| place.position)
}
