//! Lists of products: one page of ids by keyset, kept for a short while.

use std::sync::Arc;
use std::time::Duration;

use catalog_entities::offer::OfferStatus;
use catalog_entities::product::{self, ProductStatus};
use catalog_entities::{collection_product, offer, offer_price, product_price, product_translation, variant};
use chrono::{DateTime, Utc};
use moka::sync::Cache;
use platform_core::id::{CategoryId, CollectionId, ProductId, VendorId};
use platform_core::page::{self, Page};
use platform_database::{Database, StoreError};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, Order, QueryFilter, QueryOrder,
    QuerySelect, RelationDef, Select, TryGetable,
};
use serde::{Deserialize, Serialize};

use super::data::DEFAULT_LANGUAGE;
use super::prices;
use crate::tax::ShownPrices;

/// The order of products.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, async_graphql::Enum)]
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

/// The sort key of a row, which is what a cursor holds.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Key {
    Time(DateTime<Utc>, ProductId),
    Name(String, ProductId),
    Amount(i64, ProductId),
    Place(i32, ProductId),
}

impl Key {
    pub fn product(&self) -> ProductId {
        match self {
            Self::Time(_, id) | Self::Name(_, id) | Self::Amount(_, id) | Self::Place(_, id) => *id,
        }
    }

    fn fits(&self, ordering: Ordering) -> bool {
        match self {
            Self::Time(..) => ordering == Ordering::By(Sort::Newest),
            // No name holds what PostgreSQL takes in no text.
            Self::Name(name, _) => ordering == Ordering::By(Sort::Name) && !name.contains('\0'),
            Self::Amount(..) => matches!(ordering, Ordering::By(Sort::PriceAsc | Sort::PriceDesc)),
            Self::Place(..) => matches!(ordering, Ordering::Curated(_)),
        }
    }
}

#[derive(Debug)]
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
    pub first: u64,
    pub after: Option<Key>,
}

impl ListRequest {
    pub fn new(
        filter: Filter,
        ordering: Ordering,
        prices: Option<ShownPrices>,
        page: Page<Key>,
    ) -> Result<Self, page::PageError> {
        match page.after {
            Some(key) if !key.fits(ordering) => Err(page::PageError::InvalidCursor),
            after => Ok(Self { filter, ordering, prices, first: page.first, after }),
        }
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct Lists {
    database: Database,
    /// By the epoch in which the page was read, so that a change makes older pages unreachable.
    pages: Cache<(u64, ListRequest), Arc<IdPage>>,
}

impl Lists {
    pub fn new(database: Database, ttl: Duration) -> Self {
        Self { database, pages: Cache::builder().max_capacity(2_000).time_to_live(ttl).build() }
    }

    pub async fn page(&self, epoch: u64, request: ListRequest) -> Result<Arc<IdPage>, StoreError> {
        let key = (epoch, request);
        if let Some(found) = self.pages.get(&key) {
            return Ok(found);
        }
        let read = Arc::new(self.read(&key.1).await?);
        self.pages.insert(key, Arc::clone(&read));
        Ok(read)
    }

    async fn read(&self, request: &ListRequest) -> Result<IdPage, StoreError> {
        let select =
            filtered(&request.filter, request.prices.as_ref()).limit(request.first.saturating_add(1));
        let connection = self.database.replica();
        let after =
            |value: fn(&Key) -> SimpleExpr| request.after.as_ref().map(|key| (value(key), key.product()));
        let keys: Vec<Key> = match request.ordering {
            Ordering::Curated(collection) => {
                let places = joined(collection_product::Entity, collection_product::Column::ProductId);
                let select = select
                    .join(JoinType::InnerJoin, places)
                    .filter(collection_product::Column::CollectionId.eq(collection));
                let column = Expr::col((collection_product::Entity, collection_product::Column::Position));
                let rows = rows(connection, select, column, Order::Asc, after(place_of)).await?;
                rows.into_iter().map(|(place, id)| Key::Place(place, id)).collect()
            }
            Ordering::By(Sort::Newest) => {
                let column = Expr::col((product::Entity, product::Column::CreatedAt));
                let rows = rows(connection, select, column, Order::Desc, after(time_of)).await?;
                rows.into_iter().map(|(time, id)| Key::Time(time, id)).collect()
            }
            Ordering::By(Sort::Name) => {
                let names = joined(product_translation::Entity, product_translation::Column::ProductId);
                let select = select
                    .join(JoinType::InnerJoin, names)
                    .filter(product_translation::Column::Language.eq(DEFAULT_LANGUAGE));
                let column = Expr::col((product_translation::Entity, product_translation::Column::Name));
                let rows = rows(connection, select, column, Order::Asc, after(name_of)).await?;
                rows.into_iter().map(|(name, id)| Key::Name(name, id)).collect()
            }
            Ordering::By(sort @ (Sort::PriceAsc | Sort::PriceDesc)) => {
                let order = if sort == Sort::PriceAsc { Order::Asc } else { Order::Desc };
                let Some(prices) = &request.prices else {
                    return Ok(IdPage { keys: Vec::new(), more: false });
                };
                let select = select
                    .join(
                        JoinType::InnerJoin,
                        joined(product_price::Entity, product_price::Column::ProductId),
                    )
                    .filter(product_price::Column::Currency.eq(prices.currency().as_str()));
                let rows = rows(connection, select, prices::order(prices), order, after(amount_of)).await?;
                rows.into_iter().map(|(amount, id)| Key::Amount(amount, id)).collect()
            }
        };
        let (keys, more) = page::cut(keys, request.first);
        Ok(IdPage { keys, more })
    }
}

/// The values and the ids of products, in the order of both, beyond those of `after`.
async fn rows<T: TryGetable>(
    connection: &impl ConnectionTrait,
    select: Select<product::Entity>,
    value: SimpleExpr,
    order: Order,
    after: Option<(SimpleExpr, ProductId)>,
) -> Result<Vec<(T, ProductId)>, StoreError> {
    Ok(keyset(select, order.clone(), after.map(|(after, id)| (value.clone(), after, id)))
        .select_only()
        .column_as(value.clone(), "value")
        .column(product::Column::Id)
        .order_by(value, order.clone())
        .order_by(Expr::col((product::Entity, product::Column::Id)), order)
        .into_tuple()
        .all(connection)
        .await?)
}

fn time_of(key: &Key) -> SimpleExpr {
    match key {
        Key::Time(time, _) => Expr::value(*time),
        Key::Name(..) | Key::Amount(..) | Key::Place(..) => Expr::value(DateTime::<Utc>::UNIX_EPOCH),
    }
}

fn name_of(key: &Key) -> SimpleExpr {
    Expr::value(if let Key::Name(name, _) = key { name.clone() } else { String::new() })
}

fn amount_of(key: &Key) -> SimpleExpr {
    Expr::value(if let Key::Amount(amount, _) = key { *amount } else { 0 })
}

fn place_of(key: &Key) -> SimpleExpr {
    Expr::value(if let Key::Place(place, _) = key { *place } else { 0 })
}

/// Rows after a key: `(column, id)` beyond `(value, product)` in the direction of `order`.
fn keyset(
    select: Select<product::Entity>,
    order: Order,
    after: Option<(SimpleExpr, SimpleExpr, ProductId)>,
) -> Select<product::Entity> {
    let Some((column, value, product)) = after else { return select };
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
