//! Queries of holds by their keys. Each is one statement.

use chrono::{DateTime, Utc};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    UpdateMany, Value,
};

use super::table::{HoldTable, HolderColumns, NewRow, RowOf};
use crate::state::{State, Transition};

/// The hold with this key.
pub async fn find<T: HoldTable>(
    connection: &impl ConnectionTrait,
    key: &str,
) -> Result<Option<RowOf<T>>, StoreError> {
    Ok(T::Entity::find().filter(T::KEY.eq(key)).one(connection).await?)
}

/// Keeps a new hold, or a key that is closed; false if its key is taken. Waits for whoever writes the same key.
pub async fn insert_unless_known<T: HoldTable>(tx: &Transaction, row: NewRow<T>) -> Result<bool, StoreError> {
    let conflict = OnConflict::column(T::KEY).do_nothing().to_owned();
    let insert = T::Entity::insert(row.reset_all()).on_conflict(conflict);
    Ok(insert.exec_without_returning(&**tx).await? == 1)
}

/// Changes the state of the hold with this key, which is locked then and whose holder is forgotten; `None` if it is in
/// another state than the transition changes, or is to expire and has not lapsed.
pub async fn end<T: HoldTable>(
    tx: &Transaction,
    key: &str,
    by: Transition,
    now: DateTime<Utc>,
) -> Result<Option<RowOf<T>>, StoreError> {
    let mut update = of_key::<T>(key, by.from(), now).col_expr(T::STATUS, value(T::status(by.to())));
    if let Some(HolderColumns { name, network, waiting }) = T::HOLDER {
        let nobody = || value(Option::<String>::None);
        update = update.col_expr(name, nobody()).col_expr(network, nobody()).col_expr(waiting, value(false));
    }
    if by == Transition::Expire {
        // It may have been extended since it was listed.
        update = update.filter(T::EXPIRES_AT.lte(now));
    }
    Ok(update.exec_with_returning(&**tx).await?.into_iter().next())
}

/// Lets the hold with this key hold until `expires_at`, as one that waits, and locks it; `None` if it is not held.
pub async fn extend<T: HoldTable>(
    tx: &Transaction,
    key: &str,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<RowOf<T>>, StoreError> {
    let mut update = of_key::<T>(key, State::Held, now).col_expr(T::EXPIRES_AT, value(expires_at));
    if let Some(HolderColumns { waiting, .. }) = T::HOLDER {
        update = update.col_expr(waiting, value(true));
    }
    Ok(update.exec_with_returning(&**tx).await?.into_iter().next())
}

/// Keys of holds that have lapsed, those that lapsed first first, at most so many.
pub async fn lapsed<T: HoldTable>(
    database: &Database,
    now: DateTime<Utc>,
    most: u64,
) -> Result<Vec<String>, StoreError> {
    Ok(T::Entity::find()
        .select_only()
        .column(T::KEY)
        .filter(T::STATUS.eq(T::status(State::Held)))
        .filter(T::EXPIRES_AT.lte(now))
        .order_by_asc(T::EXPIRES_AT)
        .limit(most)
        .into_tuple()
        .all(database.read())
        .await?)
}

/// A change of the hold with this key, if it is in `state`.
fn of_key<T: HoldTable>(key: &str, state: State, now: DateTime<Utc>) -> UpdateMany<T::Entity> {
    let mut update = T::Entity::update_many().filter(T::KEY.eq(key)).filter(T::STATUS.eq(T::status(state)));
    if let Some(updated_at) = T::UPDATED_AT {
        update = update.col_expr(updated_at, value(now));
    }
    update
}

fn value(value: impl Into<Value>) -> Expr {
    Expr::value(value.into())
}
