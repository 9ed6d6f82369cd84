//! Queries of zones, services and pick-up points in use.

use logistics_entities::{pick_up_point, service, zone};
use platform_core::id::DeliveryZoneId;
use platform_database::{Database, StoreError};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::points::MAX_POINTS;

/// Zones in use, the ones that count first first.
pub async fn active_zones(database: &Database) -> Result<Vec<zone::Model>, StoreError> {
    let active = zone::Entity::find().filter(zone::Column::IsActive.eq(true));
    let ordered = active.order_by_desc(zone::Column::Priority).order_by_asc(zone::Column::Id);
    Ok(ordered.all(database.read()).await?)
}

/// The services that belong to zones, in the order in which buyers see them.
pub async fn services_of(
    database: &Database,
    zones: impl Iterator<Item = DeliveryZoneId>,
) -> Result<Vec<service::Model>, StoreError> {
    let own = service::Entity::find()
        .filter(service::Column::ZoneId.is_in(zones))
        .filter(service::Column::IsActive.eq(true));
    Ok(own.order_by_asc(service::Column::Position).all(database.read()).await?)
}

/// Pick-up points in use.
pub async fn active_points(database: &Database) -> Result<Vec<pick_up_point::Model>, StoreError> {
    let active = pick_up_point::Entity::find().filter(pick_up_point::Column::IsActive.eq(true));
    let ordered = active.order_by_asc(pick_up_point::Column::Id).limit(MAX_POINTS);
    Ok(ordered.all(database.read()).await?)
}
