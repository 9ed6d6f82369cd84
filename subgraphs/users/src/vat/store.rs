//! Queries on VAT ids.

use chrono::{DateTime, Utc};
use platform_core::id::UserId;
use platform_database::{StoreError, Transaction};
use sea_orm::prelude::Expr;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, PaginatorTrait, QueryFilter,
};
use users_entities::user;
use users_entities::vat_id::{Column, Entity, Model};

/// Stores a user's id, not validated; one that is the same keeps its mark.
pub async fn set(
    tx: &Transaction,
    user: UserId,
    vat_id: String,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let same = Entity::find_by_id(user).filter(Column::VatId.eq(&vat_id)).count(&**tx).await? > 0;
    if same {
        return Ok(());
    }
    let row = Model { user_id: user, vat_id, validated_at: None, updated_at: now };
    let replace = OnConflict::column(Column::UserId)
        .update_columns([Column::VatId, Column::ValidatedAt, Column::UpdatedAt])
        .to_owned();
    let insert = Entity::insert(row.into_active_model().reset_all()).on_conflict(replace);
    insert.exec_without_returning(&**tx).await?;
    Ok(())
}

pub async fn remove(tx: &Transaction, user: UserId) -> Result<bool, StoreError> {
    Ok(Entity::delete_by_id(user).exec(&**tx).await?.rows_affected > 0)
}

/// Marks a user's id, if it is still this one.
pub async fn mark(
    tx: &Transaction,
    user: UserId,
    vat_id: &str,
    validated_at: Option<DateTime<Utc>>,
) -> Result<bool, StoreError> {
    let marked = Entity::update_many()
        .col_expr(Column::ValidatedAt, Expr::value(validated_at))
        .filter(Column::UserId.eq(user))
        .filter(Column::VatId.eq(vat_id))
        .exec(&**tx)
        .await?;
    Ok(marked.rows_affected > 0)
}

/// Whether there is such a user.
pub async fn is_user(tx: &Transaction, user: UserId) -> Result<bool, StoreError> {
    Ok(user::Entity::find_by_id(user).count(&**tx).await? > 0)
}

/// Whether it is the user's id, marked valid.
pub async fn is_valid<C: ConnectionTrait>(db: &C, user: UserId, vat_id: &str) -> Result<bool, StoreError> {
    let valid = Entity::find_by_id(user)
        .filter(Column::VatId.eq(vat_id))
        .filter(Column::ValidatedAt.is_not_null())
        .count(db)
        .await?;
    Ok(valid > 0)
}
