//! Queries of signing keys.

use chrono::{DateTime, Utc};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::prelude::Expr;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};
use users_entities::signing_key::{ActiveModel, Column, Entity, Model};

/// Of keys that live beyond a time.
fn lives_beyond(time: DateTime<Utc>) -> Condition {
    Condition::any().add(Column::ExpiresAt.is_null()).add(Column::ExpiresAt.gt(time))
}

/// Keys in the key set, the newest first.
pub async fn published<C: ConnectionTrait>(db: &C, now: DateTime<Utc>) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(lives_beyond(now))
        .order_by_desc(Column::SignsFrom)
        .order_by_desc(Column::Kid)
        .all(db)
        .await?)
}

pub async fn insert(tx: &Transaction, row: ActiveModel) -> Result<Model, StoreError> {
    Ok(Entity::insert(row).exec_with_returning(&**tx).await?)
}

/// Stores a private key in another form; one that was changed meanwhile stays.
pub async fn reseal(database: &Database, row: &Model, sealed: String) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::PrivatePem, Expr::value(sealed))
        .filter(Column::Kid.eq(&row.kid))
        .filter(Column::PrivatePem.eq(&row.private_pem))
        .exec(database.write())
        .await?;
    Ok(())
}

/// Lets keys that would live longer end at a time.
pub async fn end_at(tx: &Transaction, time: DateTime<Utc>) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::value(time))
        .filter(lives_beyond(time))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Deletes the keys that have ended.
pub async fn clean(database: &Database, now: DateTime<Utc>) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::ExpiresAt.lte(now)).exec(database.write()).await?;
    Ok(())
}
