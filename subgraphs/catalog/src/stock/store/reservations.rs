//! Queries of reservations and their lines.

use std::collections::HashMap;

use catalog_entities::{HoldStatus, reservation, reservation_line, reservation_return};
use chrono::{DateTime, Utc};
use platform_core::id::{OfferId, ReservationId};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter,
    QueryOrder, QuerySelect,
};

/// A reservation and its lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Reserved {
    pub row: reservation::Model,
    pub lines: Vec<reservation_line::Model>,
}

/// The reservation with this key.
pub async fn find(connection: &impl ConnectionTrait, key: &str) -> Result<Option<Reserved>, StoreError> {
    let found = reservation::Entity::find().filter(reservation::Column::Key.eq(key)).one(connection).await?;
    let Some(row) = found else { return Ok(None) };
    let lines = lines_of(connection, row.id).await?;
    Ok(Some(Reserved { row, lines }))
}

pub async fn lines_of(
    connection: &impl ConnectionTrait,
    id: ReservationId,
) -> Result<Vec<reservation_line::Model>, StoreError> {
    Ok(reservation_line::Entity::find()
        .filter(reservation_line::Column::ReservationId.eq(id))
        .order_by_asc(reservation_line::Column::OfferId)
        .order_by_asc(reservation_line::Column::WarehouseId)
        .all(connection)
        .await?)
}

/// The reservation with this key, locked until the transaction ends.
pub async fn lock(tx: &Transaction, key: &str) -> Result<Option<reservation::Model>, StoreError> {
    Ok(reservation::Entity::find()
        .filter(reservation::Column::Key.eq(key))
        .lock_exclusive()
        .one(&**tx)
        .await?)
}

/// Keeps the key under which pieces come back; false if they came back under it before.
pub async fn insert_return_unless_known(
    tx: &Transaction,
    row: reservation_return::Model,
) -> Result<bool, StoreError> {
    let insert = reservation_return::Entity::insert(row.into_active_model().reset_all());
    let conflict = OnConflict::column(reservation_return::Column::Key).do_nothing().to_owned();
    Ok(insert.on_conflict(conflict).exec_without_returning(&**tx).await? == 1)
}

/// Writes how many pieces of lines are settled.
pub async fn set_settled(
    tx: &Transaction,
    lines: &[(reservation_line::Model, i64)],
) -> Result<(), StoreError> {
    for (line, _) in lines {
        reservation_line::Entity::update_many()
            .col_expr(reservation_line::Column::Settled, Expr::value(line.settled))
            .filter(reservation_line::Column::ReservationId.eq(line.reservation_id))
            .filter(reservation_line::Column::OfferId.eq(line.offer_id))
            .filter(reservation_line::Column::WarehouseId.eq(line.warehouse_id))
            .exec(&**tx)
            .await?;
    }
    Ok(())
}

/// Keeps a new reservation, as yet without lines; false if its key is taken.
pub async fn insert_unless_known(tx: &Transaction, row: &reservation::Model) -> Result<bool, StoreError> {
    let insert = reservation::Entity::insert(row.clone().into_active_model().reset_all());
    let conflict = OnConflict::column(reservation::Column::Key).do_nothing().to_owned();
    Ok(insert.on_conflict(conflict).exec_without_returning(&**tx).await? == 1)
}

pub async fn insert_lines(tx: &Transaction, lines: &[reservation_line::Model]) -> Result<(), StoreError> {
    let rows = lines.iter().map(|row| row.clone().into_active_model().reset_all());
    reservation_line::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Lets the held reservation with this key hold until `expires_at`, as one whose payment waits.
pub async fn extend(
    tx: &Transaction,
    key: &str,
    expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    reservation::Entity::update_many()
        .col_expr(reservation::Column::ExpiresAt, Expr::value(expires_at))
        .col_expr(reservation::Column::UpdatedAt, Expr::value(now))
        .col_expr(reservation::Column::Waiting, Expr::value(true))
        .filter(reservation::Column::Key.eq(key))
        .filter(reservation::Column::Status.eq(HoldStatus::Held))
        .exec(&**tx)
        .await?;
    Ok(())
}

/// Moves the reservation with this key from one status to another, and forgets its holder; `None` if it is in
/// another status, or is to expire and was extended meanwhile.
pub async fn end(
    tx: &Transaction,
    key: &str,
    from: HoldStatus,
    to: HoldStatus,
    now: DateTime<Utc>,
) -> Result<Option<reservation::Model>, StoreError> {
    let mut update = reservation::Entity::update_many()
        .col_expr(reservation::Column::Status, Expr::value(to))
        .col_expr(reservation::Column::UpdatedAt, Expr::value(now))
        .col_expr(reservation::Column::Holder, Expr::value(Option::<String>::None))
        .col_expr(reservation::Column::Network, Expr::value(Option::<String>::None))
        .col_expr(reservation::Column::Waiting, Expr::value(false))
        .filter(reservation::Column::Key.eq(key))
        .filter(reservation::Column::Status.eq(from));
    if to == HoldStatus::Expired {
        // The owner may have extended it since it was listed.
        update = update.filter(reservation::Column::ExpiresAt.lte(now));
    }
    Ok(update.exec_with_returning(&**tx).await?.into_iter().next())
}

/// Keys of held reservations that have lapsed, those that lapsed first first, at most so many.
pub async fn lapsed(database: &Database, now: DateTime<Utc>, most: u64) -> Result<Vec<String>, StoreError> {
    Ok(reservation::Entity::find()
        .select_only()
        .column(reservation::Column::Key)
        .filter(reservation::Column::Status.eq(HoldStatus::Held))
        .filter(reservation::Column::ExpiresAt.lte(now))
        .order_by_asc(reservation::Column::ExpiresAt)
        .limit(most)
        .into_tuple()
        .all(database.read())
        .await?)
}

/// Pieces of each offer that are held by waiting reservations of which `by` is `who`.
pub async fn waiting_pieces(
    tx: &Transaction,
    offers: &[OfferId],
    by: reservation::Column,
    who: &str,
) -> Result<HashMap<OfferId, i64>, StoreError> {
    let line = reservation_line::Entity::belongs_to(reservation::Entity)
        .from(reservation_line::Column::ReservationId)
        .to(reservation::Column::Id);
    // PostgreSQL sums a bigint to a numeric.
    let sum =
        Expr::col((reservation_line::Entity, reservation_line::Column::Quantity)).sum().cast_as("bigint");
    let rows: Vec<(OfferId, i64)> = reservation_line::Entity::find()
        .select_only()
        .column(reservation_line::Column::OfferId)
        .column_as(sum, "pieces")
        .join(JoinType::InnerJoin, line.into())
        .filter(reservation::Column::Status.eq(HoldStatus::Held))
        .filter(reservation::Column::Waiting.eq(true))
        .filter(by.eq(who))
        .filter(reservation_line::Column::OfferId.is_in(offers.iter().copied()))
        .group_by(reservation_line::Column::OfferId)
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(rows.into_iter().collect())
}
