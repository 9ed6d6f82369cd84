//! Queries of stock levels and their movements.

use catalog_entities::{offer, stock_level, stock_movement};
use platform_core::id::{OfferId, StockMovementId, WarehouseId};
use platform_core::page::Page;
use platform_database::sql::{placeholders, statement};
use platform_database::{Database, StoreError, Transaction};
use sea_orm::sea_query::{LockType, OnConflict};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, JoinType,
    QueryFilter, QueryOrder, QuerySelect, Value,
};

use crate::stock::levels::Delta;

/// The levels of an offer.
pub async fn levels(database: &Database, offer: OfferId) -> Result<Vec<stock_level::Model>, StoreError> {
    Ok(stock_level::Entity::find()
        .filter(stock_level::Column::OfferId.eq(offer))
        .order_by_asc(stock_level::Column::WarehouseId)
        .all(database.read())
        .await?)
}

/// The levels of offers, each with its offer; the levels are locked until the transaction ends.
pub async fn lock_levels(
    tx: &Transaction,
    offers: &[OfferId],
) -> Result<Vec<(stock_level::Model, offer::Model)>, StoreError> {
    let of_level = stock_level::Entity::belongs_to(offer::Entity)
        .from(stock_level::Column::OfferId)
        .to(offer::Column::Id);
    let mut levels = stock_level::Entity::find()
        .join(JoinType::InnerJoin, of_level.into())
        .filter(stock_level::Column::OfferId.is_in(offers.iter().copied()))
        .order_by_asc(stock_level::Column::OfferId)
        .order_by_asc(stock_level::Column::WarehouseId);
    QuerySelect::query(&mut levels).lock_with_tables(LockType::Update, [stock_level::Entity]);
    let rows = levels.select_also(offer::Entity).all(&**tx).await?;
    Ok(rows.into_iter().filter_map(|(level, offer)| Some((level, offer?))).collect())
}

/// Makes the level of an offer in a warehouse, of no pieces, unless there is one.
pub async fn begin_level(tx: &Transaction, offer: OfferId, warehouse: WarehouseId) -> Result<(), StoreError> {
    use stock_level::Column;
    let first = stock_level::ActiveModel {
        offer_id: Set(offer),
        warehouse_id: Set(warehouse),
        on_hand: Set(0),
        reserved: Set(0),
    };
    let known = OnConflict::columns([Column::OfferId, Column::WarehouseId]).do_nothing().to_owned();
    stock_level::Entity::insert(first).on_conflict(known).exec_without_returning(&**tx).await?;
    Ok(())
}

/// Changes levels, all in one statement, on the condition that 0 <= reserved <= on hand after it; returns how many there
/// were that could be changed so.
pub async fn change_levels(tx: &Transaction, deltas: &[Delta]) -> Result<usize, StoreError> {
    const COLUMNS: usize = 4;
    let (mut rows, mut values) = (Vec::with_capacity(deltas.len()), Vec::<Value>::new());
    for delta in deltas {
        rows.push(format!("({})", placeholders(values.len() + 1, COLUMNS)));
        values.extend([delta.offer.0.into(), delta.warehouse.0.into()]);
        values.extend([Value::from(delta.on_hand), delta.reserved.into()]);
    }
    let sql = format!(
        "WITH change (offer_id, warehouse_id, on_hand, reserved) AS (VALUES {}) \
         UPDATE stock_level SET on_hand = stock_level.on_hand + change.on_hand, \
         reserved = stock_level.reserved + change.reserved FROM change \
         WHERE stock_level.offer_id = change.offer_id AND stock_level.warehouse_id = change.warehouse_id \
         AND stock_level.reserved + change.reserved >= 0 \
         AND stock_level.on_hand + change.on_hand >= stock_level.reserved + change.reserved",
        rows.join(", ")
    );
    let changed = tx.execute_raw(statement(&**tx, sql, values)).await?;
    Ok(usize::try_from(changed.rows_affected()).unwrap_or(usize::MAX))
}

/// The movements of an offer's levels, the newest first; one more than asked for, to know whether more follow.
pub async fn movements(
    database: &Database,
    offer: OfferId,
    page: &Page<StockMovementId>,
) -> Result<Vec<stock_movement::Model>, StoreError> {
    let mut select = stock_movement::Entity::find()
        .filter(stock_movement::Column::OfferId.eq(offer))
        .order_by_desc(stock_movement::Column::Id)
        .limit(page.first.saturating_add(1));
    if let Some(after) = page.after {
        select = select.filter(stock_movement::Column::Id.lt(after));
    }
    Ok(select.all(database.read()).await?)
}

pub async fn insert_movements(
    tx: &Transaction,
    movements: Vec<stock_movement::Model>,
) -> Result<(), StoreError> {
    let rows = movements.into_iter().map(|row| row.into_active_model().reset_all());
    stock_movement::Entity::insert_many(rows).exec_without_returning(&**tx).await?;
    Ok(())
}
