//! Queries of warehouses.

use catalog_entities::warehouse::{Column, Entity, Model};
use platform_core::id::{VendorId, WarehouseId};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::sea_query::LockType;
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect};

/// Keeps a new warehouse; fails with a unique violation where its code is taken.
pub async fn insert_warehouse(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().insert(&**tx).await?;
    Ok(())
}

/// The warehouse, locked against other changes until the transaction ends; stock in it is changed all the same.
pub async fn lock_warehouse(tx: &Transaction, id: WarehouseId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).lock(LockType::NoKeyUpdate).one(&**tx).await?)
}

/// Writes a warehouse in place of the one with its id; fails with a unique violation where its code is taken.
pub async fn replace_warehouse(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}

/// Whether a warehouse is a vendor's.
pub async fn has_warehouse(
    database: &Database,
    vendor: VendorId,
    id: WarehouseId,
) -> Result<bool, StoreError> {
    let own = Entity::find_by_id(id).filter(Column::VendorId.eq(vendor));
    Ok(own.one(database.read()).await?.is_some())
}
