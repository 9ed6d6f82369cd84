//! Queries of categories.

use catalog_entities::category::{Column, Entity, Model};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};

/// All categories, in the order that staff gave those beside each other.
pub async fn all(connection: &impl ConnectionTrait) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find().order_by_asc(Column::Position).order_by_asc(Column::Id).all(connection).await?)
}

/// Keeps a new category; fails with a unique violation where its slug or its name beside its siblings is taken.
pub async fn insert(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().insert(&**tx).await?;
    Ok(())
}

pub async fn is_slug_taken(database: &Database, slug: &str) -> Result<bool, StoreError> {
    Ok(Entity::find().filter(Column::Slug.eq(slug)).one(database.read()).await?.is_some())
}
