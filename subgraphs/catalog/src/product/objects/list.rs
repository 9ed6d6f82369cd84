//! Lists of products as the API filters and shows them.

use std::str::FromStr;
use std::sync::Arc;

use async_graphql::connection::{Connection, Edge};
use async_graphql::{Context, ID, InputObject, Result};
use catalog_entities::product::ProductStatus;
use platform_commerce::money::Decimal;
use platform_commerce::{CurrencyCode, Market, Money, MoneyError};
use platform_core::id::{CategoryId, CollectionId, InvalidId, VendorId};
use platform_core::page::{self, Page};
use platform_core::{ApiError, ErrorCode};
use platform_server::caller;

use super::Product;
use crate::access::{AccessError, sees_all_unsold, sees_unsold};
use crate::app::App;
use crate::product::data::ProductData;
use crate::product::list::{Filter, Key, ListRequest, Ordering, OtherOrder, Sort};
use crate::tax::ShownPrices;

#[derive(Debug, thiserror::Error)]
pub enum ProductQueryError {
    #[error("give either `id` or `slug`")]
    IdOrSlug,
    #[error("give either `categoryId` or `categorySlug`")]
    OneCategory,
    #[error("`{field}` is not an id; use one that the API returned")]
    InvalidId { field: &'static str, source: InvalidId },
    #[error(
        "the cursor is of a list in another order, or of another market's prices; begin this one without `after`"
    )]
    OtherOrder,
    #[error("the price is not an amount of the market's currency")]
    InvalidPrice(#[source] MoneyError),
    #[error(transparent)]
    Access(#[from] AccessError),
}

impl ApiError for ProductQueryError {
    fn code(&self) -> ErrorCode {
        match self {
            Self::IdOrSlug
            | Self::OneCategory
            | Self::InvalidId { .. }
            | Self::OtherOrder
            | Self::InvalidPrice(_) => ErrorCode::BadUserInput,
            Self::Access(error) => error.code(),
        }
    }

    fn field(&self) -> Option<&str> {
        match self {
            Self::IdOrSlug => Some("id"),
            Self::OneCategory => Some("categoryId"),
            Self::InvalidId { field, .. } => Some(field),
            Self::OtherOrder => Some("after"),
            Self::InvalidPrice(_) => Some("price"),
            Self::Access(_) => None,
        }
    }
}

platform_core::api_error!(ProductQueryError);

/// A range of prices as the market shows them, in its currency and with or without tax, as exact decimals; both ends
/// inclusive.
#[derive(Debug, Default, InputObject)]
pub struct PriceRangeInput {
    /// Lowest price; no lower end unless given.
    pub min: Option<Decimal>,
    /// Highest price; no upper end unless given.
    pub max: Option<Decimal>,
}

impl PriceRangeInput {
    /// Both ends in minor units of `currency`.
    pub fn minor(&self, currency: CurrencyCode) -> Result<(Option<i64>, Option<i64>), ProductQueryError> {
        let minor = |amount: &Option<Decimal>| {
            amount.as_ref().map(|text| Money::parse(&text.0, currency).map(Money::minor)).transpose()
        };
        let min = minor(&self.min).map_err(ProductQueryError::InvalidPrice)?;
        Ok((min, minor(&self.max).map_err(ProductQueryError::InvalidPrice)?))
    }
}

/// Which products; every field that is given must hold.
#[derive(Debug, Default, InputObject)]
pub struct ProductFilter {
    // Read in the resolver: where async-graphql reads an id, one that is none takes the field's surroundings with it.
    /// In this category or below it.
    pub category_id: Option<ID>,
    /// In this category or below it, named by its slug in place of `categoryId`; one that does not exist has no
    /// products.
    pub category_slug: Option<String>,
    /// In this collection.
    pub collection_id: Option<ID>,
    /// Made by this vendor, whoever offers it.
    pub vendor_id: Option<ID>,
    /// The lowest price of one piece lies in this range.
    pub price: Option<PriceRangeInput>,
    /// Without it those that are on sale: ACTIVE, with a variant that somebody offers. With it all of that status: for
    /// staff, and for a vendor with its own `vendorId`.
    pub status: Option<ProductStatus>,
}

/// A filter whose ids are some.
#[derive(Debug, Default)]
pub struct Wanted {
    pub category_id: Option<CategoryId>,
    pub category_slug: Option<String>,
    pub collection_id: Option<CollectionId>,
    pub vendor_id: Option<VendorId>,
    pub price: Option<PriceRangeInput>,
    pub status: Option<ProductStatus>,
}

impl TryFrom<ProductFilter> for Wanted {
    type Error = ProductQueryError;

    fn try_from(filter: ProductFilter) -> std::result::Result<Self, ProductQueryError> {
        Ok(Self {
            category_id: read_id("categoryId", filter.category_id)?,
            category_slug: filter.category_slug,
            collection_id: read_id("collectionId", filter.collection_id)?,
            vendor_id: read_id("vendorId", filter.vendor_id)?,
            price: filter.price,
            status: filter.status,
        })
    }
}

/// The id in a field of a filter.
pub fn read_id<T: FromStr<Err = InvalidId>>(
    field: &'static str,
    id: Option<ID>,
) -> std::result::Result<Option<T>, ProductQueryError> {
    let read = id.map(|id| id.parse()).transpose();
    read.map_err(|source| ProductQueryError::InvalidId { field, source })
}

/// A page of products for the caller.
pub async fn list_products(
    ctx: &Context<'_>,
    filter: Wanted,
    sort_by: Option<Sort>,
    first: Option<i32>,
    after: Option<String>,
) -> Result<Connection<String, Product>> {
    let app = ctx.data_unchecked::<App>();
    let caller = caller(ctx)?;
    let page = Page::parse(first, after.as_deref())?;
    let sees_all = match filter.vendor_id {
        Some(vendor) => sees_unsold(caller, vendor),
        None => sees_all_unsold(caller),
    };
    let status = filter.status.unwrap_or(ProductStatus::Active);
    if status != ProductStatus::Active && !sees_all {
        return Err(ProductQueryError::Access(AccessError::NotYourVendor).into());
    }
    let on_offer = !(filter.status.is_some() && sees_all);
    let references = app.products().references().await?;
    let category = match (filter.category_id, &filter.category_slug) {
        (Some(_), Some(_)) => return Err(ProductQueryError::OneCategory.into()),
        (Some(id), None) => Some(references.categories.with_descendants(id)),
        (None, Some(slug)) => Some(match references.categories.by_slug(slug) {
            Some(node) => references.categories.with_descendants(node.id),
            None => return Ok(Connection::new(false, false)),
        }),
        (None, None) => None,
    };
    let currency = Market::of(caller).currency;
    let (price_min, price_max) = filter.price.unwrap_or_default().minor(currency)?;
    let ordering = match (sort_by, filter.collection_id) {
        (None, Some(collection)) => Ordering::Curated(collection),
        (sort, _) => Ordering::By(sort.unwrap_or_default()),
    };
    let filter = Filter {
        status,
        on_offer,
        categories: category,
        collection: filter.collection_id,
        vendor: filter.vendor_id,
        price_min,
        price_max,
    };
    let has_previous = page.after.is_some();
    let market = Market::of(caller);
    let prices = ShownPrices::of(&references.taxes, market);
    let request = ListRequest::new(filter, ordering, prices, market, page)
        .map_err(|OtherOrder| ProductQueryError::OtherOrder)?;
    let found = app.loaders().page(request).await?;
    let mut products = app.loaders().products(found.keys.iter().map(Key::product)).await?;
    let mut connection = Connection::new(has_previous, found.more);
    for key in &found.keys {
        // A product may have changed between the reading of the page and of the product.
        let shown =
            |product: &Arc<ProductData>| product.row.status == status && (!on_offer || product.is_on_offer());
        if let Some(product) = products.remove(&key.product()).filter(shown) {
            connection.edges.push(Edge::new(page::encode_cursor(key), Product(product)));
        }
    }
    Ok(connection)
}
