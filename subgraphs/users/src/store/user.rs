//! Queries of users' rows.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use platform_core::id::UserId;
use platform_database::{StoreError, Transaction};
use sea_orm::prelude::Expr;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use users_entities::user::{ActiveModel, Column, Entity, Model, Status};
use users_entities::user_role::{self, Role};

pub async fn find<C: ConnectionTrait>(db: &C, id: UserId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).one(db).await?)
}

/// The user, locked against everybody else's locks until the transaction ends.
pub async fn lock(tx: &Transaction, id: UserId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

/// The user, locked against changes alone until the transaction ends.
pub async fn lock_shared(tx: &Transaction, id: UserId) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find_by_id(id).lock_shared().one(&**tx).await?)
}

/// Locks users in the order of their ids, against everybody else's locks.
pub async fn lock_all(tx: &Transaction, ids: &BTreeSet<UserId>) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    Entity::find()
        .filter(Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(&**tx)
        .await?;
    Ok(())
}

/// Keeps a new user; fails with a unique violation where its address is taken.
pub async fn insert(tx: &Transaction, row: ActiveModel) -> Result<Model, StoreError> {
    Ok(Entity::insert(row).exec_with_returning(&**tx).await?)
}

/// Writes what is set of a user.
pub async fn update(tx: &Transaction, changed: ActiveModel) -> Result<(), StoreError> {
    changed.update(&**tx).await?;
    Ok(())
}

pub async fn set_status(
    tx: &Transaction,
    id: UserId,
    status: Status,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::Status, Expr::value(status))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Stores the hash of a new password.
pub async fn set_password(
    tx: &Transaction,
    id: UserId,
    hash: String,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(hash))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Stores another hash of the same password, unless the password was changed.
pub async fn replace_hash(
    tx: &Transaction,
    id: UserId,
    old: Option<String>,
    new: String,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::PasswordHash, Expr::value(new))
        .filter(Column::Id.eq(id))
        .filter(Column::PasswordHash.eq(old))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Dates the last change of what a user may do.
pub async fn set_auth_changed(
    tx: &Transaction,
    id: UserId,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::AuthChangedAt, Expr::value(at))
        .col_expr(Column::UpdatedAt, Expr::value(now))
        .filter(Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// A role that a user was given, in force or not.
pub async fn role<C: ConnectionTrait>(
    db: &C,
    id: UserId,
    role: Role,
) -> Result<Option<user_role::Model>, StoreError> {
    Ok(user_role::Entity::find_by_id((id, role)).one(db).await?)
}
