//! Queries on inboxes.

use chrono::{DateTime, Utc};
use platform_core::id::{NotificationId, OrderId, UserId};
use platform_core::page::Page;
use platform_database::{Database, StoreError, Transaction};
use sea_orm::prelude::Expr;
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};
use users_entities::notification::Kind;
use users_entities::{notification, user};

use super::Content;

/// The most notifications among which an order's is looked for.
const MAX_SEARCHED: u64 = 500;

pub async fn find<C: ConnectionTrait>(
    db: &C,
    user: UserId,
    id: NotificationId,
) -> Result<Option<notification::Model>, StoreError> {
    Ok(notification::Entity::find_by_id(id).filter(notification::Column::UserId.eq(user)).one(db).await?)
}

/// The number of an order, as the inbox was told of it; looked for in the newest [`MAX_SEARCHED`].
pub async fn order_number<C: ConnectionTrait>(
    db: &C,
    user: UserId,
    order: OrderId,
) -> Result<Option<String>, StoreError> {
    let told = notification::Entity::find()
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::Kind.is_in([Kind::OrderPlaced, Kind::OrderPaid]))
        .order_by_desc(notification::Column::Sequence)
        .limit(MAX_SEARCHED)
        .all(db)
        .await?;
    Ok(told.into_iter().find_map(|row| match serde_json::from_value(row.content) {
        Ok(Content::Order { order_id, number }) if order_id == order => Some(number),
        _ => None,
    }))
}

/// An inbox, the newest first.
pub async fn list(
    database: &Database,
    user: UserId,
    unread_only: bool,
    page: &Page<i64>,
) -> Result<Vec<notification::Model>, StoreError> {
    let mut query = notification::Entity::find().filter(notification::Column::UserId.eq(user));
    if unread_only {
        query = query.filter(notification::Column::ReadAt.is_null());
    }
    if let Some(after) = page.after {
        query = query.filter(notification::Column::Sequence.lt(after));
    }
    Ok(query.order_by_desc(notification::Column::Sequence).limit(page.first + 1).all(database.read()).await?)
}

/// The oldest notifications after a version.
pub async fn since(
    database: &Database,
    user: UserId,
    version: i64,
    limit: u64,
) -> Result<Vec<notification::Model>, StoreError> {
    Ok(notification::Entity::find()
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::Sequence.gt(version))
        .order_by_asc(notification::Column::Sequence)
        .limit(limit)
        .all(database.read())
        .await?)
}

pub async fn unread(database: &Database, user: UserId) -> Result<u64, StoreError> {
    Ok(notification::Entity::find()
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::ReadAt.is_null())
        .count(database.read())
        .await?)
}

/// The inbox's version; `None` when the user is gone or blocked.
pub async fn version(database: &Database, user: UserId) -> Result<Option<i64>, StoreError> {
    let found = user::Entity::find_by_id(user).one(database.read()).await?;
    Ok(found.filter(|user| user.status == user::Status::Active).map(|user| user.inbox_version))
}

/// One of `users` that no account has; `None` if all have one.
pub async fn unknown_of(tx: &Transaction, users: &[UserId]) -> Result<Option<UserId>, StoreError> {
    let known: Vec<UserId> = user::Entity::find()
        .select_only()
        .column(user::Column::Id)
        .filter(user::Column::Id.is_in(users.iter().copied()))
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(users.iter().find(|user| !known.contains(user)).copied())
}

/// Raises the inbox's version and thereby locks the inbox; `None` when there is no such user.
pub async fn raise_version(tx: &Transaction, user: UserId) -> Result<Option<i64>, StoreError> {
    let raised = user::Entity::update_many()
        .col_expr(user::Column::InboxVersion, Expr::col(user::Column::InboxVersion).add(1_i64))
        .filter(user::Column::Id.eq(user))
        .exec_with_returning(&**tx)
        .await?;
    Ok(raised.first().map(|user| user.inbox_version))
}

/// Whether the inbox has a notification of this key.
pub async fn was_told(tx: &Transaction, user: UserId, dedupe_key: &str) -> Result<bool, StoreError> {
    let told = notification::Entity::find()
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::DedupeKey.eq(dedupe_key))
        .count(&**tx)
        .await?;
    Ok(told > 0)
}

pub async fn insert(tx: &Transaction, row: notification::ActiveModel) -> Result<(), StoreError> {
    notification::Entity::insert(row).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Marks one notification of a user as read; false if it was, or is not theirs.
pub async fn mark_read(
    tx: &Transaction,
    user: UserId,
    id: NotificationId,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let marked = notification::Entity::update_many()
        .col_expr(notification::Column::ReadAt, Expr::value(now))
        .filter(notification::Column::Id.eq(id))
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::ReadAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(marked.rows_affected > 0)
}

/// Marks all notifications of a user as read, or those up to a version; returns how many were unread.
pub async fn mark_all_read(
    tx: &Transaction,
    user: UserId,
    up_to: Option<i64>,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut marking = notification::Entity::update_many()
        .col_expr(notification::Column::ReadAt, Expr::value(now))
        .filter(notification::Column::UserId.eq(user))
        .filter(notification::Column::ReadAt.is_null());
    if let Some(version) = up_to {
        marking = marking.filter(notification::Column::Sequence.lte(version));
    }
    Ok(marking.exec(&**tx).await?.rows_affected)
}
