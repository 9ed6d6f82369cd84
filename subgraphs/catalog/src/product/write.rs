//! What every write of a product does besides: a new version, its event, and the derived lowest prices.

use std::collections::BTreeMap;

use catalog_entities::offer::OfferStatus;
use catalog_entities::{offer, offer_price, product, product_price, variant};
use chrono::{DateTime, Utc};
use contracts::catalog::{ProductChange, ProductUpdated};
use platform_core::id::ProductId;
use platform_database::{StoreError, Transaction};
use platform_events::Outbox;
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

/// Gives products a new version and publishes it.
pub async fn touch(
    tx: &Transaction,
    outbox: &Outbox,
    now: DateTime<Utc>,
    ids: &[ProductId],
    change: ProductChange,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    product::Entity::update_many()
        .col_expr(product::Column::Version, Expr::col(product::Column::Version).add(1))
        .col_expr(product::Column::UpdatedAt, Expr::value(now))
        .filter(product::Column::Id.is_in(ids.iter().copied()))
        .exec(&**tx)
        .await?;
    let rows =
        product::Entity::find().filter(product::Column::Id.is_in(ids.iter().copied())).all(&**tx).await?;
    let events: Vec<ProductUpdated> =
        rows.iter().map(|row| ProductUpdated { product_id: row.id, version: row.version, change }).collect();
    outbox.publish_all(tx, &events).await?;
    Ok(())
}

/// Works out the lowest public prices of a product anew; after a change of its variants, offers or prices.
pub async fn refresh_prices(tx: &Transaction, id: ProductId) -> Result<(), StoreError> {
    let active_variants = Query::select()
        .column(variant::Column::Id)
        .from(variant::Entity)
        .and_where(variant::Column::ProductId.eq(id))
        .and_where(variant::Column::Active.eq(true))
        .take();
    let active_offers = Query::select()
        .column(offer::Column::Id)
        .from(offer::Entity)
        .and_where(offer::Column::ProductId.eq(id))
        .and_where(offer::Column::Status.eq(OfferStatus::Active))
        .and_where(offer::Column::VariantId.in_subquery(active_variants))
        .take();
    let prices = offer_price::Entity::find()
        .filter(offer_price::Column::OfferId.in_subquery(active_offers))
        .filter(offer_price::Column::CustomerGroup.eq(""))
        .filter(offer_price::Column::MinQuantity.eq(1))
        .all(&**tx)
        .await?;
    let mut lowest: BTreeMap<String, i64> = BTreeMap::new();
    for price in prices {
        let amount = lowest.entry(price.currency).or_insert(price.amount);
        *amount = std::cmp::min(*amount, price.amount);
    }
    product_price::Entity::delete_many().filter(product_price::Column::ProductId.eq(id)).exec(&**tx).await?;
    if lowest.is_empty() {
        return Ok(());
    }
    let rows = lowest.into_iter().map(|(currency, amount)| product_price::ActiveModel {
        product_id: Set(id),
        currency: Set(currency),
        amount: Set(amount),
    });
    product_price::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}
