//! Whole products by their ids: a fixed number of queries however many are asked for.

use std::collections::HashMap;
use std::sync::Arc;

use catalog_entities::{media, offer, offer_price, product, product_attribute, product_translation, variant};
use platform_core::id::{OfferId, ProductId, VariantId};
use platform_database::StoreError;
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::pricing::ListPrice;
use crate::product::data::{AttributeValue, OfferData, ProductData, VariantData, list_price};
use crate::reference::Attributes;

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

pub fn group_prices(rows: Vec<offer_price::Model>) -> HashMap<OfferId, Vec<ListPrice>> {
    let mut prices_of: HashMap<OfferId, Vec<ListPrice>> = HashMap::new();
    for row in rows {
        let offer = row.offer_id;
        if let Some(price) = list_price(row) {
            prices_of.entry(offer).or_default().push(price);
        }
    }
    prices_of
}
