//! Queries of the small tables, whole.

use catalog_entities::{attribute, warehouse};
use platform_database::StoreError;
use sea_orm::{ConnectionTrait, EntityTrait};

pub async fn attributes(connection: &impl ConnectionTrait) -> Result<Vec<attribute::Model>, StoreError> {
    Ok(attribute::Entity::find().all(connection).await?)
}

pub async fn warehouses(connection: &impl ConnectionTrait) -> Result<Vec<warehouse::Model>, StoreError> {
    Ok(warehouse::Entity::find().all(connection).await?)
}
