//! Queries of attributes.

use catalog_entities::attribute::{AttributeOptions, Column, Entity, Model};
use catalog_entities::product_attribute;
use platform_core::id::AttributeId;
use platform_core::page::Page;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

/// Attributes in the order of their codes; one more than asked for, to know whether more follow.
pub async fn page(database: &Database, page: &Page<String>) -> Result<Vec<Model>, StoreError> {
    let mut select = Entity::find().order_by_asc(Column::Code).limit(page.first.saturating_add(1));
    if let Some(after) = &page.after {
        select = select.filter(Column::Code.gt(after));
    }
    Ok(select.all(database.read()).await?)
}

/// The attribute, locked until the transaction ends; first it waits for products that are being given a value of it.
pub async fn lock(tx: &Transaction, id: AttributeId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// An option that is none of these and that products have, with how many have it; the first by code.
pub async fn used_beside(
    tx: &Transaction,
    id: AttributeId,
    options: &AttributeOptions,
) -> Result<Option<(String, i64)>, StoreError> {
    let kept = options.0.iter().map(|option| option.code.as_str());
    Ok(product_attribute::Entity::find()
        .select_only()
        .column(product_attribute::Column::OptionCode)
        .column_as(product_attribute::Column::ProductId.count(), "products")
        .filter(product_attribute::Column::AttributeId.eq(id))
        .filter(product_attribute::Column::OptionCode.is_not_null())
        .filter(product_attribute::Column::OptionCode.is_not_in(kept))
        .group_by(product_attribute::Column::OptionCode)
        .order_by_asc(product_attribute::Column::OptionCode)
        .into_tuple()
        .one(&**tx)
        .await?)
}

/// Keeps a new attribute; fails with a unique violation where its code is taken.
pub async fn insert(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().insert(&**tx).await?;
    Ok(())
}

/// Writes an attribute in place of the one with its id; fails with a unique violation where its code is taken.
pub async fn replace(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().update(&**tx).await?;
    Ok(())
}
