//! Queries on sessions that no operation of its own owns.

use chrono::{DateTime, TimeDelta, Utc};
use platform_core::id::{SessionId, UserId};
use platform_core::page::Page;
use platform_database::{Database, StoreError};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use users_entities::{refresh_token, session};

use crate::session::throttle;

/// Ended sessions stay visible to their user for as long.
const KEPT: TimeDelta = TimeDelta::days(7);

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

/// Deletes sessions that ended a while ago, tokens that expired, and failures long past.
pub async fn clean(database: &Database, now: DateTime<Utc>) -> Result<(), StoreError> {
    session::Entity::delete_many()
        .filter(session::Column::ExpiresAt.lt(now - KEPT))
        .exec(database.write())
        .await?;
    refresh_token::Entity::delete_many()
        .filter(refresh_token::Column::ExpiresAt.lt(now - KEPT))
        .exec(database.write())
        .await?;
    throttle::forget(database, now).await
}
