//! Queries of the small tables, whole.

use catalog_entities::{attribute, category, warehouse};
use platform_database::StoreError;
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};

pub async fn attributes(connection: &impl ConnectionTrait) -> Result<Vec<attribute::Model>, StoreError> {
    Ok(attribute::Entity::find().all(connection).await?)
}

pub async fn warehouses(connection: &impl ConnectionTrait) -> Result<Vec<warehouse::Model>, StoreError> {
    Ok(warehouse::Entity::find().all(connection).await?)
}

/// In the order that staff gave those beside each other.
pub async fn categories(connection: &impl ConnectionTrait) -> Result<Vec<category::Model>, StoreError> {
    Ok(category::Entity::find()
        .order_by_asc(category::Column::Position)
        .order_by_asc(category::Column::Id)
        .all(connection)
        .await?)
}
