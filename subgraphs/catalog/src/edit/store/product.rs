//! Writes of products, their texts and their attributes.

use catalog_entities::product::{ActiveModel, Column, Entity, Model, ProductStatus};
use catalog_entities::{product_attribute, product_translation, tax_class};
use chrono::{DateTime, Utc};
use platform_core::id::ProductId;
use platform_database::{StoreError, Transaction};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

use crate::edit::describe::Described;

/// The product, locked until the transaction ends, so that changes of it happen one after the other.
pub async fn lock(tx: &Transaction, id: ProductId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// Keeps a new product; fails with a unique violation where its slug is taken.
pub async fn insert(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().insert(&**tx).await?;
    Ok(())
}

/// Writes what is set of a product; fails with a unique violation where its slug is taken.
pub async fn update(tx: &Transaction, changed: ActiveModel) -> Result<(), StoreError> {
    if changed.is_changed() {
        changed.update(&**tx).await?;
    }
    Ok(())
}

/// Counts up the versions of products; returns the products after it.
pub async fn count_up(
    tx: &Transaction,
    ids: &[ProductId],
    now: DateTime<Utc>,
) -> Result<Vec<Model>, StoreError> {
    Entity::update_many()
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    Ok(Entity::find().filter(Column::Id.is_in(ids.iter().copied())).all(&**tx).await?)
}

/// Products on sale that something describes, in the order of their ids, locked until the transaction ends.
pub async fn lock_described(
    tx: &Transaction,
    by: &Described,
    after: Option<ProductId>,
    first: u64,
) -> Result<Vec<ProductId>, StoreError> {
    let mut select = Entity::find()
        .filter(Column::Status.eq(ProductStatus::Active))
        .order_by_asc(Column::Id)
        .limit(first)
        .lock_exclusive();
    if let Some(after) = after {
        select = select.filter(Column::Id.gt(after));
    }
    let select = match by {
        Described::Categories(ids) => select.filter(Column::CategoryId.is_in(ids.iter().copied())),
        Described::Attribute(id) => {
            let with_value = Query::select()
                .column(product_attribute::Column::ProductId)
                .from(product_attribute::Entity)
                .and_where(product_attribute::Column::AttributeId.eq(*id))
                .take();
            select.filter(Column::Id.in_subquery(with_value))
        }
    };
    Ok(select.select_only().column(Column::Id).into_tuple().all(&**tx).await?)
}

/// Puts texts in the place of all that the product had.
pub async fn replace_texts(
    tx: &Transaction,
    id: ProductId,
    texts: Vec<product_translation::Model>,
) -> Result<(), StoreError> {
    product_translation::Entity::delete_many()
        .filter(product_translation::Column::ProductId.eq(id))
        .exec(&**tx)
        .await?;
    insert_texts(tx, texts).await
}

pub async fn insert_texts(
    tx: &Transaction,
    texts: Vec<product_translation::Model>,
) -> Result<(), StoreError> {
    let rows = texts.into_iter().map(|row| row.into_active_model().reset_all());
    product_translation::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Puts values of attributes in the place of all that the product had.
pub async fn replace_attributes(
    tx: &Transaction,
    id: ProductId,
    values: Vec<product_attribute::Model>,
) -> Result<(), StoreError> {
    product_attribute::Entity::delete_many()
        .filter(product_attribute::Column::ProductId.eq(id))
        .exec(&**tx)
        .await?;
    insert_attributes(tx, values).await
}

pub async fn insert_attributes(
    tx: &Transaction,
    values: Vec<product_attribute::Model>,
) -> Result<(), StoreError> {
    let rows = values.into_iter().map(|row| row.into_active_model().reset_all());
    product_attribute::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn is_tax_class(tx: &Transaction, code: &str) -> Result<bool, StoreError> {
    Ok(tax_class::Entity::find_by_id(code.to_owned()).one(&**tx).await?.is_some())
}
