//! Queries of codes that are sent by mail.

use chrono::{DateTime, Utc};
use orders_entities::order_code::{ActiveModel, Column, Entity, Model, Purpose};
use platform_core::id::OrderId;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use uuid::Uuid;

/// How many codes of a purpose an order was given since.
pub async fn issued_since(
    tx: &Transaction,
    order: OrderId,
    purpose: Purpose,
    since: DateTime<Utc>,
) -> Result<u64, StoreError> {
    Ok(Entity::find()
        .filter(Column::OrderId.eq(order))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::IssuedAt.gt(since))
        .count(&**tx)
        .await?)
}

/// Keeps a code that is still to be made and mailed.
pub async fn insert(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    let row = ActiveModel {
        id: Set(row.id),
        order_id: Set(row.order_id),
        purpose: Set(row.purpose),
        hash: Set(row.hash),
        guesses: Set(row.guesses),
        issued_at: Set(row.issued_at),
        expires_at: Set(row.expires_at),
    };
    Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn find(database: &Database, id: Uuid) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(database.read()).await?)
}

/// From now on this is the code of the row.
pub async fn set_hash(database: &Database, id: Uuid, hash: Vec<u8>) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Hash, Expr::value(hash))
        .filter(Column::Id.eq(id))
        .exec(database.write())
        .await?;
    Ok(())
}

/// The codes of an order that may still be used.
pub async fn live(
    tx: &Transaction,
    order: OrderId,
    purpose: Purpose,
    now: DateTime<Utc>,
    max_guesses: i32,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::OrderId.eq(order))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::ExpiresAt.gt(now))
        .filter(Column::Guesses.lt(max_guesses))
        .all(&**tx)
        .await?)
}

/// Counts a wrong guess against every code of the purpose.
pub async fn count_guess(tx: &Transaction, order: OrderId, purpose: Purpose) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Guesses, Expr::col(Column::Guesses).add(1))
        .filter(Column::OrderId.eq(order))
        .filter(Column::Purpose.eq(purpose))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Ends all codes of an order: one was used, or the order is no guest's any more.
pub async fn end_all(tx: &Transaction, order: OrderId, now: DateTime<Utc>) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::value(now))
        .filter(Column::OrderId.eq(order))
        .filter(Column::ExpiresAt.gt(now))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Deletes what was issued before.
pub async fn forget(database: &Database, before: DateTime<Utc>) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::IssuedAt.lt(before)).exec(database.write()).await?;
    Ok(())
}
