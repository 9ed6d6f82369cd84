//! What every write of a product does besides: a new version, its event, and the derived lowest prices.

use catalog_entities::product;
use chrono::{DateTime, Utc};
use contracts::catalog::{ProductChange, ProductUpdated};
use platform_core::id::{OfferId, ProductId};
use platform_database::{StoreError, Transaction};
use platform_events::Outbox;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::store;
use crate::pricing;

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

/// Works out the lowest public prices of products anew: after a change of their variants, offers or prices, and when an
/// offer ran out or came back. The products must be locked, so that of two changes the second sees the first.
pub async fn refresh_prices(tx: &Transaction, ids: &[ProductId]) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let sold = store::sold_offers(&**tx, ids).await?;
    let offers: Vec<OfferId> = sold.iter().map(|(_, offer)| *offer).collect();
    let prices = store::prices_of(&**tx, &offers).await?;
    let available = store::available(&**tx, &offers).await?;
    let mut lowest = Vec::new();
    for id in ids {
        let own = sold.iter().filter(|(product, _)| product == id).filter_map(|(_, offer)| {
            let in_stock = available.get(offer).is_some_and(|pieces| *pieces > 0);
            Some(prices.get(offer)?.iter().map(move |price| (in_stock, price)))
        });
        let of_product = pricing::lowest_public(own.flatten()).into_iter();
        lowest.extend(of_product.map(|(currency, amount)| (*id, currency, amount)));
    }
    store::replace_lowest_prices(&**tx, ids, lowest).await
}
