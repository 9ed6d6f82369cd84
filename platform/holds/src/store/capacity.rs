//! Queries of what can be held, where that is the counter of one row.

use chrono::{DateTime, Utc};
use platform_database::{StoreError, Transaction};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, UpdateMany, Value};

type ColumnOf<C> = <<C as Capacity>::Entity as EntityTrait>::Column;

/// A table whose rows say how much of them is taken. A CHECK of the table keeps that from zero to all there is, whatever
/// the code does.
pub trait Capacity: Send + Sync + 'static {
    type Entity: EntityTrait;

    const ID: ColumnOf<Self>;
    /// How much is held or committed, a bigint.
    const TAKEN: ColumnOf<Self>;
    /// When the row was last changed; `None` where the table does not say.
    const UPDATED_AT: Option<ColumnOf<Self>> = None;

    /// Whether there is room for so much more.
    fn has_room(more: i64) -> Condition;
}

/// Takes so much of a row, and locks it; false where there is no row, or no room in it.
pub async fn take<C: Capacity>(
    tx: &Transaction,
    id: impl Into<Value>,
    much: i64,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let taken =
        count::<C>(id, Expr::col(C::TAKEN).add(much), now).filter(C::has_room(much)).exec(&**tx).await?;
    Ok(taken.rows_affected > 0)
}

/// Gives so much of a row back, and locks it.
pub async fn give<C: Capacity>(
    tx: &Transaction,
    id: impl Into<Value>,
    much: i64,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    count::<C>(id, Expr::col(C::TAKEN).sub(much), now).exec(&**tx).await?;
    Ok(())
}

fn count<C: Capacity>(id: impl Into<Value>, taken: Expr, now: DateTime<Utc>) -> UpdateMany<C::Entity> {
    let mut update = C::Entity::update_many().col_expr(C::TAKEN, taken).filter(C::ID.eq(id));
    if let Some(updated_at) = C::UPDATED_AT {
        update = update.col_expr(updated_at, Expr::value(now));
    }
    update
}
