//! Queries of the sandbox's own books.

use payments_entities::sandbox_charge::{ActiveModel, Column, Entity, Model};
use payments_entities::sandbox_refund;
use platform_database::{Database, StoreError, Transaction, was_inserted};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, TryInsertResult};

pub async fn find(connection: &impl ConnectionTrait, reference: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(reference.to_owned()).one(connection).await?)
}

pub async fn find_by_key(database: &Database, key: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find().filter(Column::IdempotencyKey.eq(key)).one(database.read()).await?)
}

/// Keeps a new charge; `None` if its key is taken.
pub async fn insert_unless_known(tx: &Transaction, row: ActiveModel) -> Result<Option<Model>, StoreError> {
    let inserted = Entity::insert(row)
        .on_conflict_do_nothing_on([Column::IdempotencyKey])
        .exec_with_returning_many(&**tx)
        .await?;
    match inserted {
        TryInsertResult::Inserted(rows) => Ok(rows.into_iter().next()),
        TryInsertResult::Conflicted | TryInsertResult::Empty => Ok(None),
    }
}

/// Moves a charge from one state to another; false if it is in another state.
pub async fn move_state(
    connection: &impl ConnectionTrait,
    reference: &str,
    from: &str,
    to: &str,
    decline_code: Option<&str>,
) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::State, Expr::value(to))
        .col_expr(Column::DeclineCode, Expr::value(decline_code))
        .filter(Column::Reference.eq(reference))
        .filter(Column::State.eq(from))
        .exec(connection)
        .await?;
    Ok(changed.rows_affected > 0)
}

/// Takes `minor` of a charge in a state, of which nothing was taken yet; false if it cannot be taken.
pub async fn capture(
    database: &Database,
    reference: &str,
    state: &str,
    minor: i64,
) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::CapturedMinor, Expr::value(minor))
        .filter(Column::Reference.eq(reference))
        .filter(Column::State.eq(state))
        .filter(Column::CapturedMinor.eq(0))
        .filter(Column::AmountMinor.gte(minor))
        .exec(database.write())
        .await?;
    Ok(changed.rows_affected > 0)
}

/// Moves a charge of which nothing was taken to another state; false if it is in the state that it is not moved from.
pub async fn void(
    database: &Database,
    reference: &str,
    to: &str,
    but_from: &str,
) -> Result<bool, StoreError> {
    let changed = Entity::update_many()
        .col_expr(Column::State, Expr::value(to))
        .filter(Column::Reference.eq(reference))
        .filter(Column::CapturedMinor.eq(0))
        .filter(Column::State.ne(but_from))
        .exec(database.write())
        .await?;
    Ok(changed.rows_affected > 0)
}

/// Keeps a new refund; false if its key is taken.
pub async fn insert_refund_unless_known(
    tx: &Transaction,
    row: sandbox_refund::ActiveModel,
) -> Result<bool, StoreError> {
    let inserted = sandbox_refund::Entity::insert(row)
        .on_conflict_do_nothing_on([sandbox_refund::Column::IdempotencyKey])
        .exec_without_returning(&**tx)
        .await?;
    Ok(was_inserted(&inserted))
}

/// Counts `minor` as given back of a charge; false if less is left of what was taken.
pub async fn count_refund(tx: &Transaction, reference: &str, minor: i64) -> Result<bool, StoreError> {
    let after = Expr::col(Column::RefundedMinor).add(minor);
    let changed = Entity::update_many()
        .col_expr(Column::RefundedMinor, after.clone())
        .filter(Column::Reference.eq(reference))
        .filter(after.lte(Expr::col(Column::CapturedMinor)))
        .exec(&**tx)
        .await?;
    Ok(changed.rows_affected > 0)
}
