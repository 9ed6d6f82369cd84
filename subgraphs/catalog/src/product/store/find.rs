//! Products found by what belongs to them, and what is known of them without reading them whole.

use std::collections::HashMap;

use catalog_entities::product::ProductStatus;
use catalog_entities::{offer, product, stock_level, variant};
use platform_core::id::{OfferId, ProductId, VariantId, VendorId};
use platform_database::{Database, StoreError};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect, Select,
};

use super::listing::is_on_offer;

/// The products that the offers belong to.
pub async fn products_of_offers(
    connection: &impl ConnectionTrait,
    offers: &[OfferId],
) -> Result<HashMap<OfferId, ProductId>, StoreError> {
    let rows: Vec<(OfferId, ProductId)> = offer::Entity::find()
        .select_only()
        .columns([offer::Column::Id, offer::Column::ProductId])
        .filter(offer::Column::Id.is_in(offers.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The products that the variants belong to.
pub async fn products_of_variants(
    connection: &impl ConnectionTrait,
    variants: &[VariantId],
) -> Result<HashMap<VariantId, ProductId>, StoreError> {
    let rows: Vec<(VariantId, ProductId)> = variant::Entity::find()
        .select_only()
        .columns([variant::Column::Id, variant::Column::ProductId])
        .filter(variant::Column::Id.is_in(variants.iter().copied()))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The product with this slug.
pub async fn id_of_slug(
    connection: &impl ConnectionTrait,
    slug: &str,
) -> Result<Option<ProductId>, StoreError> {
    Ok(product::Entity::find()
        .select_only()
        .column(product::Column::Id)
        .filter(product::Column::Slug.eq(slug))
        .into_tuple()
        .one(connection)
        .await?)
}

/// How many of these products there are.
pub async fn count(connection: &impl ConnectionTrait, ids: &[ProductId]) -> Result<usize, StoreError> {
    let known = product::Entity::find().filter(product::Column::Id.is_in(ids.iter().copied()));
    Ok(usize::try_from(known.count(connection).await?).unwrap_or(usize::MAX))
}

/// The vendor of an offer.
pub async fn vendor_of_offer(database: &Database, id: OfferId) -> Result<Option<VendorId>, StoreError> {
    Ok(offer::Entity::find_by_id(id).one(database.read()).await?.map(|row| row.vendor_id))
}

/// How many pieces of each offer can be bought; zero for one without stock.
pub async fn available(
    connection: &impl ConnectionTrait,
    offers: &[OfferId],
) -> Result<HashMap<OfferId, i64>, StoreError> {
    let mut counted: HashMap<OfferId, i64> = offers.iter().map(|offer| (*offer, 0)).collect();
    let levels = stock_level::Entity::find()
        .filter(stock_level::Column::OfferId.is_in(offers.iter().copied()))
        .all(connection)
        .await?;
    for level in levels {
        *counted.entry(level.offer_id).or_default() += level.on_hand - level.reserved;
    }
    Ok(counted)
}

/// The products that buyers find.
fn on_offer() -> Select<product::Entity> {
    product::Entity::find().filter(product::Column::Status.eq(ProductStatus::Active)).filter(is_on_offer())
}

/// The products that buyers find, each with its version.
pub async fn versions_on_offer(database: &Database) -> Result<Vec<(ProductId, i64)>, StoreError> {
    Ok(on_offer()
        .select_only()
        .columns([product::Column::Id, product::Column::Version])
        .into_tuple()
        .all(database.read())
        .await?)
}

/// The products that buyers find, in the order of their ids.
pub async fn ids_on_offer(database: &Database) -> Result<Vec<ProductId>, StoreError> {
    Ok(on_offer()
        .select_only()
        .column(product::Column::Id)
        .order_by_asc(product::Column::Id)
        .into_tuple()
        .all(database.read())
        .await?)
}
