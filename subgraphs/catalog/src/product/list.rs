//! Lists of products: pages of ids by keyset, kept for a short while.
//!
//! Invariant: a cursor is good for the order that gave it alone. The newest and the names are in one order for everybody;
//! prices are in the order of a currency, a country and a tax display, and a collection has its own. The filter may be
//! another: a place in the order is the same under each.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use catalog_entities::offer::OfferStatus;
use catalog_entities::product::{self, ProductStatus};
use catalog_entities::{collection_product, offer, offer_price, product_price, product_translation, variant};
use chrono::{DateTime, Utc};
use moka::sync::Cache;
use platform_commerce::market::TaxDisplay;
use platform_commerce::{CurrencyCode, Market};
use platform_core::id::{CategoryId, CollectionId, ProductId, VendorId};
use platform_core::page::{self, Page};
use platform_database::{Database, StoreError, read_lists};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, JoinType, Order, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, QueryTrait, RelationDef, Select,
};
use serde::{Deserialize, Serialize};

use super::data::DEFAULT_LANGUAGE;
use super::prices;
use crate::tax::ShownPrices;

/// The column of what a list is sorted by.
const VALUE: &str = "value";

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

impl Sort {
    fn direction(self) -> Order {
        match self {
            Self::Newest | Self::PriceDesc => Order::Desc,
            Self::Name | Self::PriceAsc => Order::Asc,
        }
    }
}

/// The order of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Ordering {
    /// As staff put the products into the collection.
    Curated(CollectionId),
    By(Sort),
}

impl Ordering {
    /// `None` for the order of a collection.
    fn sort(self) -> Option<Sort> {
        match self {
            Self::Curated(_) => None,
            Self::By(sort) => Some(sort),
        }
    }
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

    fn value(&self) -> SimpleExpr {
        match self {
            Self::Time(time, _) => Expr::value(*time),
            Self::Name(name, _) => Expr::value(name.as_str()),
            Self::Amount(_, amount, _) => Expr::value(*amount),
            Self::Place(_, place, _) => Expr::value(*place),
        }
    }

    /// The key in a row of [`select`].
    fn read(request: &ListRequest, row: &QueryResult) -> Result<Self, DbErr> {
        let id = row.try_get("", "id")?;
        Ok(match (request.ordering, &request.price_order) {
            (Ordering::Curated(collection), _) => Self::Place(collection, row.try_get("", VALUE)?, id),
            (Ordering::By(_), Some(of)) => Self::Amount(of.clone(), row.try_get("", VALUE)?, id),
            (Ordering::By(Sort::Name), None) => Self::Name(row.try_get("", VALUE)?, id),
            (Ordering::By(_), None) => Self::Time(row.try_get("", VALUE)?, id),
        })
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
    /// Of an order by price.
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
        let mut missing = HashMap::<Option<Sort>, (Vec<&PageKey>, Vec<SelectStatement>)>::new();
        for page in wanted {
            if let Some(known) = self.cached(page) {
                found.insert(page.clone(), known);
            } else if let Some(list) = select(&page.1) {
                let (pages, lists) = missing.entry(page.1.ordering.sort()).or_default();
                pages.push(page);
                lists.push(list.into_query());
            } else {
                found.insert(page.clone(), Arc::default());
            }
        }
        for (sort, (pages, lists)) in missing {
            let direction = sort.map_or(Order::Asc, Sort::direction);
            let order = [(VALUE, direction.clone()), ("id", direction)];
            let read = read_lists(self.database.replica(), &lists, &order).await?;
            for (page, rows) in pages.into_iter().zip(read) {
                let keys: Result<Vec<Key>, DbErr> = rows.iter().map(|row| Key::read(&page.1, row)).collect();
                let (keys, more) = page::cut(keys?, page.1.first);
                let read = Arc::new(IdPage { keys, more });
                self.pages.insert(page.clone(), Arc::clone(&read));
                found.insert(page.clone(), read);
            }
        }
        Ok(found)
    }
}

