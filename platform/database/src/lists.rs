//! Several lists, each limited by itself, in one statement.

use sea_orm::sea_query::{Asterisk, Expr, Order, Query, SelectStatement, UnionType};
use sea_orm::{ConnectionTrait, QueryResult};

use crate::store_error::StoreError;

/// The most lists of one statement: SQLite takes 500 selects in one.
const MAX_LISTS: usize = 200;
/// The column that says which list a row is of.
const NUMBER: &str = "list_number";

/// The rows of each of `lists`, which select the same columns. `order` names the columns by which each is sorted, and
/// has to be that of its own ORDER BY.
pub async fn read_lists<C: ConnectionTrait>(
    connection: &C,
    lists: &[SelectStatement],
    order: &[(&'static str, Order)],
) -> Result<Vec<Vec<QueryResult>>, StoreError> {
    let mut found = Vec::with_capacity(lists.len());
    for lists in lists.chunks(MAX_LISTS) {
        let mut rows: Vec<Vec<QueryResult>> = lists.iter().map(|_| Vec::new()).collect();
        let numbered = (0_i32..).zip(lists).map(|(number, list)| {
            let mut select = Query::select();
            select.expr_as(Expr::cust(number.to_string()), NUMBER).column(Asterisk);
            select.from_subquery(list.clone(), "list").take()
        });
        let Some(mut all) = numbered.reduce(|mut all, list| all.union(UnionType::All, list).take()) else {
            continue;
        };
        all.order_by(NUMBER, Order::Asc);
        for (column, order) in order {
            all.order_by(*column, order.clone());
        }
        for row in connection.query_all(&all).await? {
            let number = usize::try_from(row.try_get::<i32>("", NUMBER)?).ok();
            if let Some(rows) = number.and_then(|number| rows.get_mut(number)) {
                rows.push(row);
            }
        }
        found.append(&mut rows);
    }
    Ok(found)
}
