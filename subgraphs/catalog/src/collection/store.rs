//! Queries of collections.

use catalog_entities::{collection, collection_product};
use platform_core::id::{CollectionId, ProductId};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};

/// The most collections that are listed.
const MAX_COLLECTIONS: u64 = 200;

/// The collections in the order that staff gave them.
pub async fn all(database: &Database) -> Result<Vec<collection::Model>, StoreError> {
    Ok(collection::Entity::find()
        .order_by_asc(collection::Column::Position)
        .order_by_asc(collection::Column::Id)
        .limit(MAX_COLLECTIONS)
        .all(database.replica())
        .await?)
}

pub async fn find_by_slug(database: &Database, slug: &str) -> Result<Option<collection::Model>, StoreError> {
    let found = collection::Entity::find().filter(collection::Column::Slug.eq(slug));
    Ok(found.one(database.replica()).await?)
}

pub async fn id_of_slug(tx: &Transaction, slug: &str) -> Result<Option<CollectionId>, StoreError> {
    let found = collection::Entity::find().filter(collection::Column::Slug.eq(slug)).one(&**tx).await?;
    Ok(found.map(|row| row.id))
}

/// Writes a collection in place of the one with its id, without its products.
pub async fn replace(tx: &Transaction, row: collection::Model) -> Result<(), StoreError> {
    let replace = OnConflict::column(collection::Column::Id)
        .update_columns([collection::Column::Names, collection::Column::Position])
        .to_owned();
    let insert = collection::Entity::insert(row.into_active_model().reset_all());
    insert.on_conflict(replace).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Replaces the products of a collection, in the order of `products`.
pub async fn replace_members(
    tx: &Transaction,
    collection_id: CollectionId,
    products: &[ProductId],
) -> Result<(), StoreError> {
    collection_product::Entity::delete_many()
        .filter(collection_product::Column::CollectionId.eq(collection_id))
        .exec(&**tx)
        .await?;
    let members = (0..).zip(products).map(|(position, id)| {
        collection_product::Model { collection_id, product_id: *id, position }.into_active_model().reset_all()
    });
    collection_product::Entity::insert_many(members).exec_without_returning(&**tx).await?;
    Ok(())
}
