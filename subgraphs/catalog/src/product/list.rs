//! Lists of products: one page of ids by keyset, kept for a short while.

use std::sync::Arc;
use std::time::Duration;

use catalog_entities::product::{self, ProductStatus};
use catalog_entities::{collection_product, product_price, product_translation};
use chrono::{DateTime, Utc};
use moka::sync::Cache;
use platform_core::id::{CategoryId, CollectionId, ProductId, VendorId};
use platform_core::page::{self, Page};
use platform_database::Database;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, JoinType, Order, QueryFilter, QueryOrder, QuerySelect,
    RelationDef, Select,
};
use serde::{Deserialize, Serialize};

use super::data::DEFAULT_LANGUAGE;
use super::prices;
use crate::error::StorageError;
use crate::tax::ShownPrices;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, async_graphql::Enum)]
#[graphql(name = "ProductSort")]
pub enum Sort {
    #[default]
    Newest,
    /// By the name in the default language.
    Name,
    /// By the lowest public price in the market's currency, as it is shown; products without one are left out.
    PriceAsc,
    PriceDesc,
}

/// Which products; every field that is set must hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Filter {
    pub status: ProductStatus,
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
}

impl Key {
    pub fn product(&self) -> ProductId {
        match self {
            Self::Time(_, id) | Self::Name(_, id) | Self::Amount(_, id) => *id,
        }
    }

    fn fits(&self, sort: Sort) -> bool {
        match self {
            Self::Time(..) => sort == Sort::Newest,
            Self::Name(..) => sort == Sort::Name,
            Self::Amount(..) => matches!(sort, Sort::PriceAsc | Sort::PriceDesc),
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
    pub sort: Sort,
    /// `None` where nothing is sold; then nothing has a price.
    pub prices: Option<ShownPrices>,
    pub first: u64,
    pub after: Option<Key>,
}

impl ListRequest {
    pub fn new(
        filter: Filter,
        sort: Sort,
        prices: Option<ShownPrices>,
        page: Page<Key>,
    ) -> Result<Self, page::PageError> {
        match page.after {
            Some(key) if !key.fits(sort) => Err(page::PageError::InvalidCursor),
            after => Ok(Self { filter, sort, prices, first: page.first, after }),
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

    pub async fn page(&self, epoch: u64, request: ListRequest) -> Result<Arc<IdPage>, StorageError> {
        let key = (epoch, request);
        if let Some(found) = self.pages.get(&key) {
            return Ok(found);
        }
        let read = Arc::new(self.read(&key.1).await?);
        self.pages.insert(key, Arc::clone(&read));
        Ok(read)
    }

    async fn read(&self, request: &ListRequest) -> Result<IdPage, DbErr> {
        let select =
            filtered(&request.filter, request.prices.as_ref()).limit(request.first.saturating_add(1));
        let id = (product::Entity, product::Column::Id);
        let connection = self.database.replica();
        let after = request.after.as_ref();
        let keys: Vec<Key> = match request.sort {
            Sort::Newest => {
                let column = Expr::col((product::Entity, product::Column::CreatedAt));
                let after = after.map(|key| (column.clone(), time_of(key), key.product()));
                let rows: Vec<(DateTime<Utc>, ProductId)> = keyset(select, Order::Desc, after)
                    .select_only()
                    .column(product::Column::CreatedAt)
                    .column(product::Column::Id)
                    .order_by(column, Order::Desc)
                    .order_by(Expr::col(id), Order::Desc)
                    .into_tuple()
                    .all(connection)
                    .await?;
                rows.into_iter().map(|(time, id)| Key::Time(time, id)).collect()
            }
            Sort::Name => {
                let column = Expr::col((product_translation::Entity, product_translation::Column::Name));
                let after = after.map(|key| (column.clone(), name_of(key), key.product()));
                let select = select
                    .join(
                        JoinType::InnerJoin,
                        joined(product_translation::Entity, product_translation::Column::ProductId),
                    )
                    .filter(product_translation::Column::Language.eq(DEFAULT_LANGUAGE));
                let rows: Vec<(String, ProductId)> = keyset(select, Order::Asc, after)
                    .select_only()
                    .column(product_translation::Column::Name)
                    .column(product::Column::Id)
                    .order_by(column, Order::Asc)
                    .order_by(Expr::col(id), Order::Asc)
                    .into_tuple()
                    .all(connection)
                    .await?;
                rows.into_iter().map(|(name, id)| Key::Name(name, id)).collect()
            }
            Sort::PriceAsc | Sort::PriceDesc => {
                let order = if request.sort == Sort::PriceAsc { Order::Asc } else { Order::Desc };
                let Some(prices) = &request.prices else {
                    return Ok(IdPage { keys: Vec::new(), more: false });
                };
                let column = prices::order(prices);
                let after = after.map(|key| (column.clone(), amount_of(key), key.product()));
                let select = select
                    .join(
                        JoinType::InnerJoin,
                        joined(product_price::Entity, product_price::Column::ProductId),
                    )
                    .filter(product_price::Column::Currency.eq(prices.currency().as_str()));
                let rows: Vec<(i64, ProductId)> = keyset(select, order.clone(), after)
                    .select_only()
                    .column_as(column.clone(), "shown")
                    .column(product::Column::Id)
                    .order_by(column, order.clone())
                    .order_by(Expr::col(id), order)
                    .into_tuple()
                    .all(connection)
                    .await?;
                rows.into_iter().map(|(amount, id)| Key::Amount(amount, id)).collect()
            }
        };
        let (keys, more) = page::cut(keys, request.first);
        Ok(IdPage { keys, more })
    }
}

fn time_of(key: &Key) -> SimpleExpr {
    match key {
        Key::Time(time, _) => Expr::value(*time),
        Key::Name(..) | Key::Amount(..) => Expr::value(DateTime::<Utc>::UNIX_EPOCH),
    }
}

fn name_of(key: &Key) -> SimpleExpr {
    Expr::value(if let Key::Name(name, _) = key { name.clone() } else { String::new() })
}

fn amount_of(key: &Key) -> SimpleExpr {
    Expr::value(if let Key::Amount(amount, _) = key { *amount } else { 0 })
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

fn filtered(filter: &Filter, prices: Option<&ShownPrices>) -> Select<product::Entity> {
    let mut select = product::Entity::find().filter(product::Column::Status.eq(filter.status));
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
