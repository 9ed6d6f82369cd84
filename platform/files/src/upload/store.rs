//! Queries of uploads. Each change of a status is conditional on the one before, so that of two requests one wins.

use chrono::{DateTime, Utc};
use platform_core::id::UploadId;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use super::row::{Column, Entity, Model, Status};
use crate::name::FileName;
use crate::picture::Picture;

pub async fn find(database: &Database, id: UploadId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(database.read()).await?)
}

/// The upload, locked until the transaction ends.
pub async fn lock(tx: &Transaction, id: UploadId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

pub async fn insert(tx: &Transaction, row: Model) -> Result<(), StoreError> {
    row.into_active_model().reset_all().insert(&**tx).await?;
    Ok(())
}

/// How many uploads of an owner are attached to nothing yet.
pub async fn count_loose(tx: &Transaction, owner: &str) -> Result<u64, StoreError> {
    let loose = [Status::Open, Status::Kept];
    let own = Entity::find().filter(Column::Owner.eq(owner)).filter(Column::Status.is_in(loose));
    Ok(own.count(&**tx).await?)
}

/// Writes down the file of an upload, which has `length` bytes and is attached before `kept_until`; `false` where it has one, or is waited for no longer.
pub async fn set_kept(
    database: &Database,
    id: UploadId,
    name: &FileName,
    picture: &Picture,
    length: usize,
    kept_until: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let update = Entity::update_many()
        .col_expr(Column::Status, Expr::value(Status::Kept))
        .col_expr(Column::File, Expr::value(name.as_str()))
        .col_expr(Column::Width, Expr::value(i32::try_from(picture.width).unwrap_or(i32::MAX)))
        .col_expr(Column::Height, Expr::value(i32::try_from(picture.height).unwrap_or(i32::MAX)))
        .col_expr(Column::Bytes, Expr::value(i64::try_from(length).unwrap_or(i64::MAX)))
        .col_expr(Column::KeptUntil, Expr::value(kept_until))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(Status::Open));
    Ok(update.exec(database.write()).await?.rows_affected == 1)
}

/// Takes an upload from one status to another; `false` where it stands elsewhere.
pub async fn change(tx: &Transaction, id: UploadId, from: Status, to: Status) -> Result<bool, StoreError> {
    let update = Entity::update_many()
        .col_expr(Column::Status, Expr::value(to))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(from));
    Ok(update.exec(&**tx).await?.rows_affected == 1)
}

/// Uploads that were to be attached before `now`, whatever became of them.
pub async fn past(database: &Database, now: DateTime<Utc>, most: u64) -> Result<Vec<Model>, StoreError> {
    let past = Entity::find().filter(Column::KeptUntil.lte(now)).order_by_asc(Column::KeptUntil).limit(most);
    Ok(past.all(database.read()).await?)
}

/// Lets uploads lapse that are attached to nothing; returns those that lapsed, now or before.
pub async fn lapse(tx: &Transaction, ids: &[UploadId]) -> Result<Vec<Model>, StoreError> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(Status::Lapsed))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .filter(Column::Status.is_in([Status::Open, Status::Kept]))
        .exec(&**tx)
        .await?;
    let lapsed = Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .filter(Column::Status.eq(Status::Lapsed));
    Ok(lapsed.all(&**tx).await?)
}

pub async fn delete(database: &Database, ids: &[UploadId]) -> Result<(), StoreError> {
    Entity::delete_many().filter(Column::Id.is_in(ids.iter().copied())).exec(database.write()).await?;
    Ok(())
}
