//! Reads products by ids, whole: a fixed number of queries however many are asked for. Reads and writes what the lowest
//! prices of products are made of.

use std::collections::HashMap;
use std::sync::Arc;

use catalog_entities::offer::OfferStatus;
use catalog_entities::{
    attribute, media, offer, offer_price, product, product_attribute, product_price, product_translation,
    stock_level, variant,
};
use platform_commerce::{CurrencyCode, Money};
use platform_core::id::{AttributeId, OfferId, ProductId, VariantId};
use platform_database::StoreError;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::data::{AttributeValue, OfferData, ProductData, VariantData};
use crate::pricing::ListPrice;

pub type Attributes = HashMap<AttributeId, Arc<attribute::Model>>;

/// Reads the products with `ids`; those that do not exist are left out.
pub async fn load(
    connection: &impl ConnectionTrait,
    attributes: &Attributes,
    ids: &[ProductId],
) -> Result<HashMap<ProductId, ProductData>, StoreError> {
    let ids = || ids.iter().copied();
    let rows = product::Entity::find().filter(product::Column::Id.is_in(ids())).all(connection).await?;
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let texts = product_translation::Entity::find()
        .filter(product_translation::Column::ProductId.is_in(ids()))
        .order_by_asc(product_translation::Column::Language)
        .all(connection)
        .await?;
    let variants = variant::Entity::find()
        .filter(variant::Column::ProductId.is_in(ids()))
        .order_by_asc(variant::Column::Position)
        .order_by_asc(variant::Column::Id)
        .all(connection)
        .await?;
    let offers = offer::Entity::find()
        .filter(offer::Column::ProductId.is_in(ids()))
        .order_by_asc(offer::Column::Id)
        .all(connection)
        .await?;
    let of_products = Query::select()
        .column(offer::Column::Id)
        .from(offer::Entity)
        .and_where(offer::Column::ProductId.is_in(ids()))
        .take();
    let prices = offer_price::Entity::find()
        .filter(offer_price::Column::OfferId.in_subquery(of_products))
        .all(connection)
        .await?;
    let media = media::Entity::find()
        .filter(media::Column::ProductId.is_in(ids()))
        .order_by_asc(media::Column::Position)
        .order_by_asc(media::Column::Id)
        .all(connection)
        .await?;
    let values = product_attribute::Entity::find()
        .filter(product_attribute::Column::ProductId.is_in(ids()))
        .all(connection)
        .await?;

    let mut products: HashMap<ProductId, ProductData> = rows
        .into_iter()
        .map(|row| {
            let id = row.id;
            let (texts, variants, media, attributes) = (vec![], vec![], vec![], vec![]);
            (id, ProductData { row, texts, variants, media, attributes })
        })
        .collect();
    let mut offers_of = group_offers(offers, prices);
    for row in variants {
        let offers = offers_of.remove(&row.id).unwrap_or_default();
        if let Some(product) = products.get_mut(&row.product_id) {
            product.variants.push(Arc::new(VariantData { row, offers }));
        }
    }
    for text in texts {
        if let Some(product) = products.get_mut(&text.product_id) {
            product.texts.push(text);
        }
    }
    for picture in media {
        if let Some(product) = products.get_mut(&picture.product_id) {
            product.media.push(picture);
        }
    }
    for value in values {
        if let Some(product) = products.get_mut(&value.product_id)
            && let Some(definition) = attributes.get(&value.attribute_id)
        {
            product.attributes.push(AttributeValue { definition: Arc::clone(definition), value });
        }
    }
    for product in products.values_mut() {
        product.attributes.sort_by(|a, b| a.definition.code.cmp(&b.definition.code));
    }
    Ok(products)
}

fn group_offers(
    offers: Vec<offer::Model>,
    prices: Vec<offer_price::Model>,
) -> HashMap<VariantId, Vec<Arc<OfferData>>> {
    let mut prices_of = group_prices(prices);
    let mut offers_of: HashMap<VariantId, Vec<Arc<OfferData>>> = HashMap::new();
    for row in offers {
        let mut prices = prices_of.remove(&row.id).unwrap_or_default();
        prices.sort_by_key(|p| (p.currency, p.min_quantity, p.amount.minor()));
        offers_of.entry(row.variant_id).or_default().push(Arc::new(OfferData { row, prices }));
    }
    offers_of
}

fn group_prices(rows: Vec<offer_price::Model>) -> HashMap<OfferId, Vec<ListPrice>> {
    let mut prices_of: HashMap<OfferId, Vec<ListPrice>> = HashMap::new();
    for row in rows {
        let offer = row.offer_id;
        if let Some(price) = list_price(row) {
            prices_of.entry(offer).or_default().push(price);
        }
    }
    prices_of
}

/// A row with a currency that this build does not know is skipped: it cannot be bought in it.
pub fn list_price(row: offer_price::Model) -> Option<ListPrice> {
    let currency: CurrencyCode = row.currency.parse().ok()?;
    Some(ListPrice {
        currency,
        customer_group: Some(row.customer_group).filter(|group| !group.is_empty()),
        min_quantity: i64::from(row.min_quantity),
        amount: Money::from_minor(row.amount, currency),
        compare_at: row.compare_at.map(|minor| Money::from_minor(minor, currency)),
    })
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

/// Each offer's product, with the version that it has now.
pub async fn versions_of_offers(
    connection: &impl ConnectionTrait,
    offers: &[OfferId],
) -> Result<Vec<(OfferId, ProductId, i64)>, StoreError> {
    let of_its_product =
        Expr::col((product::Entity, product::Column::Id)).equals((offer::Entity, offer::Column::ProductId));
    let query = Query::select()
        .column((offer::Entity, offer::Column::Id))
        .columns([(offer::Entity, offer::Column::ProductId)])
        .columns([(product::Entity, product::Column::Version)])
        .from(offer::Entity)
        .inner_join(product::Entity, of_its_product)
        .and_where(Expr::col((offer::Entity, offer::Column::Id)).is_in(offers.iter().copied()))
        .take();
    let rows = connection.query_all(&query).await?;
    rows.iter()
        .map(|row| Ok((row.try_get("", "id")?, row.try_get("", "product_id")?, row.try_get("", "version")?)))
        .collect()
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
