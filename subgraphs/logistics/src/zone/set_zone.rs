//! Makes a zone, or writes one anew with all of its services.

use std::collections::HashSet;

use chrono_tz::Tz;
use logistics_entities::zone::Model;
use platform_core::id::{DeliveryServiceId, DeliveryZoneId};
use platform_database::Transaction;
use platform_geo::{Area, InvalidArea};
use platform_text::{Country, line};
use serde_json::Value;

use super::error::{ServiceError, ZoneError};
use super::graphql::{DeliveryServiceInput, SetDeliveryZoneInput};
use super::set_service::{self, At};
use super::store;
use crate::app::App;

pub const MAX_ZONES: u64 = 200;
pub const MAX_SERVICES: usize = 20;
pub const MAX_COUNTRIES: usize = 250;
const MAX_NAME: usize = 100;
const MAX_PRIORITY: i32 = 1_000;

/// Makes a zone, or writes the one of the given id anew. Services that are left out belong to it no more; what was ordered
/// by them stays as it is.
pub async fn set_zone(app: &App, input: SetDeliveryZoneInput) -> Result<Model, ZoneError> {
    let name = line("name", &input.name, MAX_NAME)?;
    let time_zone: Tz = input.time_zone.trim().parse().map_err(|_| ZoneError::UnknownTimeZone)?;
    if !(-MAX_PRIORITY..=MAX_PRIORITY).contains(&input.priority) {
        return Err(ZoneError::InvalidPriority);
    }
    if input.services.len() > MAX_SERVICES {
        return Err(ServiceError::TooMany.into());
    }
    check_countries(&input.countries)?;
    let area = match input.area {
        Some(geometry) => Some(check_area(geometry.0).await?),
        None => None,
    };
    let tx = app.begin().await?;
    let known = match input.id {
        Some(id) => Some(store::lock_zone(&tx, id).await?.ok_or(ZoneError::NoZone)?),
        None if store::count_zones(&tx).await? >= MAX_ZONES => return Err(ZoneError::TooManyZones),
        None => None,
    };
    let now = app.now();
    let row = Model {
        id: known.as_ref().map_or_else(|| app.next_id(), |known| known.id),
        name,
        priority: input.priority,
        time_zone: time_zone.name().to_owned(),
        countries: input.countries.into(),
        area,
        is_active: input.is_active,
        created_at: known.as_ref().map_or(now, |known| known.created_at),
        updated_at: now,
    };
    match known {
        Some(_) => store::update_zone(&tx, &row).await?,
        None => store::insert_zone(&tx, &row).await?,
    }
    set_services(app, &tx, row.id, input.services).await?;
    tx.commit().await?;
    app.zones().forget();
    Ok(row)
}

async fn set_services(
    app: &App,
    tx: &Transaction,
    zone: DeliveryZoneId,
    inputs: Vec<DeliveryServiceInput>,
) -> Result<(), ZoneError> {
    let mut left = store::services_in(tx, zone).await?;
    for (position, input) in (0..).zip(inputs) {
        let known = match input.id {
            Some(id) => Some(take(&mut left, id)?),
            None => None,
        };
        let at = At {
            id: known.as_ref().map_or_else(|| app.next_id(), |known| known.id),
            zone,
            position,
            created_at: known.as_ref().map_or_else(|| app.now(), |known| known.created_at),
            now: app.now(),
        };
        let row = set_service::row(input, at)?;
        match known {
            Some(_) => store::update_service(tx, &row).await?,
            None => store::insert_service(tx, &row).await?,
        }
    }
    for service in left.into_iter().filter(|service| service.is_active) {
        store::end_service(tx, service.id).await?;
    }
    Ok(())
}

/// A service of the zone, which may have been left out of it before; each is written once.
fn take(
    left: &mut Vec<logistics_entities::service::Model>,
    id: DeliveryServiceId,
) -> Result<logistics_entities::service::Model, ServiceError> {
    let at = left.iter().position(|service| service.id == id);
    at.map(|at| left.swap_remove(at)).ok_or_else(|| ServiceError::Unknown(id.to_string()))
}

fn check_countries(countries: &[String]) -> Result<(), ZoneError> {
    let is_code = |code: &String| Country::parse("countries", code).is_ok_and(|known| known.as_str() == code);
    let each: HashSet<&String> = countries.iter().collect();
    let is_list = countries.len() <= MAX_COUNTRIES && each.len() == countries.len();
    if is_list && countries.iter().all(is_code) { Ok(()) } else { Err(ZoneError::InvalidCountries) }
}

/// The geometry of a valid area.
async fn check_area(geometry: Value) -> Result<Value, ZoneError> {
    let geometry = match geometry {
        Value::String(text) => serde_json::from_str(&text).map_err(|_| InvalidArea::NotAnArea)?,
        geometry => geometry,
    };
    let checked = tokio::task::spawn_blocking(move || Area::parse(&geometry).map(|_| geometry));
    Ok(checked.await??)
}
