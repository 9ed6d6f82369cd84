//! The lowest prices of products, and what they are made of.

use std::collections::HashMap;

use catalog_entities::offer::OfferStatus;
use catalog_entities::{offer, offer_price, product_price, variant};
use platform_commerce::CurrencyCode;
use platform_core::id::{OfferId, ProductId};
use platform_database::StoreError;
use sea_orm::sea_query::Query;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::pricing::ListPrice;
use crate::product::store::group_prices;

/// The offers that are sold as soon as their product is, each with its product.
pub async fn sold_offers(
    connection: &impl ConnectionTrait,
    products: &[ProductId],
) -> Result<Vec<(ProductId, OfferId)>, StoreError> {
    let active_variants = Query::select()
        .column(variant::Column::Id)
        .from(variant::Entity)
        .and_where(variant::Column::ProductId.is_in(products.iter().copied()))
        .and_where(variant::Column::Active.eq(true))
        .take();
    Ok(offer::Entity::find()
        .select_only()
        .columns([offer::Column::ProductId, offer::Column::Id])
        .filter(offer::Column::ProductId.is_in(products.iter().copied()))
        .filter(offer::Column::Status.eq(OfferStatus::Active))
        .filter(offer::Column::VariantId.in_subquery(active_variants))
        .into_tuple()
        .all(connection)
        .await?)
}

/// The prices of offers.
pub async fn prices_of(
    connection: &impl ConnectionTrait,
    offers: &[OfferId],
) -> Result<HashMap<OfferId, Vec<ListPrice>>, StoreError> {
    let rows = offer_price::Entity::find()
        .filter(offer_price::Column::OfferId.is_in(offers.iter().copied()))
        .all(connection)
        .await?;
    Ok(group_prices(rows))
}

/// Replaces the lowest prices of products, in minor units by currency.
pub async fn replace_lowest_prices(
    connection: &impl ConnectionTrait,
    products: &[ProductId],
    lowest: Vec<(ProductId, CurrencyCode, i64)>,
) -> Result<(), StoreError> {
    product_price::Entity::delete_many()
        .filter(product_price::Column::ProductId.is_in(products.iter().copied()))
        .exec(connection)
        .await?;
    if lowest.is_empty() {
        return Ok(());
    }
    let rows = lowest.into_iter().map(|(product_id, currency, amount)| product_price::ActiveModel {
        product_id: Set(product_id),
        currency: Set(currency.to_string()),
        amount: Set(amount),
    });
    product_price::Entity::insert_many(rows).exec_without_returning(connection).await?;
    Ok(())
}
