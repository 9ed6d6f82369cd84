//! Queries on entries.

use std::collections::HashMap;

use __name___entities::EntryId;
use __name___entities::entry::{Column, Entity, Model};
use async_graphql::dataloader::Loader;
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

/// Loads many entries at once.
pub struct EntryLoader(pub Database);

impl Loader<EntryId> for EntryLoader {
    type Value = Model;
    type Error = StoreError;

    async fn load(&self, ids: &[EntryId]) -> Result<HashMap<EntryId, Model>, StoreError> {
        let wanted = Column::Id.is_in(ids.iter().copied());
        let rows = Entity::find().filter(wanted).all(self.0.read()).await?;
        Ok(rows.into_iter().map(|row| (row.id, row)).collect())
    }
}
