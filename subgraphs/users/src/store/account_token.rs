//! Queries of the tokens that were mailed to users.

use chrono::{DateTime, Utc};
use platform_core::id::UserId;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter};
use users_entities::account_token::{ActiveModel, Column, Entity, Model, Purpose};

pub async fn find(database: &Database, hash: Vec<u8>) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(hash).one(database.read()).await?)
}

/// Whether a user was mailed a token of a purpose after `time`.
pub async fn was_issued_after<C: ConnectionTrait>(
    db: &C,
    user: UserId,
    purpose: Purpose,
    time: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let recent = Entity::find()
        .filter(Column::UserId.eq(user))
        .filter(Column::Purpose.eq(purpose))
        .filter(Column::IssuedAt.gt(time))
        .count(db)
        .await?;
    Ok(recent > 0)
}

pub async fn insert(database: &Database, row: ActiveModel) -> Result<(), StoreError> {
    Entity::insert(row).exec_without_returning(database.write()).await?;
    Ok(())
}

/// Takes a token that is good; false if there is none.
pub async fn take(tx: &Transaction, hash: Vec<u8>, now: DateTime<Utc>) -> Result<bool, StoreError> {
    let taken = Entity::delete_many()
        .filter(Column::Hash.eq(hash))
        .filter(Column::ExpiresAt.gt(now))
        .exec(&**tx)
        .await?;
    Ok(taken.rows_affected == 1)
}

/// Deletes a user's tokens of a purpose.
pub async fn delete_of_purpose(tx: &Transaction, user: UserId, purpose: Purpose) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::UserId.eq(user))
        .filter(Column::Purpose.eq(purpose))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Deletes all tokens of a user.
pub async fn delete_all(tx: &Transaction, user: UserId) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::UserId.eq(user)).exec(&**tx).await?;
    Ok(())
}

/// Deletes the tokens that have expired.
pub async fn clean(database: &Database, now: DateTime<Utc>) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::ExpiresAt.lte(now)).exec(database.write()).await?;
    Ok(())
}
