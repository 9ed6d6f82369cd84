//! Queries of reservations and their lines, beside those that all holds have.

use std::collections::HashMap;

use catalog_entities::reservation::Column;
use catalog_entities::{HoldStatus, reservation, reservation_line, reservation_return};
use platform_core::id::{OfferId, ReservationId};
use platform_database::{StoreError, Transaction};
use platform_holds::{HoldTable, HolderColumns, State};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType, QueryFilter,
    QueryOrder, QuerySelect,
};

/// The table of reservations.
pub enum ReservationTable {}

impl HoldTable for ReservationTable {
    type Entity = reservation::Entity;
    type Status = HoldStatus;

    const KEY: Column = Column::Key;
    const STATUS: Column = Column::Status;
    const EXPIRES_AT: Column = Column::ExpiresAt;
    const UPDATED_AT: Option<Column> = Some(Column::UpdatedAt);
    const HOLDER: Option<HolderColumns<Column>> =
        Some(HolderColumns { name: Column::Holder, network: Column::Network, waiting: Column::Waiting });

    fn status(state: State) -> HoldStatus {
        match state {
            State::Held => HoldStatus::Held,
            State::Committed => HoldStatus::Committed,
            State::Released => HoldStatus::Released,
            State::Expired => HoldStatus::Expired,
            State::Returned => HoldStatus::Restocked,
        }
    }

    fn status_of(row: &reservation::Model) -> HoldStatus {
        row.status
    }
}

/// A reservation and its lines.
#[derive(Debug, Clone, PartialEq)]
pub struct Reserved {
    pub row: reservation::Model,
    pub lines: Vec<reservation_line::Model>,
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
    Ok(reservation::Entity::find().filter(Column::Key.eq(key)).lock_exclusive().one(&**tx).await?)
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

pub async fn insert_lines(tx: &Transaction, lines: &[reservation_line::Model]) -> Result<(), StoreError> {
    let rows = lines.iter().map(|row| row.clone().into_active_model().reset_all());
    reservation_line::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Pieces of each offer that are held by waiting reservations of which `by` is `who`.
pub async fn waiting_pieces(
    tx: &Transaction,
    offers: &[OfferId],
    by: Column,
    who: &str,
) -> Result<HashMap<OfferId, i64>, StoreError> {
    let line = reservation_line::Entity::belongs_to(reservation::Entity)
        .from(reservation_line::Column::ReservationId)
        .to(Column::Id);
    // PostgreSQL sums a bigint to a numeric.
    let sum =
        Expr::col((reservation_line::Entity, reservation_line::Column::Quantity)).sum().cast_as("bigint");
    let rows: Vec<(OfferId, i64)> = reservation_line::Entity::find()
        .select_only()
        .column(reservation_line::Column::OfferId)
        .column_as(sum, "pieces")
        .join(JoinType::InnerJoin, line.into())
        .filter(Column::Status.eq(HoldStatus::Held))
        .filter(Column::Waiting.eq(true))
        .filter(by.eq(who))
        .filter(reservation_line::Column::OfferId.is_in(offers.iter().copied()))
        .group_by(reservation_line::Column::OfferId)
        .into_tuple()
        .all(&**tx)
        .await?;
    Ok(rows.into_iter().collect())
}
