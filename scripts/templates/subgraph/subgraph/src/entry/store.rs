//! Queries on entries.

use __name___entities::EntryId;
use __name___entities::entry::{Column, Entity, Model};
use platform_core::page::Page;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect};

pub async fn insert(tx: &Transaction, entry: Model) -> Result<(), StoreError> {
    let row = entry.into_active_model().reset_all();
    Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// The newest first.
pub async fn page(database: &Database, page: &Page<EntryId>) -> Result<Vec<Model>, StoreError> {
    let mut query = Entity::find();
    if let Some(after) = page.after {
        query = query.filter(Column::Id.lt(after));
    }
    Ok(query.order_by_desc(Column::Id).limit(page.first + 1).all(database.replica()).await?)
}
