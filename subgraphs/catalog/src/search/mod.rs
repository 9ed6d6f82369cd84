//! Search over the products that buyers see.
//!
//! Owns: what an index stores of a product, the trait of an index with its embedded implementation, the worker that
//! keeps an index up with the database, and the API. An index is derived data: it can be rebuilt at any time, and what
//! buyers read about a hit (name, price, stock) comes from the database, never from the index.

mod cursor;
pub mod document;
pub mod embedded;
mod folded;
pub mod graphql;
pub mod indexer;
pub mod text;
mod view;

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use async_trait::async_trait;
use platform_commerce::CurrencyCode;
use platform_core::id::{CategoryId, ProductId, VendorId};
use platform_core::{ApiError, ErrorCode};
use platform_database::StoreError;
use serde::{Deserialize, Serialize};

pub use document::SearchDocument;

use crate::tax::ShownPrices;

#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    #[error("the search index cannot be opened in {path}; delete that folder, it will be built again")]
    Open {
        path: String,
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    #[error("the search index failed")]
    Index(#[source] Box<dyn std::error::Error + Send + Sync>),
    #[error(
        "the search index is not complete: it is being built, or cannot be written; try again in a moment"
    )]
    Incomplete,
    #[error("another process writes the search index; it keeps the index up to date itself")]
    HeldElsewhere,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl SearchError {
    pub(crate) fn index(source: impl std::error::Error + Send + Sync + 'static) -> Self {
        Self::Index(Box::new(source))
    }
}

impl ApiError for SearchError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::HeldElsewhere => ErrorCode::Conflict,
            Self::Open { .. } | Self::Index(_) | Self::Incomplete => ErrorCode::Unavailable,
            Self::Store(error) => error.code(),
        }
    }
}

platform_core::api_error!(SearchError);

/// The order of hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, async_graphql::Enum)]
#[graphql(name = "SearchSort")]
pub enum Sort {
    /// The best match first; for an empty query the newest.
    #[default]
    Relevance,
    /// By the lowest public price in the market's currency, as it is shown, the cheapest first: of the offers that can be
    /// bought now, or where none can, of all. Products without one are left out.
    PriceAsc,
    /// The same, the dearest first.
    PriceDesc,
    /// The product that was made last first.
    Newest,
}

/// A choice of values of one attribute: one of `values`, or a number between `min` and `max` (in thousandths).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct AttributeChoice {
    pub code: String,
    pub values: Vec<String>,
    pub min: Option<i64>,
    pub max: Option<i64>,
}

/// What hits must satisfy. Within a field any value will do; every field that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize)]
pub struct Filter {
    /// Products in these categories or below them.
    pub categories: Vec<CategoryId>,
    pub vendors: Vec<VendorId>,
    pub attributes: Vec<AttributeChoice>,
    /// In minor units of the request's currency, as shown; inclusive.
    pub price_min: Option<i64>,
    pub price_max: Option<i64>,
    pub in_stock: Option<bool>,
}

/// Where a hit stands in the order of a search. It follows from the search and the product alone, so it stays while other
/// products come and go: a page goes on behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// The greatest first: how well it matches, or its price, negative where the cheapest comes first.
    pub rank: i64,
    /// Of equals the newest first.
    pub created_at: i64,
    pub id: ProductId,
}

impl Ord for Place {
    /// The first of the hits is the least.
    fn cmp(&self, other: &Self) -> Ordering {
        let by_rank = other.rank.cmp(&self.rank);
        by_rank.then(other.created_at.cmp(&self.created_at)).then(self.id.cmp(&other.id))
    }
}

impl PartialOrd for Place {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SearchRequest {
    pub query: String,
    pub currency: CurrencyCode,
    /// `None` where nothing is sold; then nothing has a price.
    pub prices: Option<ShownPrices>,
    /// The names of who asks, one of which must be among those that can buy what is in stock ([`document::buyers`]).
    pub buyers: Vec<String>,
    pub filter: Filter,
    pub sort: Sort,
    /// The page begins behind this place; at the first hit without it.
    pub after: Option<Place>,
    pub limit: usize,
}

/// Counts of hits by value. A facet ignores its own filter, so that the other values of a chosen facet keep their
/// counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facets {
    pub categories: HashMap<CategoryId, u32>,
    pub vendors: HashMap<VendorId, u32>,
    /// Attribute → value → hits.
    pub attributes: BTreeMap<String, BTreeMap<String, u32>>,
    pub in_stock: u32,
    pub out_of_stock: u32,
    /// Lowest and highest price of the hits, as shown.
    pub price_bounds: Option<(i64, i64)>,
    /// Hits by price: from (inclusive), to (exclusive), hits.
    pub price_ranges: Vec<(i64, i64, u32)>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchResults {
    /// The page's products, in order.
    pub hits: Vec<Place>,
    /// Whether others follow.
    pub more: bool,
    /// On all pages.
    pub total: usize,
    pub facets: Facets,
}

/// Version of each product that an index holds.
pub type Versions = HashMap<ProductId, i64>;

/// An index of products. Writing is serialized by its [`indexer::Indexer`].
#[async_trait]
pub trait Search: Send + Sync + 'static {
    async fn search(&self, request: &SearchRequest) -> Result<Arc<SearchResults>, SearchError>;

    /// Products that `text`, whose last word may be unfinished, finds, the best first.
    async fn suggest(&self, text: &str, limit: usize) -> Result<Vec<ProductId>, SearchError>;

    /// What is in the index, to compare it with the database.
    async fn versions(&self) -> Result<Versions, SearchError>;

    /// Whether the index has held all that the database does, at some time: only then it is searched. One that was just
    /// begun does not; one that was complete stays so when the process begins anew.
    fn is_complete(&self) -> Result<bool, SearchError>;

    /// Says that the index holds all that the database does.
    fn note_complete(&self);

    /// Replaces the documents of products, and removes those of `removed`. Visible when it returns. `completes`: with them
    /// the index holds all that the database does.
    async fn update(
        &self,
        documents: Vec<SearchDocument>,
        removed: Vec<ProductId>,
        completes: bool,
    ) -> Result<(), SearchError>;

    /// Begins to replace the whole index. Until [`Rebuild::finish`] searches see the old one.
    async fn rebuild(&self) -> Result<Box<dyn Rebuild>, SearchError>;
}

/// A new index in the making. Dropped without `finish` it leaves the old one in place.
#[async_trait]
pub trait Rebuild: Send {
    async fn add(&mut self, documents: Vec<SearchDocument>) -> Result<(), SearchError>;
    async fn finish(self: Box<Self>) -> Result<(), SearchError>;
}
