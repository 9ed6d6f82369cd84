//! Lists of products: pages of ids by keyset, kept for a short while.
//!
//! Invariant: a cursor is good for the order that gave it alone. The newest and the names are in one order for everybody;
//! prices are in the order of a currency, a country and a tax display, and a collection has its own. The filter may be
//! another: a place in the order is the same under each.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use catalog_entities::product::ProductStatus;
use chrono::{DateTime, Utc};
use moka::sync::Cache;
use platform_commerce::market::TaxDisplay;
use platform_commerce::{CurrencyCode, Market};
use platform_core::id::{CategoryId, CollectionId, ProductId, VendorId};
use platform_core::page::Page;
use platform_database::{Database, StoreError};
use serde::{Deserialize, Serialize};

use super::store::listing;
use crate::tax::ShownPrices;

/// The order of products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, async_graphql::Enum)]
#[graphql(name = "ProductSort")]
pub enum Sort {
    /// The product that was made last first.
    #[default]
    Newest,
    /// By the name in the default language.
    Name,
    /// By the lowest public price in the market's currency, as it is shown, the cheapest first: of the offers that can be
    /// bought now, or where none can, of all. Products without one are left out.
    PriceAsc,
    /// The same, the dearest first.
    PriceDesc,
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ordering {
    /// As staff put the products into the collection.
    Curated(CollectionId),
    By(Sort),
}

/// Which products; every field that is set must hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Filter {
    pub status: ProductStatus,
    /// Only with an active variant that somebody offers at a price.
    pub on_offer: bool,
    /// Any of these categories.
    pub categories: Option<Vec<CategoryId>>,
    pub collection: Option<CollectionId>,
    pub vendor: Option<VendorId>,
    /// Of the shown price.
    pub price_min: Option<i64>,
    pub price_max: Option<i64>,
}

/// Which prices order a list, and from which end. In the order of others a price means nothing.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PriceOrder {
    sort: Sort,
    currency: CurrencyCode,
    country: Arc<str>,
    tax_display: TaxDisplay,
}

impl PriceOrder {
    fn of(sort: Sort, market: &Market) -> Self {
        let Market { currency, tax_display, .. } = *market;
        Self { sort, currency, country: Arc::clone(&market.country), tax_display }
    }
}

/// The cursor is of a list in another order, of other prices, or of another collection.
#[derive(Debug)]
pub struct OtherOrder;

/// The sort key of a row, which is what a cursor holds: its place, and the order that this is a place in.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Key {
    Time(DateTime<Utc>, ProductId),
    Name(String, ProductId),
    Amount(PriceOrder, i64, ProductId),
    Place(CollectionId, i32, ProductId),
}

impl Key {
    pub fn product(&self) -> ProductId {
        match self {
            Self::Time(_, id) | Self::Name(_, id) | Self::Amount(.., id) | Self::Place(.., id) => *id,
        }
    }

    fn fits(&self, ordering: Ordering, market: &Market) -> bool {
        match self {
            Self::Time(..) => ordering == Ordering::By(Sort::Newest),
            // No name holds what PostgreSQL takes in no text.
            Self::Name(name, _) => ordering == Ordering::By(Sort::Name) && !name.contains('\0'),
            Self::Amount(of, ..) => {
                ordering == Ordering::By(of.sort) && *of == PriceOrder::of(of.sort, market)
            }
            Self::Place(of, ..) => ordering == Ordering::Curated(*of),
        }
    }
}

#[derive(Debug, Default)]
pub struct IdPage {
    pub keys: Vec<Key>,
    pub more: bool,
}

/// Everything that decides a page.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ListRequest {
    pub filter: Filter,
    pub ordering: Ordering,
    /// `None` where nothing is sold; then nothing has a price.
    pub prices: Option<ShownPrices>,
    price_order: Option<PriceOrder>,
    pub first: u64,
    pub after: Option<Key>,
}

impl ListRequest {
    pub fn new(
        filter: Filter,
        ordering: Ordering,
        prices: Option<ShownPrices>,
        market: &Market,
        page: Page<Key>,
    ) -> Result<Self, OtherOrder> {
        let price_order = match ordering {
            Ordering::By(sort @ (Sort::PriceAsc | Sort::PriceDesc)) => Some(PriceOrder::of(sort, market)),
            Ordering::By(Sort::Newest | Sort::Name) | Ordering::Curated(_) => None,
        };
        match page.after {
            Some(key) if !key.fits(ordering, market) => Err(OtherOrder),
            after => Ok(Self { filter, ordering, prices, price_order, first: page.first, after }),
        }
    }

    /// `None` for an order that is not by price.
    pub fn price_order(&self) -> Option<&PriceOrder> {
        self.price_order.as_ref()
    }
}

/// A page, and the epoch in which it is read, so that a change makes older pages unreachable.
pub type PageKey = (u64, ListRequest);

pub struct Lists {
    database: Database,
    pages: Cache<PageKey, Arc<IdPage>>,
}

impl Lists {
    pub fn new(database: Database, ttl: Duration) -> Self {
        Self { database, pages: Cache::builder().max_capacity(2_000).time_to_live(ttl).build() }
    }

    pub fn cached(&self, page: &PageKey) -> Option<Arc<IdPage>> {
        self.pages.get(page)
    }

    /// Pages, from the cache or from the database: those of lists in the same order in one query.
    pub async fn pages(&self, wanted: &[PageKey]) -> Result<HashMap<PageKey, Arc<IdPage>>, StoreError> {
        let mut found = HashMap::with_capacity(wanted.len());
        let mut missing = Vec::new();
        for page in wanted {
            match self.cached(page) {
                Some(known) => drop(found.insert(page.clone(), known)),
                None => missing.push(page),
            }
        }
        let requests: Vec<&ListRequest> = missing.iter().map(|(_, request)| request).collect();
        let read = listing::pages(&self.database, &requests).await?;
        for (page, read) in missing.into_iter().zip(read) {
            let read = Arc::new(read);
            self.pages.insert(page.clone(), Arc::clone(&read));
            found.insert(page.clone(), read);
        }
        Ok(found)
    }
}
