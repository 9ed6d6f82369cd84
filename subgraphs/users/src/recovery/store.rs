//! Queries of recovery.

use chrono::{DateTime, Utc};
use platform_core::id::UserId;
use platform_database::{StoreError, Transaction};
use sea_orm::prelude::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use users_entities::user::{Column, Entity};

/// Notes that the address is the user's, unless that is known.
pub async fn mark_verified(tx: &Transaction, user: UserId, now: DateTime<Utc>) -> Result<(), StoreError> {
    Entity::update_many()
        .col_expr(Column::EmailVerifiedAt, Expr::value(now))
        .filter(Column::Id.eq(user))
        .filter(Column::EmailVerifiedAt.is_null())
        .exec(&**tx)
        .await?;
    Ok(())
}
