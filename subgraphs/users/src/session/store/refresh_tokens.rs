//! Queries of refresh tokens.

use chrono::{DateTime, Utc};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::prelude::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use users_entities::refresh_token::{ActiveModel, Column, Entity, Model};

pub async fn find_refresh_token(database: &Database, hash: Vec<u8>) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(hash).one(database.read()).await?)
}

/// The token, locked until the transaction ends.
pub async fn lock_refresh_token(tx: &Transaction, hash: Vec<u8>) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(hash).lock_exclusive().one(&**tx).await?)
}

pub async fn insert_refresh_token(tx: &Transaction, row: ActiveModel) -> Result<(), StoreError> {
    Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Notes that a token was exchanged, and by which salt for its successor.
pub async fn rotate(
    tx: &Transaction,
    hash: Vec<u8>,
    salt: &[u8],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::RotatedAt, Expr::value(now))
        .col_expr(Column::SuccessorSalt, Expr::value(salt.to_vec()))
        .filter(Column::Hash.eq(hash))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Deletes tokens that expired before a time.
pub async fn delete_refresh_tokens(database: &Database, before: DateTime<Utc>) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::ExpiresAt.lt(before)).exec(database.write()).await?;
    Ok(())
}
