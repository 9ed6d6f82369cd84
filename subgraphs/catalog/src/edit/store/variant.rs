//! Queries of variants where they are changed.

use catalog_entities::variant::{ActiveModel, Column, Entity, Model};
use platform_core::id::{ProductId, VariantId};
use platform_database::{StoreError, Transaction};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
    QuerySelect,
};

pub async fn find_variant(tx: &Transaction, id: VariantId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(&**tx).await?)
}

/// How many variants a product has, active or not.
pub async fn count_variants(tx: &Transaction, product: ProductId) -> Result<u64, StoreError> {
    Ok(Entity::find().filter(Column::ProductId.eq(product)).count(&**tx).await?)
}

/// Keeps a new variant; fails with a unique violation where its SKU is taken.
pub async fn insert_variant(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().insert(&**tx).await?;
    Ok(())
}

/// Writes what is set of a variant; fails with a unique violation where its SKU is taken.
pub async fn update_variant(tx: &Transaction, changed: ActiveModel) -> Result<(), StoreError> {
    if changed.is_changed() {
        changed.update(&**tx).await?;
    }
    Ok(())
}

/// The other variants that have the SKU of `wanted`, or are of its product and have its options, each with its key of the
/// SKU. What `wanted` has no key of is not looked for.
pub async fn same_variants(
    tx: &Transaction,
    wanted: &Model,
) -> Result<Vec<(VariantId, Option<String>)>, StoreError> {
    let mut same = Condition::any();
    if let Some(key) = &wanted.sku_key {
        same = same.add(Column::SkuKey.eq(key));
    }
    if let Some(key) = &wanted.options_key {
        let own = Column::ProductId.eq(wanted.product_id);
        same = same.add(Condition::all().add(own).add(Column::OptionsKey.eq(key)));
    }
    if same.is_empty() {
        return Ok(Vec::new());
    }
    Ok(Entity::find()
        .select_only()
        .columns([Column::Id, Column::SkuKey])
        .filter(Column::Id.ne(wanted.id))
        .filter(same)
        .into_tuple()
        .all(&**tx)
        .await?)
}
