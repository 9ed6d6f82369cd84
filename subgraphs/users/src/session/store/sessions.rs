//! Queries of sessions.

use chrono::{DateTime, Utc};
use platform_core::id::{SessionId, UserId};
use platform_core::page::Page;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::prelude::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use users_entities::session::{self, RevocationReason};

use crate::session::Which;

/// `user`'s sessions in force, the newest first.
pub async fn list(
    database: &Database,
    user: UserId,
    page: &Page<SessionId>,
    now: DateTime<Utc>,
) -> Result<Vec<session::Model>, StoreError> {
    let mut query = session::Entity::find()
        .filter(session::Column::UserId.eq(user))
        .filter(session::Column::RevokedAt.is_null())
        .filter(session::Column::ExpiresAt.gt(now));
    if let Some(after) = page.after {
        query = query.filter(session::Column::Id.lt(after));
    }
    Ok(query.order_by_desc(session::Column::Id).limit(page.first + 1).all(database.read()).await?)
}

/// Whether the session is in force. It may have outlived its refresh token by the life of an access token.
pub async fn is_live(database: &Database, session: SessionId) -> Result<bool, StoreError> {
    let found = session::Entity::find_by_id(session).one(database.read()).await?;
    Ok(found.is_some_and(|session| session.revoked_at.is_none()))
}

pub async fn find(database: &Database, id: SessionId) -> Result<Option<session::Model>, StoreError> {
    Ok(session::Entity::find_by_id(id).one(database.read()).await?)
}

/// The session, locked until the transaction ends.
pub async fn lock(tx: &Transaction, id: SessionId) -> Result<Option<session::Model>, StoreError> {
    Ok(session::Entity::find_by_id(id).lock_exclusive().one(&**tx).await?)
}

pub async fn insert(tx: &Transaction, row: session::ActiveModel) -> Result<session::Model, StoreError> {
    Ok(session::Entity::insert(row).exec_with_returning(&**tx).await?)
}

/// Lets a session go on until `expires_at`.
pub async fn extend(
    tx: &Transaction,
    id: SessionId,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    session::Entity::update_many()
        .col_expr(session::Column::RefreshedAt, Expr::value(now))
        .col_expr(session::Column::ExpiresAt, Expr::value(expires_at))
        .filter(session::Column::Id.eq(id))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Ends those of a user's sessions that are in force; returns them.
pub async fn revoke(
    tx: &Transaction,
    user: UserId,
    which: Which,
    reason: RevocationReason,
    now: DateTime<Utc>,
) -> Result<Vec<session::Model>, StoreError> {
    let mut in_force =
        Condition::all().add(session::Column::UserId.eq(user)).add(session::Column::RevokedAt.is_null());
    match which {
        Which::One(id) => in_force = in_force.add(session::Column::Id.eq(id)),
        Which::Others(id) => in_force = in_force.add(session::Column::Id.ne(id)),
        Which::All => {}
    }
    Ok(session::Entity::update_many()
        .col_expr(session::Column::RevokedAt, Expr::value(now))
        .col_expr(session::Column::RevocationReason, Expr::value(reason))
        .filter(in_force)
        .exec_with_returning(&**tx)
        .await?)
}

/// Deletes sessions that expired before a time.
pub async fn delete_sessions(database: &Database, before: DateTime<Utc>) -> Result<(), StoreError> {
    session::Entity::delete_many()
        .filter(session::Column::ExpiresAt.lt(before))
        .exec(database.write())
        .await?;
    Ok(())
}
