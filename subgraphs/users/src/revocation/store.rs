//! Queries of revocations.

use chrono::{DateTime, Utc};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::prelude::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use users_entities::revocation::{ActiveModel, Column, Entity, Kind, Model};
use users_entities::revocation_counter;
use uuid::Uuid;

/// Takes so many positions, and locks the counter until the transaction ends; returns the last of them.
pub async fn take_positions(tx: &Transaction, count: i64) -> Result<Option<i64>, StoreError> {
    let counter = revocation_counter::Entity::update_many()
        .col_expr(
            revocation_counter::Column::Position,
            Expr::col(revocation_counter::Column::Position).add(count),
        )
        .exec_with_returning(&**tx)
        .await?;
    Ok(counter.first().map(|counter| counter.position))
}

/// Locks the counter until the transaction ends. It is the one row that always exists.
pub async fn lock_counter(tx: &Transaction) -> Result<(), StoreError> {
    revocation_counter::Entity::find().lock_exclusive().one(&**tx).await?;
    Ok(())
}

pub async fn insert(tx: &Transaction, rows: impl IntoIterator<Item = ActiveModel>) -> Result<(), StoreError> {
    Entity::insert_many(rows).exec(&**tx).await?;
    Ok(())
}

/// The position of the newest; 0 when there has never been one.
pub async fn position(database: &Database) -> Result<i64, StoreError> {
    let counter = revocation_counter::Entity::find().one(database.read()).await?;
    Ok(counter.map_or(0, |counter| counter.position))
}

/// Those from a position on, in the order of their positions.
pub async fn from(database: &Database, position: i64, most: u64) -> Result<Vec<Model>, StoreError> {
    Ok(Entity::find()
        .filter(Column::Position.gte(position))
        .order_by_asc(Column::Position)
        .limit(most)
        .all(database.read())
        .await?)
}

/// Takes the revocations of a subject back.
pub async fn delete_of(tx: &Transaction, kind: Kind, subject: Uuid) -> Result<(), StoreError> {
    Entity::delete_many()
        .filter(Column::Kind.eq(kind))
        .filter(Column::SubjectId.eq(subject))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Deletes those from before a time.
pub async fn delete_before(database: &Database, time: DateTime<Utc>) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::RevokedAt.lt(time)).exec(database.write()).await?;
    Ok(())
}
