//! Queries of codes that are sent by mail.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use orders_entities::order_code::{ActiveModel, Column, Entity, Model, Purpose};
use orders_entities::order_code_guess;
use platform_core::id::OrderId;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

/// The codes of a purpose that an order was given since.
pub async fn issued_since(
    tx: &Transaction,
    order: OrderId,
    purpose: Purpose,
    since: DateTime<Utc>,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::OrderId.eq(order))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::IssuedAt.gt(since))
        .all(&**tx)
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
        asker: Set(row.asker),
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

/// The codes of an order that have not expired.
pub async fn live(
    tx: &Transaction,
    order: OrderId,
    purpose: Purpose,
    now: DateTime<Utc>,
) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::OrderId.eq(order))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::ExpiresAt.gt(now))
        .all(&**tx)
        .await?)
}

/// How many wrong guesses a network has made at codes; at others than these none.
pub async fn guessed_by(
    tx: &Transaction,
    codes: &[Uuid],
    network: &[u8],
) -> Result<HashMap<Uuid, i32>, StoreError> {
    let rows = order_code_guess::Entity::find()
        .filter(order_code_guess::Column::CodeId.is_in(codes.iter().copied()))
        .filter(order_code_guess::Column::Network.eq(network))
        .all(&**tx)
        .await?;
    Ok(rows.into_iter().map(|row| (row.code_id, row.guesses)).collect())
}

/// Counts a wrong guess of a network at a code.
pub async fn count_guess(tx: &Transaction, code: Uuid, network: &[u8]) -> Result<(), StoreError> {
    use order_code_guess::Column as Of;
    let first =
        order_code_guess::ActiveModel { code_id: Set(code), network: Set(network.to_vec()), guesses: Set(1) };
    let again = OnConflict::columns([Of::CodeId, Of::Network])
        .value(Of::Guesses, Expr::col((order_code_guess::Entity, Of::Guesses)).add(1))
        .to_owned();
    order_code_guess::Entity::insert(first).on_conflict(again).exec_without_returning(&**tx).await?;
    Entity::update_many()
        .col_expr(Column::Guesses, Expr::col(Column::Guesses).add(1))
        .filter(Column::Id.eq(code))
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
