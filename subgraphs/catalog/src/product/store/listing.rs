//! Pages of lists of products: values that they are sorted by, and ids.

use std::collections::HashMap;

use catalog_entities::offer::OfferStatus;
use catalog_entities::{
    collection_product, offer, offer_price, product, product_price, product_translation, variant,
};
use platform_core::page;
use platform_database::{Database, StoreError, read_lists};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, DbErr, EntityTrait, JoinType, Order, QueryFilter, QueryOrder, QueryResult,
    QuerySelect, QueryTrait, RelationDef, Select,
};

use super::prices;
use crate::names::DEFAULT_LANGUAGE;
use crate::product::list::{Filter, IdPage, Key, ListRequest, Ordering, Sort};
use crate::tax::ShownPrices;

/// The column of what a list is sorted by.
const VALUE: &str = "value";

/// What is asked for, and where it goes.
type Unread<'a> = (&'a ListRequest, &'a mut IdPage);

/// The pages that are asked for, in their order; those of lists in the same order are read in one query.
pub async fn pages(database: &Database, wanted: &[&ListRequest]) -> Result<Vec<IdPage>, StoreError> {
    let mut pages: Vec<IdPage> = wanted.iter().map(|_| IdPage::default()).collect();
    let mut alike = HashMap::<Option<Sort>, (Vec<Unread<'_>>, Vec<SelectStatement>)>::new();
    for (request, page) in wanted.iter().copied().zip(&mut pages) {
        if let Some(list) = select(request) {
            let (unread, lists) = alike.entry(sort(request.ordering)).or_default();
            unread.push((request, page));
            lists.push(list.into_query());
        }
    }
    for (sort, (unread, lists)) in alike {
        let order = [(VALUE, direction(sort)), ("id", direction(sort))];
        let read = read_lists(database.replica(), &lists, &order).await?;
        for ((request, page), rows) in unread.into_iter().zip(read) {
            let keys: Result<Vec<Key>, DbErr> = rows.iter().map(|row| key(request, row)).collect();
            let (keys, more) = page::cut(keys?, request.first);
            *page = IdPage { keys, more };
        }
    }
    Ok(pages)
}

/// `None` for the order of a collection.
fn sort(ordering: Ordering) -> Option<Sort> {
    match ordering {
        Ordering::Curated(_) => None,
        Ordering::By(sort) => Some(sort),
    }
}

fn direction(sort: Option<Sort>) -> Order {
    match sort {
        Some(Sort::Newest | Sort::PriceDesc) => Order::Desc,
        Some(Sort::Name | Sort::PriceAsc) | None => Order::Asc,
    }
}

/// The key in a row of [`pages`].
fn key(request: &ListRequest, row: &QueryResult) -> Result<Key, DbErr> {
    let id = row.try_get("", "id")?;
    Ok(match (request.ordering, request.price_order()) {
        (Ordering::Curated(collection), _) => Key::Place(collection, row.try_get("", VALUE)?, id),
        (Ordering::By(_), Some(of)) => Key::Amount(of.clone(), row.try_get("", VALUE)?, id),
        (Ordering::By(Sort::Name), None) => Key::Name(row.try_get("", VALUE)?, id),
        (Ordering::By(_), None) => Key::Time(row.try_get("", VALUE)?, id),
    })
}

fn value(key: &Key) -> SimpleExpr {
    match key {
        Key::Time(time, _) => Expr::value(*time),
        Key::Name(name, _) => Expr::value(name.as_str()),
        Key::Amount(_, amount, _) => Expr::value(*amount),
        Key::Place(_, place, _) => Expr::value(*place),
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
    let order = direction(sort(request.ordering));
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
    let (value, product) = (value(after), after.product());
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
