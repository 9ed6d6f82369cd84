//! What lines are priced by: products, stock and taxes, as they are now or as this process keeps them.

use std::collections::HashMap;
use std::sync::Arc;

use platform_commerce::Market;
use platform_core::id::OfferId;
use platform_database::StoreError;

use crate::app::App;
use crate::product::data::ProductData;
use crate::product::reader::Now;
use crate::tax::{Destination, TaxTable, Taxation};

pub struct Found {
    pub products: HashMap<OfferId, Arc<ProductData>>,
    pub available: HashMap<OfferId, i64>,
    pub taxes: Taxes,
}

/// How the quote is taxed, and whether that is at its destination.
pub struct Taxes {
    pub taxation: Option<Taxation>,
    pub destination_served: bool,
}

/// As it is now if it must be `fresh`, otherwise from the cache.
pub async fn find(
    app: &App,
    offers: &[OfferId],
    place: Destination<'_>,
    market: &Market,
    fresh: bool,
) -> Result<Found, StoreError> {
    let (products, available, references) = if fresh {
        let Now { offers, references } = app.products().now(offers).await?;
        let (products, available) =
            offers.into_iter().map(|(offer, (product, pieces))| ((offer, product), (offer, pieces))).unzip();
        (products, available, references)
    } else {
        let references = app.products().references().await?;
        (app.products().of_offers(offers).await?, app.products().available(offers).await?, references)
    };
    Ok(Found { products, available, taxes: taxes(app, &references.taxes, place, market) })
}

fn taxes(app: &App, table: &TaxTable, place: Destination<'_>, market: &Market) -> Taxes {
    let sold_to = &app.config.market.countries;
    let in_market = sold_to.iter().any(|country| country.as_str() == place.country);
    let there = table.taxation(place, market.currency).filter(|_| in_market);
    let destination_served = there.is_some();
    let taxation = there.or_else(|| table.taxation(Destination::assumed(market), market.currency));
    Taxes { taxation, destination_served }
}
