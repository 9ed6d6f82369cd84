//! What every write of a product does besides: whose it must be, a new version, its event, and the derived lowest prices.

use catalog_entities::product;
use chrono::{DateTime, Utc};
use contracts::catalog::{ProductChange, ProductUpdated};
use platform_core::id::{CategoryId, OfferId, ProductId};
use platform_database::{StoreError, Transaction};
use platform_identity::Identity;
use platform_text::find_control;

use super::error::EditError;
use super::store;
use crate::access::for_vendor;
use crate::app::App;
use crate::changes::Change;
use crate::pricing;
use crate::product::store::available;
use crate::reference::ReferenceData;

/// Locks a product, which `field` of the input names, until the transaction ends, so that changes of it happen one after
/// the other.
pub async fn lock(tx: &Transaction, field: &'static str, id: ProductId) -> Result<product::Model, EditError> {
    store::product::lock(tx, id).await?.ok_or(EditError::UnknownProduct(field))
}

/// Locks a product of the caller's, which `field` of the input names.
pub async fn lock_own(
    tx: &Transaction,
    caller: &Identity,
    field: &'static str,
    id: ProductId,
) -> Result<product::Model, EditError> {
    let row = lock(tx, field, id).await?;
    for_vendor(caller, row.vendor_id)?;
    Ok(row)
}

pub fn check_category(references: &ReferenceData, id: Option<CategoryId>) -> Result<(), EditError> {
    match id {
        Some(id) if references.categories.get(id).is_none() => Err(EditError::UnknownCategory),
        _ => Ok(()),
    }
}

pub async fn check_tax_class(tx: &Transaction, code: &str) -> Result<(), EditError> {
    if find_control(code).is_none() && store::product::is_tax_class(tx, code).await? {
        Ok(())
    } else {
        Err(EditError::UnknownTaxClass(code.chars().take(64).collect()))
    }
}

/// Gives products a new version and publishes it.
pub async fn touch(
    tx: &Transaction,
    app: &App,
    now: DateTime<Utc>,
    ids: &[ProductId],
    change: ProductChange,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let rows = store::product::count_up(tx, ids, now).await?;
    let events: Vec<ProductUpdated> =
        rows.iter().map(|row| ProductUpdated { product_id: row.id, version: row.version, change }).collect();
    app.outbox.publish_all(tx, &events).await?;
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
    let available = available(&**tx, &offers).await?;
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

/// Ends a change of a product.
pub async fn finish(
    app: &App,
    tx: Transaction,
    id: ProductId,
    change: ProductChange,
) -> Result<(), StoreError> {
    touch(&tx, app, app.now(), &[id], change).await?;
    app.commit(tx, Change::products([id])).await
}