/// The values that the products of a page are sorted by, and their ids, one more than asked for; `None` where nothing has
/// a price to sort by.
fn select(request: &ListRequest) -> Option<Select<product::Entity>> {
    let select = filtered(&request.filter, request.prices.as_ref());
    let (select, value) = match request.ordering {
        Ordering::Curated(collection) => {
            let places = joined(collection_product::Entity, collection_product::Column::ProductId);
            let select = select
                .join(JoinType::InnerJoin, places)
                .filter(collection_product::Column::CollectionId.eq(collection));
            (select, Expr::col((collection_product::Entity, collection_product::Column::Position)))
        }
        Ordering::By(Sort::Newest) => (select, Expr::col((product::Entity, product::Column::CreatedAt))),
        Ordering::By(Sort::Name) => {
            let names = joined(product_translation::Entity, product_translation::Column::ProductId);
            let select = select
                .join(JoinType::InnerJoin, names)
                .filter(product_translation::Column::Language.eq(DEFAULT_LANGUAGE));
            (select, Expr::col((product_translation::Entity, product_translation::Column::Name)))
        }
        Ordering::By(Sort::PriceAsc | Sort::PriceDesc) => {
            let prices = request.prices.as_ref()?;
            let amounts = joined(product_price::Entity, product_price::Column::ProductId);
            let select = select
                .join(JoinType::InnerJoin, amounts)
                .filter(product_price::Column::Currency.eq(prices.currency().as_str()));
            (select, prices::order(prices))
        }
    };
    let order = request.ordering.sort().map_or(Order::Asc, Sort::direction);
    let page = keyset(select, order.clone(), value.clone(), request.after.as_ref())
        .select_only()
        .column_as(value.clone(), VALUE)
        .column(product::Column::Id)
        .order_by(value, order.clone())
        .order_by(Expr::col((product::Entity, product::Column::Id)), order)
        .limit(request.first.saturating_add(1));
    Some(page)
}

/// Rows beyond `after` in the direction of `order`.
fn keyset(
    select: Select<product::Entity>,
    order: Order,
    column: SimpleExpr,
    after: Option<&Key>,
) -> Select<product::Entity> {
    let Some(after) = after else { return select };
    let (value, product) = (after.value(), after.product());
    let id = Expr::col((product::Entity, product::Column::Id));
    let (beyond, tied) = match order {
        Order::Desc => (column.clone().lt(value.clone()), id.lt(product)),
        _ => (column.clone().gt(value.clone()), id.gt(product)),
    };
    select.filter(Condition::any().add(beyond).add(Condition::all().add(column.eq(value)).add(tied)))
}

/// A join of a product's rows in another table.
fn joined<E: EntityTrait>(entity: E, product_id: E::Column) -> RelationDef {
    product::Entity::belongs_to(entity).from(product::Column::Id).to(product_id).into()
}

/// That an active variant of the product is offered at a price, in whatever currency and for whomever.
pub fn is_on_offer() -> SimpleExpr {
    let product = Expr::col((product::Entity, product::Column::Id));
    let variant = Expr::col((variant::Entity, variant::Column::Id));
    let offer = Expr::col((offer::Entity, offer::Column::Id));
    let offers = Query::select()
        .expr(Expr::value(1))
        .from(offer::Entity)
        .inner_join(variant::Entity, variant.equals((offer::Entity, offer::Column::VariantId)))
        .inner_join(offer_price::Entity, offer.equals((offer_price::Entity, offer_price::Column::OfferId)))
        .and_where(product.equals((offer::Entity, offer::Column::ProductId)))
        .and_where(offer::Column::Status.eq(OfferStatus::Active))
        .and_where(variant::Column::Active.eq(true))
        .take();
    Expr::exists(offers)
}

fn filtered(filter: &Filter, prices: Option<&ShownPrices>) -> Select<product::Entity> {
    let mut select = product::Entity::find().filter(product::Column::Status.eq(filter.status));
    if filter.on_offer {
        select = select.filter(is_on_offer());
    }
    if let Some(categories) = &filter.categories {
        select = select.filter(product::Column::CategoryId.is_in(categories.iter().copied()));
    }
    if let Some(vendor) = filter.vendor {
        select = select.filter(product::Column::VendorId.eq(vendor));
    }
    if let Some(collection) = filter.collection {
        let members = Query::select()
            .column(collection_product::Column::ProductId)
            .from(collection_product::Entity)
            .and_where(collection_product::Column::CollectionId.eq(collection))
            .take();
        select = select.filter(product::Column::Id.in_subquery(members));
    }
    if filter.price_min.is_some() || filter.price_max.is_some() {
        select = select.filter(prices::between(prices, filter.price_min, filter.price_max));
    }
    select
}
