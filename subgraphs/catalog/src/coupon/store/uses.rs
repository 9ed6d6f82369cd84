//! Queries of uses of coupons.

use std::collections::BTreeSet;

use catalog_entities::HoldStatus;
use catalog_entities::coupon_use::{Column, Entity, Model};
use chrono::{DateTime, Utc};
use platform_core::id::{CouponId, UserId};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

pub async fn find(connection: &impl ConnectionTrait, key: &str) -> Result<Option<Model>, StoreError> {
    Ok(Entity::find().filter(Column::Key.eq(key)).one(connection).await?)
}

/// The ordinals of a user's live uses of a coupon.
pub async fn ordinals(
    connection: &impl ConnectionTrait,
    coupon: CouponId,
    user: UserId,
) -> Result<BTreeSet<i32>, StoreError> {
    let taken: Vec<Option<i32>> = Entity::find()
        .select_only()
        .column(Column::Ordinal)
        .filter(Column::CouponId.eq(coupon))
        .filter(Column::UserId.eq(user))
        .filter(Column::Status.is_in([HoldStatus::Held, HoldStatus::Committed]))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(taken.into_iter().flatten().collect())
}

/// Keeps a new use; false if its key is taken. Fails with a unique violation where its ordinal is.
pub async fn insert_unless_known(tx: &Transaction, row: &Model) -> Result<bool, StoreError> {
    let insert = Entity::insert(row.clone().into_active_model().reset_all());
    let conflict = OnConflict::column(Column::Key).do_nothing().to_owned();
    Ok(insert.on_conflict(conflict).exec_without_returning(&**tx).await? == 1)
}

/// Lets a held use be held until `expires_at`, as one whose payment waits; false if it is not held.
pub async fn extend(tx: &Transaction, id: Uuid, expires_at: DateTime<Utc>) -> Result<bool, StoreError> {
    let extended = Entity::update_many()
        .col_expr(Column::ExpiresAt, Expr::value(expires_at))
        .col_expr(Column::Waiting, Expr::value(true))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.eq(HoldStatus::Held))
        .exec(&**tx)
        .await?;
    Ok(extended.rows_affected > 0)
}

/// Moves a use to another status, and forgets its holder; false if it is in none of `from`, or is to expire and was
/// extended meanwhile.
pub async fn end(
    tx: &Transaction,
    id: Uuid,
    from: &[HoldStatus],
    to: HoldStatus,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut update = Entity::update_many()
        .col_expr(Column::Status, Expr::value(to))
        .col_expr(Column::Holder, Expr::value(Option::<String>::None))
        .col_expr(Column::Network, Expr::value(Option::<String>::None))
        .col_expr(Column::Waiting, Expr::value(false))
        .filter(Column::Id.eq(id))
        .filter(Column::Status.is_in(from.iter().copied()));
    if to == HoldStatus::Expired {
        update = update.filter(Column::ExpiresAt.lte(now));
    }
    Ok(update.exec(&**tx).await?.rows_affected == 1)
}

/// Keys of held uses that have lapsed, those that lapsed first first, at most so many.
pub async fn lapsed(database: &Database, now: DateTime<Utc>, most: u64) -> Result<Vec<String>, StoreError> {
    Ok(Entity::find()
        .select_only()
        .column(Column::Key)
        .filter(Column::Status.eq(HoldStatus::Held))
        .filter(Column::ExpiresAt.lte(now))
        .order_by_asc(Column::ExpiresAt)
        .limit(most)
        .into_tuple()
        .all(database.read())
        .await?)
}

/// How many uses of a coupon are held and wait, of which `by` is `who`.
pub async fn waiting(tx: &Transaction, coupon: CouponId, by: Column, who: &str) -> Result<i64, StoreError> {
    let count = Entity::find()
        .filter(Column::CouponId.eq(coupon))
        .filter(Column::Status.eq(HoldStatus::Held))
        .filter(Column::Waiting.eq(true))
        .filter(by.eq(who))
        .count(&**tx)
        .await?;
    Ok(i64::try_from(count).unwrap_or(i64::MAX))
}
