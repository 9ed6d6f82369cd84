//! Queries of the sandbox's own books.

use chrono::{DateTime, Utc};
use logistics_entities::sandbox_parcel::{Column, Entity, Model};
use platform_database::{Database, StoreError, Transaction, was_inserted};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter};

pub async fn find(database: &Database, reference: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(reference).one(database.read()).await?)
}

pub async fn find_by_key(connection: &impl ConnectionTrait, key: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find().filter(Column::Key.eq(key)).one(connection).await?)
}

/// Keeps a new parcel; false if its key is taken.
pub async fn insert_unless_known(tx: &Transaction, row: &Model) -> Result<bool, StoreError> {
    let inserted = Entity::insert(row.clone().into_active_model().reset_all())
        .on_conflict_do_nothing_on([Column::Key])
        .exec_without_returning(&**tx)
        .await?;
    Ok(was_inserted(&inserted))
}

pub async fn set_cancelled(
    database: &Database,
    reference: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::CancelledAt, Expr::value(now))
        .filter(Column::Reference.eq(reference))
        .filter(Column::CancelledAt.is_null())
        .exec(database.write())
        .await?;
    Ok(())
}
