//! Queries of categories.

use catalog_entities::category::{Column, Entity, Model};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::sea_query::LockType;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

/// Keeps a new category; fails with a unique violation where its slug or its name beside its siblings is taken.
pub async fn insert(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().insert(&**tx).await?;
    Ok(())
}

/// All categories, locked against other changes until the transaction ends; products are put into them all the same.
pub async fn lock_all(tx: &Transaction) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find().order_by_asc(Column::Id).lock(LockType::NoKeyUpdate).all(&**tx).await?)
}

/// Writes a category in place of the one with its id; fails with a unique violation where its slug or its name beside its
/// siblings is taken.
pub async fn replace(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

/// Whether another category has the slug of this one.
pub async fn is_slug_taken(database: &Database, row: &Model) -> Result<bool, StoreError> {
    let other = Entity::find().filter(Column::Slug.eq(&row.slug)).filter(Column::Id.ne(row.id));
    Ok(other.one(database.read()).await?.is_some())
}
