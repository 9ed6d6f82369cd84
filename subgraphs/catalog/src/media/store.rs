//! Queries of pictures where they are changed. How they are read with their product stands in [`crate::product::store`].

use catalog_entities::media::{ActiveModel, Column, Entity, Model};
use catalog_entities::variant;
use platform_core::id::{MediaId, ProductId, VariantId};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ActiveValue::Unchanged, ColumnTrait, EntityTrait, IntoActiveModel,
    PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

/// The product of a picture, which never changes: it is locked before the picture is looked at.
pub async fn product_of(tx: &Transaction, id: MediaId) -> Result<Option<ProductId>, StoreError> {
    let own = Entity::find_by_id(id).select_only().column(Column::ProductId);
    Ok(own.into_tuple().one(&**tx).await?)
}

pub async fn find(tx: &Transaction, id: MediaId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(&**tx).await?)
}

/// A product's pictures in their order.
pub async fn of_product(tx: &Transaction, product: ProductId) -> Result<Vec<Model>, StoreError> {
    let own = Entity::find().filter(Column::ProductId.eq(product));
    Ok(own.order_by_asc(Column::Position).order_by_asc(Column::Id).all(&**tx).await?)
}

pub async fn is_variant_of(
    tx: &Transaction,
    variant: VariantId,
    product: ProductId,
) -> Result<bool, StoreError> {
    let found = variant::Entity::find_by_id(variant).one(&**tx).await?;
    Ok(found.is_some_and(|row| row.product_id == product))
}

/// Whether a row names a file.
pub async fn is_named(database: &Database, file: &str) -> Result<bool, StoreError> {
    let named = Entity::find().filter(Column::File.eq(file));
    Ok(named.count(database.read()).await? > 0)
}

pub async fn insert(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().insert(&**tx).await?;
    Ok(())
}

/// Writes what is set of a picture.
pub async fn update(tx: &Transaction, changed: ActiveModel) -> Result<(), StoreError> {
    if changed.is_changed() {
        changed.update(&**tx).await?;
    }
    Ok(())
}

pub async fn set_position(tx: &Transaction, id: MediaId, position: i32) -> Result<(), StoreError> {
    let moved = ActiveModel { id: Unchanged(id), position: Set(position), ..Default::default() };
    update(tx, moved).await
}

pub async fn delete(tx: &Transaction, id: MediaId) -> Result<(), StoreError> {
    Entity::delete_by_id(id).exec(&**tx).await?;
    Ok(())
}
