//! Queries of pick-up points.

use logistics_entities::pick_up_point::{Entity, Model};
use platform_core::id::PickUpPointId;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{ActiveModelTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QuerySelect};

/// A point, in use or not.
pub async fn find(database: &Database, id: PickUpPointId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(database.read()).await?)
}

pub async fn count(tx: &Transaction) -> Result<u64, StoreError> {
    Ok(Entity::find().count(&**tx).await?)
}

pub async fn lock(tx: &Transaction, id: PickUpPointId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

pub async fn insert(tx: &Transaction, row: &Model) -> Result<(), StoreError> {
    let row = row.clone().into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn update(tx: &Transaction, row: &Model) -> Result<(), StoreError> {
    row.clone().into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}
