//! Queries of attributes.

use catalog_entities::attribute::Model;
use platform_database::{StoreError, Transaction};
use sea_orm::{ActiveModelTrait, IntoActiveModel};

/// Keeps a new attribute; fails with a unique violation where its code is taken.
pub async fn insert(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().insert(&**tx).await?;
    Ok(())
}
