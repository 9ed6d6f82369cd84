//! What the customer saw of the prices in a cart, so that a later change can be told.

use std::collections::HashMap;

use orders_entities::cart_line;
use platform_commerce::Money;
use platform_core::id::OfferId;
use platform_database::StoreError;

use super::store::{self, CartRows};
use crate::app::App;
use crate::peers::catalog::PricedLine;

/// The price that the customer saw last, as entered.
pub fn seen_price(line: &cart_line::Model) -> Option<Money> {
    let currency = line.seen_currency.as_deref()?.parse().ok()?;
    Some(Money::from_minor(line.seen_price_minor?, currency))
}

/// Notes the prices that the customer sees now.
pub async fn note_prices(app: &App, rows: &CartRows, priced: &[PricedLine]) -> Result<(), StoreError> {
    let now: HashMap<OfferId, Money> = priced.iter().map(|l| (l.offer_id, l.listed_price)).collect();
    let changed: Vec<_> = rows
        .lines
        .iter()
        .filter_map(|line| now.get(&line.offer_id).map(|price| (line, *price)))
        .filter(|(line, price)| seen_price(line) != Some(*price))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    let tx = app.begin().await?;
    // As wherever lines are changed: of two who change several, one waits for the other.
    if store::lock_by_id(&tx, rows.cart.id).await?.is_none() {
        return tx.rollback().await;
    }
    for (line, price) in changed {
        store::set_seen_price(&tx, line.id, price.minor(), price.currency().as_str()).await?;
    }
    tx.commit().await
}
