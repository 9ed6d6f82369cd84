//! Makes a depot, or changes one.

use chrono_tz::Tz;
use logistics_entities::depot::Model;
use platform_geo::Position;
use platform_text::line;

use super::error::FleetError;
use super::graphql::SetDepotInput;
use super::store;
use crate::app::App;

const MAX_NAME: usize = 100;

/// Makes a depot, or writes the one of the given id anew.
pub async fn set_depot(app: &App, input: SetDepotInput) -> Result<Model, FleetError> {
    let position: Position = input.position.try_into()?;
    // Asked as a way to itself: what no van reaches is no depot.
    app.roads().leg(position, position).await?;
    let (latitude, longitude) = position.micro();
    let zone: Tz = input.time_zone.trim().parse().map_err(|_| FleetError::UnknownTimeZone)?;
    let name = line("name", &input.name, MAX_NAME)?;
    let tx = app.begin().await?;
    let known = match input.id {
        Some(id) => Some(store::lock_depot(&tx, id).await?.ok_or(FleetError::NoDepot)?),
        None => None,
    };
    let now = app.now();
    let row = Model {
        id: known.as_ref().map_or_else(|| app.next_id(), |known| known.id),
        name,
        latitude,
        longitude,
        time_zone: zone.name().to_owned(),
        created_at: known.as_ref().map_or(now, |known| known.created_at),
        updated_at: now,
    };
    match known {
        Some(_) => store::update_depot(&tx, &row).await?,
        None => store::insert_depot(&tx, &row).await?,
    }
    tx.commit().await?;
    Ok(row)
}
