//! What of a quote changes from one moment to the next.

use std::collections::HashMap;

use platform_core::id::{OfferId, ProductId};
use platform_database::StoreError;
use platform_database::sql::{placeholders, statement};
use sea_orm::{ConnectionTrait, Value};

/// An offer as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrentOffer {
    pub product: ProductId,
    /// Of the product.
    pub version: i64,
    /// How many pieces can be bought.
    pub available: i64,
}

/// What of a quote changes from one moment to the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Current {
    /// Those that exist.
    pub offers: HashMap<OfferId, CurrentOffer>,
    /// See [`crate::tax::version`].
    pub tax_version: i64,
}

/// Offers and the version of the taxes as they are now, in one statement.
pub async fn current(connection: &impl ConnectionTrait, offers: &[OfferId]) -> Result<Current, StoreError> {
    // The version is there whether there are offers or not; of an offer there is a row for each warehouse that knows it.
    let is_wanted = match offers.len() {
        0 => "1 = 2".to_owned(),
        count => format!("offer.id IN ({})", placeholders(1, count)),
    };
    let sql = format!(
        "SELECT tax.version AS tax_version, offer.id, offer.product_id, product.version, level.on_hand, level.reserved \
         FROM tax_version AS tax LEFT JOIN offer ON {is_wanted} \
         LEFT JOIN product ON product.id = offer.product_id \
         LEFT JOIN stock_level AS level ON level.offer_id = offer.id WHERE tax.id = 1"
    );
    let values = offers.iter().map(|offer| Value::from(offer.0));
    let mut current = Current::default();
    for row in connection.query_all_raw(statement(connection, sql, values)).await? {
        current.tax_version = row.try_get("", "tax_version")?;
        let Some(id) = row.try_get::<Option<OfferId>>("", "id")? else { continue };
        let (product, version) = (row.try_get("", "product_id")?, row.try_get("", "version")?);
        let level: (Option<i64>, Option<i64>) = (row.try_get("", "on_hand")?, row.try_get("", "reserved")?);
        let offer = current.offers.entry(id).or_insert(CurrentOffer { product, version, available: 0 });
        offer.available += level.0.unwrap_or_default() - level.1.unwrap_or_default();
    }
    Ok(current)
}
