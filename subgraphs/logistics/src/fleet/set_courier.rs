//! Makes a user a courier, or changes one.

use logistics_entities::courier::Model;
use platform_text::line;

use super::error::FleetError;
use super::graphql::SetCourierInput;
use super::shift::Shift;
use super::store;
use crate::app::App;

/// The most shipments that a van takes.
pub const MAX_CAPACITY: i32 = 500;
const MAX_NAME: usize = 60;

/// Makes a user a courier, or writes the courier that the user is anew. A route that is given out stays as it is.
pub async fn set_courier(app: &App, input: SetCourierInput) -> Result<Model, FleetError> {
    if !(1..=MAX_CAPACITY).contains(&input.capacity) {
        return Err(FleetError::InvalidCapacity);
    }
    let shift = Shift::parse(&input.shift.begins, &input.shift.ends)?;
    let name = line("name", &input.name, MAX_NAME)?;
    let tx = app.begin().await?;
    store::lock_depot(&tx, input.depot_id).await?.ok_or(FleetError::NoDepot)?;
    let known = store::lock_courier_of(&tx, input.user_id).await?;
    let now = app.now();
    let row = Model {
        id: known.as_ref().map_or_else(|| app.next_id(), |known| known.id),
        user_id: input.user_id,
        name,
        depot_id: input.depot_id,
        capacity: input.capacity,
        shift_begins: shift.begins,
        shift_ends: shift.ends,
        is_active: input.is_active,
        created_at: known.as_ref().map_or(now, |known| known.created_at),
        updated_at: now,
    };
    match known {
        Some(_) => store::update_courier(&tx, &row).await?,
        None => store::insert_courier(&tx, &row).await?,
    }
    tx.commit().await?;
    Ok(row)
}
