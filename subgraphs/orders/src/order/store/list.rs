//! Queries of lists of orders.

use orders_entities::{order, vendor_order};
use platform_core::page::Page;
use platform_database::{Database, StoreError, read_lists};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, FromQueryResult, IdenStatic,
    Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::became_one;
use crate::order::list::{Filter, Period, Place, Sort};

/// The most orders that are counted.
const MOST_COUNTED: u64 = 10_000;
/// The column of a count.
const COUNT: &str = "found";

/// The orders of a page; one more than asked for, to know whether more follow. Those of each status are read by
/// themselves, as its index has them in their order, and the first of all are taken.
pub async fn filtered(
    database: &Database,
    filter: &Filter,
    sort: Sort,
    page: &Page<Place>,
) -> Result<Vec<order::Model>, StoreError> {
    let direction = match sort {
        Sort::Newest => Order::Desc,
        Sort::Oldest => Order::Asc,
    };
    let connection = database.replica();
    let backend = connection.get_database_backend();
    let most = page.first.saturating_add(1);
    let rows = |matching: Condition| {
        let mut rows = order::Entity::find()
            .filter(matching)
            .order_by(order::Column::PlacedAt, direction.clone())
            .order_by(order::Column::Id, direction.clone())
            .limit(most);
        if let Some(place) = &page.after {
            rows = rows.filter(behind(place, sort));
        }
        rows.into_query()
    };
    let lists: Vec<SelectStatement> = match &filter.statuses {
        None => vec![rows(matching(filter, backend))],
        Some(statuses) => {
            let of = |status: &order::Status| {
                rows(matching(filter, backend).add(order::Column::Status.eq(*status)))
            };
            statuses.iter().map(of).collect()
        }
    };
    let by = [order::Column::PlacedAt, order::Column::Id].map(|column| (column.as_str(), direction.clone()));
    let read = read_lists(connection, &lists, &by).await?;
    let rows = read.iter().flatten().map(|row| order::Model::from_query_result(row, ""));
    let mut orders = rows.collect::<Result<Vec<_>, DbErr>>()?;
    orders.sort_by(|one, other| match sort {
        Sort::Newest => Place::of(other).cmp(&Place::of(one)),
        Sort::Oldest => Place::of(one).cmp(&Place::of(other)),
    });
    orders.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    Ok(orders)
}

/// How many orders there are of each filter, in one statement; at most [`MOST_COUNTED`] of each.
pub async fn counts(database: &Database, filters: &[Filter]) -> Result<Vec<i64>, StoreError> {
    let connection = database.replica();
    let backend = connection.get_database_backend();
    let count = |filter: &Filter| {
        let mut matching = matching(filter, backend);
        if let Some(statuses) = &filter.statuses {
            matching = matching.add(order::Column::Status.is_in(statuses.iter().copied()));
        }
        let some: Select<order::Entity> = order::Entity::find().filter(matching).limit(MOST_COUNTED);
        let some = some.select_only().expr_as(Expr::val(1), "one").into_query();
        Query::select().expr_as(Expr::cust("COUNT(*)"), COUNT).from_subquery(some, "some").take()
    };
    let counts: Vec<SelectStatement> = filters.iter().map(count).collect();
    let read = read_lists(connection, &counts, &[]).await?;
    Ok(read.iter().flatten().map(|row| row.try_get("", COUNT)).collect::<Result<_, DbErr>>()?)
}

/// That an order comes after a place.
fn behind(Place(at, id): &Place, sort: Sort) -> SimpleExpr {
    let place = Expr::tuple([Expr::col(order::Column::PlacedAt), Expr::col(order::Column::Id)]);
    let seen = Expr::tuple([Expr::value(*at), Expr::value(*id)]);
    match sort {
        Sort::Newest => place.lt(seen),
        Sort::Oldest => place.gt(seen),
    }
}

/// What holds of the orders of a filter, its statuses aside.
fn matching(filter: &Filter, backend: DbBackend) -> Condition {
    let vendors = |vendor| {
        Query::select()
            .column(vendor_order::Column::OrderId)
            .from(vendor_order::Entity)
            .and_where(vendor_order::Column::VendorId.eq(vendor))
            .take()
    };
    within(filter.placed, order::Column::PlacedAt)
        .add(became_one())
        .add_option(filter.user.map(|user| order::Column::UserId.eq(user)))
        .add_option(filter.email.as_ref().map(|email| order::Column::Email.eq(email.as_str())))
        .add_option(filter.vendor.map(|vendor| order::Column::Id.in_subquery(vendors(vendor))))
        .add_option(filter.number.as_ref().map(|number| begins_with(number, backend)))
}

/// That a moment lies in a period.
pub fn within(period: Period, column: impl ColumnTrait) -> Condition {
    Condition::all()
        .add_option(period.from.map(|from| column.gte(from)))
        .add_option(period.before.map(|before| column.lt(before)))
}

/// That a number begins so, as a range of the index: a bracket comes behind all characters of numbers.
fn begins_with(number: &str, backend: DbBackend) -> Condition {
    let column = || match backend {
        // In the words of `orders_number_beginning`: the database's own order need not be that of bytes.
        DbBackend::Postgres => Expr::cust("number COLLATE \"C\""),
        _ => Expr::col(order::Column::Number),
    };
    Condition::all().add(column().gte(number)).add(column().lt(format!("{number}[")))
}
