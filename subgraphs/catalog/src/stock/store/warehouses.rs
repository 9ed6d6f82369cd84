//! Queries of warehouses.

use catalog_entities::warehouse::{Column, Entity, Model};
use platform_core::id::{VendorId, WarehouseId};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter};

/// Keeps a new warehouse; fails with a unique violation where its code is taken.
pub async fn insert_warehouse(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().insert(&**tx).await?;
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
